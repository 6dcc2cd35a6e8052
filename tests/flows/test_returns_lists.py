"""A pushed list as it really comes becomes exactly the trips that its truth says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from linli.base.clock import LOCAL, local
from linli.base.scope import path
from linli.fleet.models import Arrival
from linli.loops.models import Case
from linli.matters.returns.models import Notice, Trip
from linli.registry import deciding, running, staging, vault
from linli.registry.imports import Import, State
from linli.registry.models import Building, Community, Compound, Dwelling, Grid, Household, Person, Unit
from linli.registry.staging import Bringer
from tests.intake.truth import INPUTS, table

AS_OF = datetime(2022, 4, 14, 8, 30, tzinfo=LOCAL)
ALIASES = {
    "香阅四季A区": ["香阅A区", "A区"],
    "香阅四季B区": ["香阅B区", "B区"],
    "香阅四季C区": ["香阅C区", "C区"],
}


def truth(name: str) -> list[dict[str, str]]:
    return list(table(name))


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Community]:
    """One office for all tests of this file, in a transaction around theirs; what a test adds is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_office()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def read_once(made_once: Community, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Community, Import]]:
    """The same office after the timetable and the list."""
    with django_db_blocker.unblock(), transaction.atomic():
        bring_in(made_once, "到站时刻.csv")
        yield made_once, bring_in(made_once, "下发返乡名单.csv")
        transaction.set_rollback(True)


def make_office() -> Community:
    """The community with the doors and the people that the list can be about, as its ledger knows them."""
    community = Community.objects.create(slug="xysj", name="香阅四季社区", created_at=AS_OF)
    for number, name in enumerate(("香阅四季A区", "香阅四季B区", "香阅四季C区", "纺织小区")):
        compound = Compound.objects.create(
            community=community,
            code=f"c{number}",
            name=name,
            aliases=ALIASES.get(name, ["纺织厂小区"]),
            position=number,
        )
        Grid.objects.create(community=community, compound=compound, code="g1", name=name)
    for trip in truth("trips"):
        if trip["compound"]:
            move_in(community, trip)
    return community


def move_in(community: Community, trip: dict[str, str]) -> None:
    grid = Grid.objects.select_related("compound").get(community=community, name=trip["compound"])
    own = {"community": community, "compound": grid.compound}
    where = path(community.slug, grid.compound.code, "g1", trip["building"])
    building, _ = Building.objects.get_or_create(
        **own, number=trip["building"], defaults={"grid": grid, "path": where}
    )
    unit, _ = Unit.objects.get_or_create(community=community, building=building, number=trip["unit"])
    dwelling, _ = Dwelling.objects.get_or_create(
        **own,
        label=trip["address"],
        defaults={"building": building, "unit": unit, "room": trip["room"], "path": where},
    )
    if trip["in_ledger"] != "yes":
        return
    household, _ = Household.objects.get_or_create(community=community, dwelling=dwelling)
    person = Person.objects.create(
        community=community,
        household=household,
        name=trip["name"],
        path=where,
        created_at=AS_OF,
        updated_at=AS_OF,
    )
    for kind, texts in (("id_number", [trip["id_no"]]), ("phone", trip["phone"].split("、"))):
        vault.put(
            kind, [t for t in texts if t], community_id=community.id, owner_kind="person", owner_id=person.id
        )


def bring_in(community: Community, name: str) -> Import:
    """Upload, look, confirm and run, as the desk and the worker do."""
    brought = staging.receive(
        [(INPUTS / name).read_bytes()],
        community=community,
        name=name,
        bringer=Bringer(None, "崔文静"),
        at=AS_OF,
    )
    work()
    brought.refresh_from_db()
    assert brought.state == State.PREVIEWED, brought.trouble
    deciding.confirm(brought, by="崔文静", at=AS_OF)
    work()
    brought.refresh_from_db()
    assert brought.state == State.DONE, brought.trouble
    return brought


def work() -> None:
    while running.run_pending(AS_OF, "test"):
        pass


