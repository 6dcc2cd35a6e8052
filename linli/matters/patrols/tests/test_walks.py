"""Walks: the plain plan is always in hand, a solver's is taken only where it is better, whatever becomes of the solver."""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest

from linli.base.clock import LOCAL
from linli.loops import engine
from linli.loops.models import Case, Destruction, Remark
from linli.matters.patrols import forget, giving, keepers, routing, walks
from linli.matters.patrols.models import PatrolPlan, PatrolVisit
from linli.matters.patrols.routing import Solving
from linli.matters.patrols.tests.streets import MORNING, WELL, at, venues, volunteers
from linli.matters.patrols.walks import Leg, Stop, Task, Walker
from linli.matters.patrols.windows import windows
from tests.town import Town, make_town

DAY = date(2022, 4, 16)


def task(seed: int, *, stops: int = 35, walkers: int = 6) -> Task:
    """A town from a seed: shops in 700 m square, four windows of 195 minutes each."""
    dice = random.Random(seed)
    places = [(dice.uniform(0, 700), dice.uniform(0, 700)) for _ in range(stops)]
    owed = tuple(
        Stop(f"{r}:{v:02}", place, 480 + 195 * r, 675 + 195 * r, f"t/c{v % 4}/")
        for r in range(4)
        for v, place in enumerate(places)
    )
    return Task((350, 350), owed, tuple(Walker(f"w{n}", ((480, 1260),), ("t/",)) for n in range(walkers)))


def test_opening_hours_are_cut_into_even_windows_when_people_walk() -> None:
    def cut(hours: list[list[str]], rounds: int = 4) -> list[str]:
        found = windows(hours, DAY, rounds, between=[["08:00", "21:00"]])
        return [f"{w.opens_at:%H:%M}-{w.closes_at:%H:%M}" for w in found]

    assert cut([["08:00", "21:00"]]) == ["08:00-11:15", "11:15-14:30", "14:30-17:45", "17:45-21:00"]
    assert cut([]) == cut([["08:00", "21:00"]]) == cut([["00:00", "24:00"]]) == cut([["x", "y"]])
    assert cut([["10:00", "14:00"], ["17:00", "21:00"]]) == [
        "10:00-12:00",
        "12:00-14:00",
        "17:00-19:00",
        "19:00-21:00",
    ]
    assert cut([["06:00", "12:00"], ["11:00", "13:00"]], 2) == ["08:00-10:30", "10:30-13:00"]
    assert cut([["21:30", "02:30"]], 1) == ["21:30-02:30"]  # open only when nobody walks: its own hours
    assert cut([["11:00", "13:00"], ["14:00", "17:00"]], 2) == ["11:00-13:00", "14:30-17:00"]
    assert cut([["08:00", "21:00"]], 0) == []
    (first, *_more) = windows([["08:00", "21:00"]], DAY, 4, between=[])
    assert first.opens_at == datetime(2022, 4, 16, 8, tzinfo=LOCAL)


@pytest.mark.parametrize("seed", range(4))
def test_the_plain_plan_is_even_fair_complete_and_at_once(seed: int) -> None:
    asked = task(seed)
    begun = time.process_time()
    legs = walks.plan(asked)
    assert time.process_time() - begun < 0.25  # its aim is 50 ms on a quiet core: bench/patrols.py
    assert walks.faults(asked, legs) == []
    stops = {s.id: s for s in asked.stops}
    assert {leg.stop for leg in legs} == set(stops)
    assert all(stops[leg.stop].opens <= leg.minute <= stops[leg.stop].closes for leg in legs)
    each = [sum(leg.walker == w.id for leg in legs) for w in asked.walkers]
    assert max(each) - min(each) <= 2


def test_nobody_goes_where_or_when_they_may_not() -> None:
    asked = task(1, stops=8, walkers=0)
    hands = (Walker("a", ((480, 700),), ("t/c0/",)), Walker("b", ((480, 1260),), ("t/c1/", "t/c2/")))
    legs = walks.plan(replace(asked, walkers=hands))
    assert {(leg.walker, leg.stop[0], int(leg.stop[2:]) % 4) for leg in legs} == {
        ("a", "0", 0), *(("b", r, c) for r in "0123" for c in (1, 2))
    }  # fmt: skip
    assert walks.plan(asked) == []
    assert walks.plan(replace(asked, stops=(), walkers=hands)) == []


