"""The loops of the street sweep: one visit owed to one venue in one window, and one thing there to be put right."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack, span
from linli.loops.registry import register
from linli.loops.spec import Loop, State, Step
from linli.matters.patrols.checklist import NOTE, asks

SHUT_WHY = (
    ("rest", N_("今天休息")),
    ("hours", N_("没到营业时间")),
    ("away", N_("临时关门")),
    ("gone", N_("已停业搬走")),
)
MISSED_WHY = (
    ("nobody", N_("没有人手")),
    ("weather", N_("天气原因")),
    ("sealed", N_("进不去(封控)")),
    ("called", N_("人被调去办急事")),
    ("other", N_("其他")),
)
PARTIES = (("street", N_("街道")), ("market", N_("市场监管")), ("police", N_("公安")))


EARLY = timedelta(minutes=15)
"""Before its window a visit may be made by so much, and no more: four looks in one hour are one look."""


def look_from(case: Case, pack: Pack) -> Given:
    """From when on the visit may be made."""
    opens_at: str = case.anchors["opens_at"]
    return {"look_from": (datetime.fromisoformat(opens_at) - EARLY).isoformat()}


@register
class Patrol(Loop, key="patrol", title=N_("扫街")):
    """扫街一次: one venue in one window. Its `subject` is the venue; the promise is the window's end."""

    awaited = State(N_("等待巡查"), due="patrol.visit", tell=("desk", "grid_lead"))
    checked = State(N_("已巡查"))
    shut = State(N_("关门"))
    missed = State(N_("没去成"))

    check = Step(
        awaited,
        checked,
        by="patrol",
        title=N_("已巡查"),
        asks=asks,
        marks="walked_at",
        not_before="look_from",
    )
    closed = Step(
        awaited,
        shut,
        by="patrol",
        title=N_("关着门"),
        needs=(Evidence("why", N_("为什么关门"), kind="choice", choices=SHUT_WHY), NOTE),
        marks="walked_at",
        not_before="look_from",
    )
    miss = Step(
        awaited,
        missed,
        by="desk",
        title=N_("没去成"),
        needs=(Evidence("why", N_("为什么没去成"), kind="choice", choices=MISSED_WHY), NOTE),
    )

    plan = staticmethod(look_from)


def look_by(case: Case, pack: Pack) -> Given:
    """Until when something is owed: the venue until it must be put right; once it says so, ours to look again."""
    answered = case.anchors.get("answered_at")
    if not answered:
        return {"look_by": case.anchors["fix_by"]}
    return {
        "look_by": (datetime.fromisoformat(answered) + span(pack.get("patrol.recheck", "4h"))).isoformat()
    }


@register
class Finding(Loop, key="finding", title=N_("巡查问题")):
    """巡查问题: put right by its hour, looked at again, and passed up when it is not. `subject` is venue and item.

    The venue's own "done" is the keeping of the promise: it moves the hour, never the case.
    """

    found = State(N_("待整改"), due="finding.fix", tell=("grid_lead", "desk"))
    persisting = State(N_("复查仍不合格"), due="finding.persist", tell=("grid_lead", "desk", "director"))
    reported = State(N_("已上报"), due="finding.reported", tell=("grid_lead", "desk"))
    cleared = State(N_("已整改"))
    withdrawn = State(N_("已撤销"))

    clear = Step(
        (found, persisting, reported),
        cleared,
        by="patrol",
        title=N_("复查合格"),
        needs=(NOTE,),
        marks="seen_at",
    )
    again = Step(
        (found, persisting), persisting, by="patrol", title=N_("复查仍不合格"), needs=(NOTE,), marks="seen_at"
    )
    report = Step(
        (found, persisting),
        reported,
        by="grid_lead",
        title=N_("上报"),
        needs=(Evidence("party", N_("报给谁"), kind="choice", choices=PARTIES), NOTE),
    )
    withdraw = Step(
        (found, persisting, reported),
        withdrawn,
        by="grid_lead",
        title=N_("撤销"),
        needs=(Evidence("reason", N_("原因"), private=True),),
    )

    plan = staticmethod(look_by)