def clock(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


@pytest.fixture
def imported(read_once: tuple[Community, Import], db: None) -> Community:
    """The timetable, then the list."""
    return read_once[0]


def test_the_timetable_stands_as_its_latest_publication_says(imported: Community) -> None:
    bring_in(imported, "到站时刻.csv")
    words = {"正点": "on_time", "晚点": "late", "已到达": "arrived", "停运": "cancelled"}
    expected = {
        (t["service"], t["scheduled"]): (t["station"], words[t["status"]], t["expected"] or t["scheduled"])
        for t in truth("trains")
    }
    assert {
        (a.service, clock(a.scheduled_at)): (a.station, a.status, clock(a.expected_at))
        for a in Arrival.objects.all()
    } == expected


def test_eighty_trips_as_the_truth_has_them(imported: Community) -> None:
    trips = {
        t.person.name + t.service: t
        for t in Trip.objects.select_related("person", "case", "dwelling__compound")
    }
    wanted = truth("trips")
    assert len(trips) == len(wanted) == Case.objects.filter(loop="return").count() == 80
    wrong = {}
    for row in wanted:
        trip = trips.get(row["name"] + row["service"])
        if trip is None or said_of(trip) != of_truth(row):
            wrong[row["key"]] = (of_truth(row), trip and said_of(trip))
    unit_does_not_exist = wrong.pop("T073")
    assert unit_does_not_exist == (
        ("expected", "G9423", "长治东站", "2022-04-14 18:52", "香阅四季B区8-1-1701", "1", "上海市闵行区"),
        ("expected", "G9423", "长治东站", "2022-04-14 18:52", "", "1", "上海市闵行区"),
    ), "a door that only a person can put right is never guessed"
    assert "unknown_door" in trips["郭勇G9423"].doubts
    assert wrong == {}


def of_truth(row: dict[str, str]) -> tuple[str, ...]:
    door = f"{row['compound']}{row['address']}" if row["compound"] else ""
    return (row["state"], row["service"], row["station"], row["eta"], door, row["people"], row["origin"])


def said_of(trip: Trip) -> tuple[str, ...]:
    door = str(trip.dwelling) if trip.dwelling else ""
    people = str(1 + trip.companions)
    return (state_of(trip), trip.service, trip.station, clock(trip.eta_at), door, people, trip.origin)


def state_of(trip: Trip) -> str:
    if trip.call_off_asked_at:
        return "cancelled"
    first = trip.notices.order_by("id").first()
    assert first is not None
    return {"past": "past", "elsewhere": "refer"}.get(first.outcome, "expected")


def test_parties_are_the_truth_s(imported: Community) -> None:
    key_of = {row["name"] + row["service"]: row for row in truth("trips")}
    found: dict[object, set[str]] = {}
    for trip in Trip.objects.select_related("person"):
        found.setdefault(trip.party, set()).add(key_of[trip.person.name + trip.service]["key"])
    wanted: dict[str, set[str]] = {}
    for row in key_of.values():
        wanted.setdefault(row["party"], set()).add(row["key"])
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, wanted.values()))


def test_the_list_read_again_opens_nothing_and_asks_nothing_twice(imported: Community) -> None:
    before = (Case.objects.count(), Trip.objects.count(), Notice.objects.count(), Person.objects.count())
    again = bring_in(imported, "下发返乡名单.csv")
    assert (
        Case.objects.count(),
        Trip.objects.count(),
        Notice.objects.count(),
        Person.objects.count(),
    ) == before
    assert again.results == {"unchanged": 91}


def test_what_the_rows_came_to_is_counted(read_once: tuple[Community, Import], db: None) -> None:
    assert read_once[1].results == {"created": 80, "updated": 7, "merged": 4}


def test_no_name_stands_in_a_title_in_clear(imported: Community) -> None:
    titles = " ".join(Case.objects.values_list("title", flat=True))
    assert not [row["name"] for row in truth("trips") if row["name"] in titles]
