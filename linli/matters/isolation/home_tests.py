"""Tests behind a door: sampled on the pack's days and never early, the result awaited, a positive one handed on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import clamp
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.isolation.loop import giver, reason, taker
from linli.matters.isolation.plan import Test, days, tests_at_home

FROM_ISOLATION = ("history", "day_zero", "member_of")
"""Anchors a duty of the same person takes over, so that its own plan can be worked out from the pack."""

tube = Evidence("tube", N_("试管或条码号"), private=True)
sampler = Evidence("sampler", N_("采样人"), kind="name", required=False, hint=N_("不填就是您本人"))
source = Evidence("source", N_("结果从哪里来"), required=False, hint=N_("例如检验报告单、查询平台"))


def from_isolation(case: Case, event: Event, pack: Pack) -> Opening | None:
    """Open beside every isolation, even where today's pack names no day: a sample can come, and a pack can change.

    A pack adopted before there was this duty stops nobody at their door.
    """
    if "home_test.sample" not in pack.body["due"]:
        return None
    known = {key: case.anchors[key] for key in FROM_ISOLATION if key in case.anchors}
    return Opening(title=case.title, scope=case.scope, subject=case.subject, anchors=known)


def next_sample(case: Case, pack: Pack) -> Given:
    """The first test that is owed after the last sample, by this pack; what is done stays done. "" when none is owed."""
    known = {**case.anchors, **days(case, pack)}
    test = next((t for t in tests_at_home(known, pack) if _is_owed(t, known)), None)
    moved = {key: value for key, value in known.items() if case.anchors.get(key) != value}
    return moved | {
        "test_day": test.day if test else 0,
        "test_from": test.opens_at.isoformat() if test else "",
        "test_by": test.closes_at.isoformat() if test else "",
    }


def _is_owed(test: Test, known: Given) -> bool:
    since: str | None = known.get("sampled_at")
    over = since is not None and test.closes_at <= datetime.fromisoformat(since)
    return not over and test.key not in known.get("done", [])


def counts_for(known: Given, pack: Pack, at: datetime) -> Test | None:
    """The test a sample taken at `at` is: the first whose stretch it lies in, else the last one missed; None beyond plan."""
    opened = [
        t for t in tests_at_home(known, pack) if t.opens_at <= at and t.key not in known.get("done", [])
    ]
    return next((t for t in opened if at < t.closes_at), opened[-1] if opened else None)


@register
class HomeTest(
    Loop, key="home_test", title=N_("上门采样"), opens_on=("isolation.opened",), ends_with_cause="ended"
):
    """上门采样: one case a person; every sample keeps the promise of its day and plans the next."""

    awaited = State(N_("等待采样"), due="home_test.sample", tell=("sampling", "health", "grid_lead"))
    ended = State(N_("不再需要"))

    sample = Step(
        awaited, awaited, by="sampling", title=N_("已采样"), needs=(tube, sampler), not_before="test_from"
    )

    opening = staticmethod(from_isolation)
    plan = staticmethod(next_sample)


@HomeTest.sample.does
def plan_next(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The day it counts for is done; the next one is owed from now on."""
    pack = pack_for(case.community_id, at)
    test = counts_for(case.anchors, pack, at)
    done = [*case.anchors.get("done", []), *([test.key] if test else [])]
    case.anchors = {**case.anchors, "done": done, "sampled_at": at.isoformat()}
    case.anchors |= next_sample(case, pack)
    return {"test": test.key if test else "", "by": given.get("sampler") or actor.shown_name}


def from_sample(case: Case, event: Event, pack: Pack) -> Opening:
    """A result is owed for every sample. It was taken when the phone in the corridor said so, where that can be true."""
    taken_at = clamp(event.device_at, event.at)
    known = {key: case.anchors[key] for key in ("history",) if key in case.anchors}
    anchors = {
        **known,
        "isolation": str(case.cause_id),
        "test": event.given["test"],
        "sampled_at": taken_at.isoformat(),
    }
    return Opening(title=case.title, scope=case.scope, subject=case.subject, anchors=anchors)


