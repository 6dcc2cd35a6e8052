"""What a door says against the register: held encrypted, decided side by side, written only where nothing has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from linli.loops import engine, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.matters.census import corrections, forget
from linli.matters.census.corrections import Item
from linli.matters.census.models import Correction, RoundDoor
from linli.matters.census.tests.test_rounds import NINE, open_round, take, visit
from linli.registry import changes
from linli.registry.models import Person, Sealed
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

NEW_PHONE, NEWCOMER = "13900099123", "王小明"


def items(town: Town) -> dict[str, Item]:
    return {f"{i.row.kind} {i.new}": i for i in corrections.undecided(town.id, [f"{town.community.slug}/a/"])}


def decide(town: Town, accept: list[Item], decline: list[Item] = [], **other: Any) -> tuple[int, int]:  # noqa: B006
    made = {"actor": town.grid_lead, "at": NINE + timedelta(hours=1), "intent": "d1"} | other
    seen = {item.row.pk: item.now for item in accept}
    return corrections.decide(seen, [item.row.pk for item in decline], community_id=town.id, **made)


def everything_written() -> str:
    """Every text column of every event and remark."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT given FROM loops_event")
        return " ".join(str(row[0]) for row in cursor.fetchall()) + "".join(
            Remark.objects.values_list("text", flat=True)
        )


def test_corrections_go_from_the_door_through_a_decision_into_the_register() -> None:
    town = make_town()
    census = open_round(town)
    first, second = visit(census, "3-1-101"), visit(census, "3-1-102")
    said = {
        "people": 2,
        "gone": "2",
        "come": f"{NEWCOMER} {NEW_PHONE}、李红",
        "phone": "1 139-0009-9123",
        "need": "1 独居老人;1 慢性病患者",
    }
    for _ in range(2):
        engine.advance(first.id, "answer", actor=town.grid_worker, given=said, at=NINE, intent="a1")
    take(second, "answer", town, people=3, name="2 林小希")
    assert Correction.objects.count() == 7
    event = Event.objects.get(intent="a1")
    assert {k: event.given[k] for k in ("gone", "come", "phone", "need", "changes")} == {
        "gone": 1,
        "come": 2,
        "phone": 1,
        "need": 2,
        "changes": 6,
    }
    written = everything_written()
    assert not [word for word in (NEWCOMER, NEW_PHONE, "林小希", "独居") if word in written]
    assert Case.objects.filter(loop="correction").count() == 2
    found = items(town)
    assert (found[f"phone {NEW_PHONE}"].old, found["name 林小希"].old) == ("*******1000", "林*溪")
    assert not any(item.is_stale for item in found.values())

    open_ones = [found["gone "], found[f"come {NEWCOMER} {NEW_PHONE}"]]
    with pytest.raises(Refused):
        decide(town, open_ones, actor=town.grid_worker)
    assert Person.objects.get(pk=town.person["方大川"].pk).standing == Person.RESIDENT
    assert decide(town, open_ones, [found["come 李红"]]) == (2, 1)
    assert decide(town, open_ones, [found["come 李红"]]) == (0, 0)
    case = Case.objects.get(loop="correction", cause=first)
    assert (case.state, Event.objects.get(case=case, name="correction.kept").actor_name) == (
        "proposed",
        "葛连城",
    )
    assert Person.objects.get(pk=town.person["方大川"].pk).standing == Person.LEFT
    newcomer = Person.objects.get(name=NEWCOMER)
    assert (newcomer.path, newcomer.standing) == (town.door["A 3-1-101"].path, Person.RESIDENT)
    engine.advance(case.id, "accept", actor=town.grid_lead, given={}, at=NINE, intent="rest")
    who = town.person["陆青禾"]
    assert sorted(who.needs.values_list("kind", flat=True)) == ["alone", "chronic"]
    assert changes.shown_phones([who.pk], community_id=town.id)[who.pk].endswith("9123")
    closing = Event.objects.get(intent="rest").given
    assert (len(closing["accepted"]), len(closing["declined"])) == (5, 1)
    assert decide(town, [items(town)["name 林小希"]], intent="d2") == (1, 0)
    assert Person.objects.get(pk=town.person["林小溪"].pk).name == "林小希"
    assert Case.objects.get(loop="correction", cause=second).state == "settled"
    assert seal.verify(town.id) is None


def test_two_proposals_on_one_fact_meet_and_the_later_one_says_that_the_register_changed() -> None:
    town = make_town()
    for n, phone in enumerate(("13900099001", "13900099002")):
        census = open_round(town, intent=f"r{n}")
        take(visit(census, "3-1-101"), "answer", town, people=2, phone=f"1 {phone}")
    one, other = corrections.undecided(town.id, [town.community.path])
    assert one.row.fact == other.row.fact
    with pytest.raises(Refused, match="一种说法"):
        decide(town, [one, other])
    assert decide(town, [one]) == (1, 0)
    (late,) = corrections.undecided(town.id, [town.community.path])
    assert late.is_stale
    case = Case.objects.get(loop="correction", cause=late.row.visit)
    before = Event.objects.count()
    with pytest.raises(Refused, match="台账"):
        engine.advance(case.id, "accept", actor=town.grid_lead, given={}, at=NINE, intent="x")
    with pytest.raises(Refused, match="台账"):
        decide(town, [Item(late.row, "", "", now=late.row.mark)], intent="x")
    assert (Event.objects.count(), Correction.objects.filter(state="open").count()) == (before, 1)
    assert decide(town, [late], intent="seen what it says now") == (1, 0)
    assert corrections.undecided(town.id, [town.community.path]) == []


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("gone", "老张"),
        ("gone", "3"),
        ("phone", "1"),
        ("phone", "1 12345"),
        ("come", "13900000001"),
        ("come", "王明 123456789"),
        ("name", "1 12"),
        ("need", "1 好人"),
    ],
)
def test_what_cannot_be_meant_is_asked_again_and_writes_nothing(key: str, said: str) -> None:
    town = make_town()
    case = visit(open_round(town), "3-1-101")
    before = Event.objects.count()
    with pytest.raises(Refused) as caught:
        take(case, "answer", town, people=2, **{key: said, "water": "clear"})
    assert list(caught.value.faults) == [key]
    assert (Event.objects.count(), Correction.objects.count(), RoundDoor.objects.get(case=case).outcome) == (
        before,
        0,
        "",
    )


def test_after_the_pack_s_days_nothing_of_a_door_is_left_but_that_somebody_was_there() -> None:
    town = make_town()
    census = open_round(town, "A 3")
    case = visit(census, "3-1-101")
    take(case, "answer", town, people=2, come=NEWCOMER, health="ill")
    decide(town, [], list(items(town).values()))
    case.refresh_from_db()
    later = NINE + timedelta(days=91)
    assert forget.forget(at=later) == 1
    assert forget.forget(at=later) == 0
    assert not Correction.objects.exists()
    assert not Sealed.objects.filter(owner_kind="correction").exists()
    assert RoundDoor.objects.get(case=case).people == []
    assert not Remark.objects.exclude(text="").exists()
    assert RoundDoor.objects.get(case=case).outcome == "answered"
    assert seal.verify(town.id) is None