def test_the_solver_walks_less_within_the_same_rules() -> None:
    asked = task(0)
    plain = walks.plan(asked)
    better = routing.solve_now(asked, plain, seconds=1)
    assert walks.faults(asked, better) == []
    assert {leg.stop for leg in better} == {leg.stop for leg in plain}
    assert walks.length(asked, better) < walks.length(asked, plain)


def test_a_solver_that_dies_hangs_or_lies_leaves_the_plain_plan() -> None:
    asked = task(2, stops=6)
    plain = walks.plan(asked)

    def ends(program: str, *, kill: bool = False) -> list[Leg] | None:
        solving = Solving(asked, plain, seconds=1, command=(sys.executable, "-c", program))
        if kill:
            solving.killed_at = 0.0
            assert not solving.is_running()
        return solving.finished()

    assert ends("import time; time.sleep(60)", kill=True) is None
    assert ends("raise SystemExit(3)") is None
    assert ends("print('[]')") is None
    assert ends("print('{')") is None
    twice = json.dumps([asdict(leg) for leg in [*plain[:-1], plain[0]]])
    assert ends(f"print({twice!r})") is None
    same = json.dumps([asdict(leg) for leg in plain])
    assert ends(f"print({same!r})") is None  # no shorter


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()


def test_a_shorter_plan_is_taken_over_unless_somebody_planned_anew(town: Town, settings: object) -> None:
    settings.PATROL_SECONDS = 0.2  # type: ignore[attr-defined]
    venues(town, 12)
    volunteers(town, 2)
    giving.open_and_plan(at=MORNING)
    plan = PatrolPlan.objects.get()
    assert plan.improving == plan.version == 1
    improver = giving.Improver()
    improver.look(at=MORNING)
    ((drawn, solving),) = improver.under_way.values()
    done = next(iter(drawn.visits.values()))
    told = {"actor": town.patrol, "at": at("09:00"), "intent": "shut"}
    engine.advance(done.case_id, "closed", given={"why": "away"}, **told)  # type: ignore[arg-type]
    before = PatrolVisit.objects.get(pk=done.pk).planned_at
    turned = [replace(leg, walker=drawn.task.walkers[0].id) for leg in solving.plain]
    assert giving._take_over(plan.pk, 1, drawn, turned) == 1
    plan.refresh_from_db()
    assert (plan.how, plan.improving, plan.metres) == ("solved", 0, round(walks.length(drawn.task, turned)))
    assert PatrolVisit.objects.get(pk=done.pk).planned_at == before
    mine = PatrolVisit.objects.filter(outcome="", walker_id=drawn.walkers[drawn.task.walkers[0].id].pk)
    assert (
        mine.count()
        == 47
        == Case.objects.filter(loop="patrol", closed_at=None, holder_id=mine[0].walker_id).count()
    )
    giving.plan_day(town.community, at=MORNING)
    assert giving._take_over(plan.pk, 1, drawn, turned) == 0
    assert PatrolPlan.objects.get().how == "plain"
    solving.kill()
    assert improver.look(at=MORNING) == 0  # the killed one is dropped, the new plan is looked at
    (_drawn, second) = next(iter(improver.under_way.values()))
    second.kill()


def test_walks_are_forgotten_with_a_proof_when_the_pack_s_days_are_over(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    visit = PatrolVisit.objects.get(number=1)
    given = {**WELL, "checker": "bad", "note": "老板说店员在路上"}
    engine.advance(visit.case_id, "check", actor=town.patrol, given=given, at=at("09:30"), intent="look")
    case = Case.objects.get(loop="finding")
    keepers.answer(case.pk, venue, "在了", at=at("09:50"), intent="answer")
    engine.advance(case.pk, "clear", actor=town.patrol, given={}, at=at("12:00"), intent="clear")
    assert forget.forget(at=MORNING + timedelta(days=89)) == 0
    later = MORNING + timedelta(days=91)
    assert forget.forget(at=later) == 3
    assert forget.forget(at=later + timedelta(hours=1)) == 0
    assert set(Remark.objects.values_list("text", flat=True)) == {""}
    assert PatrolVisit.objects.count() == 3  # those still open wait for a person
    proved = Destruction.objects.values_list("of", "count")
    assert sorted(proved) == [("patrol_visit", 1), ("remark", 2)]
