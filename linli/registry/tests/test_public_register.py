"""A register of 5,000 people as an office really keeps it: everybody once, at the right door, with the right number."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.registry import vault
from linli.registry.models import Community, Dwelling, Person, Sealed, Venue
from linli.registry.tests.office import brought_in

INPUTS = Path(__file__).parents[3] / "tests" / "inputs"
AS_OF = datetime(2022, 4, 14, 0, 30, tzinfo=UTC)


def truth(name: str) -> list[dict[str, str]]:
    with gzip.open(INPUTS / "truth" / f"{name}.gz", "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def community(db: None) -> Community:
    return Community.objects.create(slug="xysj", name="香阅四季社区", created_at=AS_OF)


def stored() -> list[tuple[str, str, str]]:
    """Compound and label, name, identity number of everybody."""
    numbers = {s.owner_id: vault.unseal(s) for s in Sealed.objects.filter(kind="id_number")}
    rows = Person.objects.values_list(
        "id", "name", "household__dwelling__compound__name", "household__dwelling__label"
    )
    return sorted((f"{compound}{label}", name, numbers.get(i, "")) for i, name, compound, label in rows)


def test_the_whole_register_comes_in_exactly_and_a_second_time_changes_nothing(community: Community) -> None:
    data = (INPUTS / "居民台账.xlsx").read_bytes()
    first = brought_in(community, data, at=AS_OF)
    assert first.results == {"created": 5116, "merged": 24, "held": 5}

    people = truth("residents.csv")
    odd = {r["key"]: r["written"] for r in truth("planted.csv") if r["kind"] in ("name_emoji", "name_markup")}
    homes = sorted(
        (
            r["compound"] + r["address"],
            odd.get(r["key"], r["name"]),
            r["id_no"] if r["id_from_file"] == "yes" else "",
        )
        for r in people
    )
    assert stored() == homes

    doors = {(r["compound"], r["address"]): r["people"] == "0" for r in truth("dwellings.csv")}
    assert {
        (c, a): v for c, a, v in Dwelling.objects.values_list("compound__name", "label", "vacant")
    } == doors

    before = list(Person.objects.order_by("id").values())
    second = brought_in(community, data, at=AS_OF)
    assert second.results == {"unchanged": 5116, "merged": 24, "held": 5}
    assert list(Person.objects.order_by("id").values()) == before
    assert (
        Sealed.objects.filter(kind="id_number").count()
        == sum(r["id_from_file"] == "yes" for r in people)
        == 4937
    )


def test_every_venue_comes_in_once(community: Community) -> None:
    data = (INPUTS / "场所清单.xlsx").read_bytes()
    assert brought_in(community, data).results == {"created": 35, "merged": 1}
    assert brought_in(community, data).results == {"unchanged": 35, "merged": 1}
    without = {r["key"] for r in truth("planted.csv") if r["kind"] == "hours_missing"}
    expected = {
        r["name"]: (r["type"], "" if r["key"] in without else r["hours"][:5]) for r in truth("venues.csv")
    }
    assert {v.name: (v.kind, v.hours[0][0] if v.hours else "") for v in Venue.objects.all()} == expected
    assert sorted(vault.unseal(s) for s in Sealed.objects.filter(owner_kind="venue")) == sorted(
        phone for r in truth("venues.csv") for phone in r["phone"].split("、") if phone
    )