@register
class HomeResult(Loop, key="home_result", title=N_("居家检测结果"), opens_on=("home_test.sample",)):
    """居家检测结果: one case a sample. It outlives the isolation: a sample that was taken is answered for."""

    pending = State(N_("等待结果"), due="home_result.wait", tell=("health", "desk", "grid_lead"))
    unclear = State(N_("结果不明,待补采"), due="home_result.again", tell=("sampling", "health", "grid_lead"))
    negative = State(N_("阴性"))
    high_ct = State(N_("Ct 值达标"))
    positive = State(N_("阳性"))
    dropped = State(N_("样本作废"))

    report_negative = Step(pending, negative, by="health", title=N_("结果阴性"), needs=(source,))
    report_positive = Step(pending, positive, by="health", title=N_("结果阳性"), needs=(source,))
    report_unclear = Step(pending, unclear, by="health", title=N_("结果不明确"), needs=(source,))
    report_ct = Step(
        pending,
        high_ct,
        by="health",
        title=N_("阳性但 Ct 值达标"),
        needs=(Evidence("ct", N_("Ct 值(两个靶标中较低的)"), kind="number"), source),
    )
    sample_again = Step(unclear, pending, by="sampling", title=N_("已补采"), needs=(tube, sampler))
    drop = Step((pending, unclear), dropped, by="health", title=N_("样本作废"), needs=(reason,))

    opening = staticmethod(from_sample)


@HomeResult.report_ct.does
def check_ct(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """Counts only where the pack names a least Ct, and for whom it names one: the infected. Raises Refused."""
    least = pack_for(case.community_id, at).get("release.ct_least", 0)
    if not least or case.anchors.get("history") != "infected":
        raise Refused(_("现行政策对此人没有 Ct 值标准,请按阳性登记"))
    if float(given["ct"]) < least:
        says = _("现行政策要求 Ct 值不低于 %(least)s,请按阳性登记") % {"least": least}
        raise Refused(says, {"ct": says})


@HomeResult.sample_again.does
def take_again(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The result is now that of the new sample; it stands for the same day."""
    case.anchors = {**case.anchors, "sampled_at": at.isoformat()}
    return {"by": given.get("sampler") or actor.shown_name}


def from_positive(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A positive result opens the alert at once; of somebody known to be infected it is no news."""
    if case.anchors.get("history") == "infected":
        return None
    anchors: dict[str, Any] = {"sampled_at": case.anchors["sampled_at"]}
    return Opening(title=case.title, scope=case.scope, subject=case.subject, anchors=anchors)


@register
class PositiveAtHome(
    Loop, key="positive_at_home", title=N_("居家检测阳性"), opens_on=("home_result.report_positive",)
):
    """居家检测阳性: kept apart behind the door, reported up, handed over to transport; or a second test clears it."""

    found = State(N_("待就地隔离"), due="positive.keep_apart", tell=("health", "desk", "grid_lead"))
    apart = State(N_("已就地隔离,待上报"), due="positive.report", tell=("desk", "health"))
    reported = State(N_("已上报,待转运"), due="positive.transport", tell=("transport", "desk", "health"))
    handed_over = State(N_("已转运"))
    cleared = State(N_("复核阴性"))

    keep_apart = Step(
        found,
        apart,
        by="health",
        title=N_("已就地隔离"),
        needs=(
            Evidence("told", N_("本人和同住人已告知,单独一间,不出门"), kind="yes", must_be=True),
            Evidence("advice", N_("本人情况"), required=False, private=True),
        ),
    )
    report_up = Step(
        apart,
        reported,
        by="desk",
        title=N_("已上报"),
        needs=(
            Evidence("to", N_("报给谁(单位和姓名)"), kind="name"),
            Evidence("receipt", N_("回执或编号"), required=False),
        ),
    )
    hand_over = Step(
        reported,
        handed_over,
        by="transport",
        title=N_("交给转运"),
        needs=(giver, taker, Evidence("vehicle", N_("车辆"), required=False)),
        passes=("giver", "taker"),
    )
    clear = Step((found, apart, reported), cleared, by="health", title=N_("复核阴性"), needs=(reason,))

    opening = staticmethod(from_positive)
