"""A round knows of every door where it stands: opened once and fast, never unknown, over only when all were visited."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.base.ids import uuid7
from linli.loops import deadlines, engine, relay, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for
from linli.matters.census import asks, coverage, rounds
from linli.matters.census.models import CensusRound, Correction, RoundDoor
from linli.matters.census.times import next_slot
from linli.registry.models import Dwelling
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

NINE = T0 + timedelta(hours=8)
"""09:10 on 15 April in Changzhi."""
UNTIL = NINE + timedelta(hours=36)


def open_round(town: Town, *names: str, intent: str = "round-1", ask: tuple[str, ...] = ()) -> CensusRound:
    """A round over buildings of compound A ("A 3"), opened by its grid lead."""
    told = rounds.Told(
        name="第一轮", buildings=[town.building[n].pk for n in names or ("A 3",)], until=UNTIL, asks=ask
    )
    return rounds.open_round(told, community=town.community, actor=town.grid_lead, at=NINE, intent=intent)


def visit(census: CensusRound, label: str) -> Case:
    return Case.objects.get(round_door__round=census, round_door__dwelling__label=label)


def take(case: Case, step: str, town: Town, after: float = 10, **given: Any) -> Event:
    at = NINE + timedelta(minutes=after)
    return engine.advance(case.id, step, actor=town.grid_worker, given=given, at=at, intent=str(uuid7()))


def outcomes(census: CensusRound) -> dict[str, str]:
    return dict(census.doors.values_list("dwelling__label", "outcome"))


def test_a_round_opens_one_visit_a_door_once_and_tells_of_itself_alone() -> None:
    town = make_town()
    census = open_round(town, "A 3", "A 10")
    assert open_round(town, "A 3", "A 10").pk == census.pk
    assert Case.objects.filter(loop="visit", cause=census.case).count() == census.doors.count() == 10
    assert census.case.scope == "xysj/a/g1/"
    door = visit(census, "3-1-101")
    assert (door.title, door.due_at, door.wake_at) == (
        "香阅四季A区3-1-101",
        *[UNTIL + timedelta(hours=24)] * 2,
    )
    assert len(RoundDoor.objects.get(case=door).people) == 2
    assert seal.verify(town.id) is None
    relay.pump(at=NINE, worker="test")
    assert deadlines.wake_due(at=UNTIL - timedelta(hours=3)) == 0, "a thousand doors ring nobody"
    assert [e.name for e in Event.objects.filter(case=census.case)] == ["census_round.opened"]


def test_who_may_not_and_what_cannot_be_opens_nothing() -> None:
    town, before = make_town(), Event.objects.count()

    def refused(**other: Any) -> dict[str, str]:
        told = {"name": "一", "buildings": [town.building["A 3"].pk], "until": UNTIL} | other
        who = other.pop("actor", town.grid_lead)
        told.pop("actor", None)
        with pytest.raises(Refused) as caught:
            rounds.open_round(rounds.Told(**told), community=town.community, actor=who, at=NINE, intent="x")
        return caught.value.faults

    assert list(refused(buildings=[])) == ["buildings"]
    assert list(refused(buildings=[uuid7()])) == ["buildings"]
    assert list(refused(until=NINE)) == ["until"]
    refused(actor=town.grid_worker)
    refused(buildings=[town.building["A 3"].pk, town.building["B 1"].pk])  # B is another lead's grid
    assert (Event.objects.count(), CensusRound.objects.count()) == (before, 0)


def test_a_thousand_doors_cost_as_many_statements_as_ten() -> None:
    town = make_town()
    door = town.door["A 3-1-101"]
    Dwelling.objects.bulk_create(
        Dwelling(
            community=town.community, compound=door.compound, building=door.building, unit=door.unit, room=f"{n}",
            label=f"3-1-{n}", position=n, path=f"{door.building.path}1/{n}/",
        )
        for n in range(300, 680)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as seen:
        census = open_round(town)
    statements = [q for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert census.doors.count() == 385
    assert len(statements) < 385 / 8
    assert seal.verify(town.id) is None


def test_every_door_ends_declared_and_a_round_with_an_unseen_door_cannot_end() -> None:
    town = make_town()
    census = open_round(town, ask=("travel",))
    first = visit(census, "3-1-101")
    with pytest.raises(Refused) as caught:
        take(first, "answer", town, people=2)
    assert list(caught.value.faults) == ["travel"]
    assert outcomes(census)["3-1-101"] == ""
    event = take(first, "answer", town, people=2, travel="no")
    assert event.given["people"] == 2
    assert event.given["travel"] != "no", "what was said lies beside the ledger"
    take(visit(census, "3-1-102"), "absent", town)
    take(visit(census, "3-1-201"), "refuse", town, reason="不开门")
    take(visit(census, "3-1-202"), "empty", town)
    with pytest.raises(Refused, match="还有 1 户"):
        engine.advance(census.case_id, "finish", actor=town.grid_lead, given={}, at=NINE, intent="end")
    take(visit(census, "3-2-1101"), "pass_on", town, party="barrier")
    drawn = coverage.by_building([census])[census.pk][town.building["A 3"].pk]
    assert (drawn.doors, drawn.visited, drawn.covered, drawn.percent) == (5, 5, 2, 40)
    assert sum(drawn.counts.values()) == 5
    for _ in range(2):
        engine.advance(census.case_id, "finish", actor=town.grid_lead, given={}, at=UNTIL, intent="end")
    assert Counter(Case.objects.filter(cause=census.case).values_list("state", flat=True)) == {
        "answered": 1,
        "vacant": 1,
        "ended": 3,
    }
    assert outcomes(census) == {
        "3-1-101": "answered",
        "3-1-102": "absent",
        "3-1-201": "refused",
        "3-1-202": "empty",
        "3-2-1101": "passed",
    }


def test_the_next_visit_is_at_another_part_of_the_day_or_as_agreed() -> None:
    town = make_town()
    case = visit(open_round(town), "3-1-101")

    def again(after: float, **given: str) -> str:
        take(case, "absent", town, after, **given)
        case.refresh_from_db()
        assert case.due_at and case.due_at.isoformat()
        return f"{case.anchors['again_from'][5:16]}"

    assert again(0) == "04-15T14:30"  # 09:10: the morning was tried
    assert again(6 * 60) == "04-15T19:00"  # 15:10
    assert again(10 * 60 + 30) == "04-16T09:00"  # 19:40: all three tried once, the earliest comes first
    assert again(11 * 60, part="morning", again="evening") == "04-16T19:00"
    assert case.anchors["tried"] == ["morning", "afternoon", "evening", "morning"]
    assert RoundDoor.objects.get(case=case).tries == 4
    pack = pack_for(town.id, NINE)
    assert next_slot(["morning", "afternoon"], NINE, pack).part == "evening"


STEPS: dict[str, dict[str, Any]] = {
    "answer": {"people": 1},
    "absent": {},
    "refuse": {},
    "empty": {},
    "pass_on": {"party": "police"},
}
COMES_TO = {
    "answer": asks.ANSWERED,
    "absent": asks.ABSENT,
    "refuse": asks.REFUSED,
    "empty": asks.EMPTY,
    "pass_on": asks.PASSED,
}
MOVES = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([*STEPS, "differs", "again"])), max_size=14)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=MOVES)
def test_whatever_happens_every_door_is_in_exactly_one_declared_state(moves: list[tuple[int, str]]) -> None:
    with transaction.atomic():
        town = make_town()
        census = open_round(town)
        cases = list(Case.objects.filter(cause=census.case).order_by("round_door__dwelling__position"))
        expected, last = dict.fromkeys(range(5), ""), {}
        for n, (i, what) in enumerate(moves):
            step = "answer" if what == "differs" else what
            if what == "again":  # the network swallowed the reply: the same record once more
                again = last.get(i)
                if again:
                    before = outcomes(census)
                    engine.advance(cases[i].id, **again)
                    assert outcomes(census) == before
                continue
            said = {**STEPS[step], **({"gone": "1", "come": "王小明"} if what == "differs" else {})}
            act = {
                "step_key": step,
                "actor": town.grid_worker,
                "given": said,
                "at": minutes(n),
                "intent": f"m{n}",
            }
            closed = expected[i] in (asks.ANSWERED, asks.EMPTY)
            nobody = what == "differs" and not RoundDoor.objects.get(case=cases[i]).people
            if closed or nobody:
                with pytest.raises(Refused):
                    engine.advance(cases[i].id, **act)
                continue
            engine.advance(cases[i].id, **act)
            last[i] = act
            expected[i] = COMES_TO[step]
        in_row = [census.doors.get(case=case).outcome for case in cases]
        assert in_row == list(expected.values())
        assert set(in_row) <= set(asks.OUTCOMES)
        whole = coverage.together(coverage.by_building([census])[census.pk].values())
        assert whole.doors == 5 == sum(whole.counts.values())
        assert whole.visited == sum(outcome != "" for outcome in in_row)
        answers = Event.objects.filter(name="visit.answer", given__has_key="changes")
        assert Correction.objects.count() == sum(e.given["changes"] for e in answers)
        assert Case.objects.filter(loop="correction").count() == answers.count()
        assert seal.verify(town.id) is None
        transaction.set_rollback(True)
