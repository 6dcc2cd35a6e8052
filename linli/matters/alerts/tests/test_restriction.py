"""Nobody is restricted without basis, evidence, a second person and an end; it ends by itself; and an appeal has a clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.loops import deadlines
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import pack_for, shipped
from linli.loops.replanning import adopt
from linli.matters.alerts import appealing, forget, links, proposing
from linli.matters.alerts.bases import bases
from linli.matters.alerts.models import RestrictionFile, RestrictionLink
from linli.matters.alerts.restriction import binds
from linli.matters.alerts.tests.scene import (
    DAY,
    HOUR,
    REASON,
    clock_runs,
    fresh,
    in_force,
    proposed,
    rows,
    take,
    wish,
)  # fmt: skip
from tests.town import T0, make_town, minutes

pytestmark = pytest.mark.django_db
WRONG = "那天我在外地,有车票"


def test_proposed_confirmed_told_and_ended_by_the_clock_alone() -> None:
    town = make_town()
    case = proposed(town)
    assert proposed(town) == case
    assert (case.state, case.due_at, case.title) == ("proposed", T0 + 2 * HOUR, "叶*秋 · 香阅四季B区1号楼")
    assert not binds(case, T0)
    take(case, "confirm", town.approver, T0 + HOUR / 4, looked=True)
    assert not binds(fresh(case), T0 + HOUR / 4), "it binds nobody who was not told"
    take(case, "tell", town.health, T0 + HOUR / 2, how="phone", appeal=True)
    now, ends = fresh(case), T0 + 5 * DAY
    assert (now.state, now.due_at) == ("in_force", ends)
    assert (binds(now, ends - HOUR), binds(now, ends)) == (True, False), "also while no clock has run"
    assert clock_runs(case, ends + HOUR) == ["reminded", "lapsed"]
    assert (fresh(case).state, fresh(case).closed_at) == ("ended", ends)
    assert deadlines.wake(case.id, at=ends + DAY) is None
    kept = RestrictionFile.objects.get()
    assert (kept.proposer_id, kept.confirmer_id) == (town.health.pk, town.approver.pk)
    ledger = str(list(Event.objects.values("given")))
    assert REASON not in ledger
    assert "潞疾控" not in ledger


def test_a_worker_that_slept_over_the_end_ends_it_on_waking() -> None:
    town = make_town()
    case = in_force(town)
    event = deadlines.wake(case.id, at=T0 + 30 * DAY)
    assert event
    assert (event.verb, fresh(case).state) == ("lapsed", "ended")


def test_everything_missing_is_said_at_once_and_nothing_is_written() -> None:
    town = make_town()
    before = rows()
    bad = {"basis": "because", "evidence": "", "evidence_number": " ", "reason": "", "ends_at": None}
    with pytest.raises(Refused) as refused:
        proposed(town, **bad)
    assert set(refused.value.faults) == set(bad)
    days = {b.key: b.max_days for b in bases(pack_for(town.id, T0))}
    assert days == {"patient": 3, "contact": 21, "measures": 21, "area": 3}
    for ends_at, says in ((T0, "晚于现在"), (T0 + 21 * DAY + timedelta(seconds=1), "最长 21 天")):
        with pytest.raises(Refused) as refused:
            proposed(town, ends_at=ends_at)
        assert says in refused.value.faults["ends_at"]
    with pytest.raises(Refused, match="不在这个岗位"):
        proposing.propose(town.person["叶知秋"], wish(), actor=town.patrol, at=T0)
    adopt(town.id, shipped("covid-b"), from_at=minutes(-1), at=T0, adopted_by="段秋实")
    with pytest.raises(Refused) as refused:
        proposed(town)
    assert set(refused.value.faults) == {"basis"}, "under class B nobody can be restricted"
    assert rows() == before
    assert not RestrictionFile.objects.exists()


def test_the_second_person_is_another_one_looks_again_and_one_restriction_is_enough() -> None:
    town = make_town()
    case = proposing.propose(town.person["叶知秋"], wish(), actor=town.director, at=T0)
    before = rows()
    with pytest.raises(Refused, match="不能自己确认"):
        take(case, "confirm", town.director, minutes(10), looked=True)
    with pytest.raises(Refused, match="不在这个岗位"):
        take(case, "confirm", town.health, minutes(10), looked=True)
    with pytest.raises(Refused):
        take(case, "confirm", town.approver, minutes(10), looked=False)
    with pytest.raises(Refused, match="期限已经过了"):
        take(case, "confirm", town.approver, T0 + 6 * DAY, looked=True)
    with pytest.raises(Refused, match="已有一件限制"):
        proposed(town, intent="again")
    assert rows() == before
    adopt(town.id, shipped("covid-new10"), from_at=minutes(-1), at=T0, adopted_by="段秋实")
    RestrictionFile.objects.update(latest_at=T0 + 9 * DAY, ends_at=T0 + 8 * DAY)
    with pytest.raises(Refused, match="超过这条依据"):
        take(case, "confirm", town.approver, minutes(10), looked=True)
    take(case, "decline", town.approver, minutes(11), reason="新政策只有五天")
    assert fresh(case).state == "declined"
    assert proposed(town, intent="again").state == "proposed"


@pytest.mark.parametrize(
    "broken",
    [
        {"basis": ""},
        {"evidence_number": ""},
        {"reason": ""},
        {"ends_at": T0 + 22 * DAY},
        {"ends_at": T0},
        {"confirmed_at": None},
        {"told_at": T0 + 5 * DAY},
    ],
)
def test_the_database_itself_refuses_what_no_rule_allows(broken: dict[str, object]) -> None:
    town = make_town()
    in_force(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        RestrictionFile.objects.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        RestrictionFile.objects.update(confirmer_id=town.health.pk)


def test_an_appeal_is_decided_by_a_third_person_and_told() -> None:
    town = make_town()
    case = in_force(town)
    at = T0 + DAY
    before = rows()
    with pytest.raises(Refused, match="哪里不对"):
        appealing.ask(case, "  ", at=at, intent="ap-0")
    assert rows() == before
    appeal = appealing.ask(case, WRONG, at=at, intent="ap-1")
    assert appealing.ask(case, WRONG, at=at, intent="ap-1") == appeal
    assert (appeal.state, appeal.due_at, appeal.cause) == ("asked", at + DAY, case)
    assert WRONG not in str(list(Event.objects.values("given")))
    written = rows()
    with pytest.raises(Refused, match="正在办"):
        appealing.ask(case, WRONG, at=at, intent="ap-2")
    for who in (town.approver, town.health):
        with pytest.raises(Refused):
            take(appeal, "lift", who, at + HOUR, reason="核对了车票")
    assert rows() == written
    take(appeal, "lift", town.director, at + HOUR, reason="核对了车票,那天您不在")
    assert (fresh(appeal).state, fresh(case).state, fresh(case).closed_at) == ("decided", "lifted", at + HOUR)
    last = appealing.latest(case)
    assert last
    assert (last.words, last.outcome, last.reason) == (WRONG, "lifted", "核对了车票,那天您不在")
    take(appeal, "tell", town.health, at + 2 * HOUR, how="phone")
    assert fresh(appeal).state == "told"


def test_an_appeal_upheld_changes_nothing_and_there_are_no_more_than_three() -> None:
    town = make_town()
    case = in_force(town)
    for n in range(3):
        at = T0 + DAY + n * HOUR
        appeal = appealing.ask(case, WRONG, at=at, intent=f"ap-{n}")
        take(appeal, "uphold", town.director, at + HOUR / 4, reason="核对过行程,依据还在")
        take(appeal, "tell", town.desk, at + HOUR / 2, how="face")
    assert (fresh(case).state, fresh(case).due_at) == ("in_force", T0 + 5 * DAY)
    with pytest.raises(Refused, match="12345"):
        appealing.ask(case, WRONG, at=T0 + 2 * DAY, intent="ap-4")
    late = appealing.ask(in_force(town, "石敢当", intent="other"), WRONG, at=T0 + DAY, intent="ap-5")
    assert clock_runs(late, T0 + DAY + 2 * HOUR) == ["climbed", "climbed"]


def test_the_link_opens_once_confirmed_until_it_is_revoked_or_forgotten() -> None:
    town = make_town()
    case, at = proposed(town), T0 + HOUR
    own = {"community_id": town.id, "actor": town.health, "at": at}
    with pytest.raises(Refused, match="第二个人"):
        links.issue(case.id, **own)
    assert not RestrictionLink.objects.exists()
    take(case, "confirm", town.approver, at, looked=True)
    first = links.issue(case.id, **own)
    second = links.issue(case.id, **own)
    assert links.opened(first) is None
    opened = links.opened(second)
    assert opened
    assert (opened.case_id, second in str(RestrictionLink.objects.values())) == (case.id, False)
    assert links.opened("not-a-token") is None
    take(case, "lift", town.director, at + HOUR, reason="弄错人了")
    assert links.opened(second), "whoever was restricted may read it afterwards"
    appeal = appealing.ask(case, WRONG, at=at + 2 * HOUR, intent="ap-1")
    gone = at + 100 * DAY
    assert forget.forget(at=gone) == 0, "nothing goes while an appeal waits"
    take(appeal, "lift", town.director, at + 3 * HOUR, reason="弄错人了")
    take(appeal, "tell", town.health, at + 4 * HOUR, how="phone")
    assert forget.forget(at=gone) == 2
    assert (RestrictionFile.objects.count(), RestrictionLink.objects.count(), links.opened(second)) == (
        0,
        0,
        None,
    )
    assert set(Remark.objects.values_list("text", flat=True)) == {""}
    assert Case.objects.count() == 2, "the ledger's lines stay"
