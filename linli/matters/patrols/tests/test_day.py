"""A day of 35 venues × 4 rounds: opened by the clock, given out, walked with the time as argument, seen on the board."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.codes import issuing
from linli.loops import deadlines, engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import shipped
from linli.loops.replanning import adopt
from linli.matters.patrols import board, effects, giving, keepers, rounds
from linli.matters.patrols.models import PatrolPlan, PatrolVisit
from linli.matters.patrols.tests.streets import MORNING, WELL, at, venues, volunteers
from tests.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()


def look(town: Town, visit: PatrolVisit, clock: str, **more: str) -> Event:
    """The walker of a visit (else the cast's) looks, and everything not said is well."""
    return engine.advance(
        visit.case_id,
        "check",
        actor=town.patrol,
        given={**WELL, **more},
        at=at(clock),
        intent=f"look:{visit.pk}",
    )


def visit_of(venue: object, number: int) -> PatrolVisit:
    return PatrolVisit.objects.get(venue=venue, number=number)


def test_a_day_of_35_venues_is_opened_given_out_and_walked_to_its_end(town: Town) -> None:
    venues(town)
    hands = volunteers(town)
    assert giving.open_and_plan(at=MORNING) == 140
    assert giving.open_and_plan(at=MORNING + timedelta(minutes=1)) == 0
    assert rounds.open_day(town.community, at=MORNING) == 0

    visits = list(PatrolVisit.objects.select_related("venue").order_by("planned_at", "walker_id"))
    assert {v.walker_id for v in visits} == {h.pk for h in hands}
    assert all(v.planned_at and v.opens_at <= v.planned_at <= v.closes_at for v in visits)
    each = Counter(v.walker_id for v in visits)
    assert max(each.values()) - min(each.values()) <= 2
    by_venue: dict[object, list[datetime]] = {}
    for visit in visits:
        assert visit.planned_at
        by_venue.setdefault(visit.venue_id, []).append(visit.planned_at)
    gaps = [b - a for moments in by_venue.values() for a, b in pairwise(moments)]
    assert (len(gaps), max(gaps) <= timedelta(hours=4), min(gaps) >= timedelta(minutes=90)) == (
        105,
        True,
        True,
    )

    by_id = {h.pk: h for h in hands}
    for visit in visits:
        assert visit.planned_at
        hand = by_id[visit.walker_id]  # type: ignore[index]
        engine.advance(
            visit.case_id, "check", actor=hand, given=dict(WELL), at=visit.planned_at, intent=f"v{visit.pk}"
        )
    found = board.standings(town.id, [town.community.path], visits[0].day, at("21:00"))
    assert [(s.seen, s.owed, s.list(at("21:00"))) for s in found] == [(4, 4, board.WHOLE)] * 35
    assert Case.objects.open().filter(loop="patrol").count() == 0


def test_the_board_says_who_is_short_and_is_read_in_two_queries(town: Town) -> None:
    first, second, third = venues(town, 3)
    giving.open_and_plan(at=MORNING)
    look(town, visit_of(first, 1), "09:30")
    look(town, visit_of(second, 1), "09:40", checker="bad")
    day = visit_of(first, 1).day
    with CaptureQueriesContext(connection) as caught:
        found = board.standings(town.id, [town.community.path], day, at("11:20"))
    assert len(caught) == 2
    said = [(s.venue, s.list(at("11:20")), s.seen, s.short(at("11:20")), s.findings) for s in found]
    assert said == [(third, "short", 0, 1, 0), (second, "open", 1, 0, 1), (first, "on_time", 1, 0, 0)]
    ahead = found[2].next(at("11:20"))
    assert ahead and ahead.closes_at == at("14:30")
    only_b = board.standings(
        town.id, [town.compound["B"].community.path + "b/"], visit_of(first, 1).day, at("11:20")
    )
    assert [s.venue for s in only_b] == [second]


def test_a_visit_nobody_made_climbs_and_is_given_up_only_with_a_reason(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    visit = visit_of(venue, 1)
    assert deadlines.wake_due(at=at("11:14")) == 0
    assert deadlines.wake_due(at=at("11:16")) == 1
    event = Event.objects.get(name="patrol.overdue")
    assert (event.case_id, event.given["told"]) == (visit.case_id, ["desk", "grid_lead"])
    with pytest.raises(Refused):
        engine.advance(visit.case_id, "miss", actor=town.desk, given={}, at=at("11:30"), intent="m1")
    with pytest.raises(Refused):
        engine.advance(
            visit.case_id, "miss", actor=town.patrol, given={"why": "nobody"}, at=at("11:30"), intent="m2"
        )
    assert not PatrolVisit.objects.exclude(outcome="").exists()
    engine.advance(
        visit.case_id, "miss", actor=town.desk, given={"why": "nobody"}, at=at("11:31"), intent="m3"
    )
    assert board.standings(town.id, [town.community.path], visit.day, at("11:40"))[0].short(at("11:40")) == 1


def test_a_scan_must_be_the_living_code_of_this_very_venue(town: Town) -> None:
    mine, other = venues(town, 2)
    giving.open_and_plan(at=MORNING)
    kept = {"community_id": town.id, "at": MORNING}
    old = issuing.issue("venue", mine.pk, **kept)  # type: ignore[arg-type]
    code = issuing.reissue("venue", mine.pk, **kept)  # type: ignore[arg-type]
    theirs = issuing.issue("venue", other.pk, **kept)  # type: ignore[arg-type]
    visit = visit_of(mine, 1)
    for wrong in (old.token, theirs.token, "7A3K9F4J", "x"):
        with pytest.raises(Refused) as refused:
            look(town, visit, "09:00", code=wrong)
        assert set(refused.value.faults) == {"code"}
    assert Event.objects.filter(name="patrol.check").count() == 0
    event = look(town, visit, "09:00", code=f"https://linli.example/v/{code.token}/")
    assert (event.given["code"], visit_of(mine, 1).scanned) == ("scanned", True)
    assert code.token not in str(event.given)
    assert look(town, visit_of(other, 1), "09:10").given["code"] == ""


def test_four_looks_cannot_be_made_in_one_hour(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    look(town, visit_of(venue, 1), "09:00")
    with pytest.raises(Refused):
        look(town, visit_of(venue, 2), "10:59")
    assert Event.objects.filter(name="patrol.check").count() == 1
    look(town, visit_of(venue, 2), "11:00")


def test_every_item_of_the_pack_is_asked_and_all_that_is_missing_is_said_at_once(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    with pytest.raises(Refused) as refused:
        engine.advance(
            visit_of(venue, 1).case_id,
            "check",
            actor=town.patrol,
            given={"posted": "ok"},
            at=at("09:00"),
            intent="c",
        )
    assert set(refused.value.faults) == set(WELL) - {"posted"}
    assert not PatrolVisit.objects.exclude(outcome="").exists()


def test_what_is_not_right_is_owed_until_a_later_look_finds_it_right(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    look(town, visit_of(venue, 1), "09:30", checker="bad", notice="bad", note="没人")
    owed = keepers.owed(venue, at("09:31"))
    assert [(o.case.anchors["item"], o.fix_by) for o in owed] == [
        ("checker", at("10:00")),
        ("notice", at("13:30")),
    ]
    checker, notice = (o.case.pk for o in owed)

    event = keepers.answer(checker, venue, "老板娘在门口了", at=at("09:50"), intent="keeper-1")
    assert keepers.answer(checker, venue, "x", at=at("09:51"), intent="keeper-1") == event
    assert "老板娘" not in str(event.given)
    answered = Case.objects.get(pk=checker)
    assert (answered.state, answered.due_at) == (
        "found",
        at("13:50"),
    )  # now we owe a look, four hours from its word
    with pytest.raises(Refused):
        keepers.answer(visit_of(venue, 2).case_id, venue, "", at=at("09:52"), intent="keeper-2")

    look(town, visit_of(venue, 2), "12:40", checker="bad", notice="bad")
    states = dict(Case.objects.filter(loop="finding").values_list("pk", "state"))
    assert states == {checker: "persisting", notice: "found"}  # its hour is not over
    look(town, visit_of(venue, 3), "15:40")
    states = dict(Case.objects.filter(loop="finding").values_list("pk", "state"))
    assert states == {checker: "cleared", notice: "cleared"}
    assert effects.findings_of(Case.objects.get(pk=visit_of(venue, 4).case_id)) == {}


def test_a_finding_nobody_puts_right_is_told_upwards(town: Town) -> None:
    (venue,) = venues(town, 1)
    giving.open_and_plan(at=MORNING)
    look(town, visit_of(venue, 1), "09:30", asked="bad")
    case = Case.objects.get(loop="finding")
    deadlines.wake_due(at=at("10:00"))
    deadlines.wake_due(at=at("10:00"))
    assert [e.given["told"] for e in Event.objects.filter(name="finding.overdue")] == [["grid_lead", "desk"]]
    with pytest.raises(Refused):
        engine.advance(
            case.pk, "report", actor=town.patrol, given={"party": "market"}, at=at("10:05"), intent="r"
        )
    engine.advance(
        case.pk, "report", actor=town.grid_lead, given={"party": "market"}, at=at("10:05"), intent="r2"
    )
    look(town, visit_of(venue, 2), "12:40", asked="bad")
    assert Case.objects.get(pk=case.pk).state == "reported"


def test_replanning_keeps_what_is_done_and_follows_who_is_there(town: Town) -> None:
    some = venues(town, 6)
    giving.open_and_plan(at=MORNING)
    look(town, visit_of(some[0], 1), "09:30")
    before = visit_of(some[0], 1)
    late = town.hire("patrol", "方晚来", starts_at=at("13:00"), ends_at=at("17:30"))
    only_b = town.hire("patrol", "贝小区", scope=town.community.path + "b/")
    plan = giving.plan_day(town.community, at=at("12:00"), actor=town.desk)
    assert (plan.version, plan.how) == (2, PatrolPlan.PLAIN)
    after = visit_of(some[0], 1)
    assert (after.outcome, after.planned_at, after.walker_id) == (
        "checked",
        before.planned_at,
        before.walker_id,
    )
    theirs = PatrolVisit.objects.filter(walker=late)
    assert theirs.exists()
    assert all(v.planned_at and at("13:00") <= v.planned_at <= at("17:30") for v in theirs)
    assert {v.venue.path for v in PatrolVisit.objects.filter(walker=only_b)} == {town.community.path + "b/"}
    assert Case.objects.filter(loop="patrol", closed_at=None, holder_id=late.pk).count() == theirs.count()
    with pytest.raises(Refused):
        giving.plan_day(town.community, at=at("12:01"), actor=town.patrol)
    assert PatrolPlan.objects.get().version == 2


def test_nothing_is_owed_before_the_pack_s_hour_or_under_a_pack_without_rounds(town: Town) -> None:
    venues(town, 2)
    assert giving.open_and_plan(at=at("05:59")) == 0
    adopt(town.id, shipped("covid-b"), from_at=at("00:00"), at=at("00:00"), adopted_by="段秋实")
    assert giving.open_and_plan(at=MORNING) == 0
    with pytest.raises(Refused):
        rounds.open_day(town.community, at=MORNING, actor=town.desk)
    assert not PatrolVisit.objects.exists()
