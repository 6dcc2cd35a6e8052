"""The loop of one alert, as a director reads it aloud: seen, kept apart, reported, heard, handled, closed; or a mistake."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import ROUTED, Loop, Opening, State, Step
from linli.matters.alerts.words import (
    BREACH,
    FOUND,
    HOW_TOLD,
    MEASURES,
    OTHER,
    POSITIVE,
    REPORTED_TO,
    SEEN_AT_GATE,
    seen_as,
)

reason = Evidence("reason", N_("原因"), private=True)
how_told = Evidence("how", N_("怎么告诉本人的"), kind="choice", choices=HOW_TOLD)

TURNED_AWAY = "visit_pass.turn_away"
"""The gate let a visitor not in; the case's subject is the host, who has nothing to do with what was seen."""

FIRST_DUE, POLICE = "alert.apart", "police"
"""The promise an alert opens with; the outcome of a look at a door with which the isolation's own loop can do no more."""


def from_event(case: Case, event: Event, pack: Pack) -> Opening | None:
    """What other matters pass on: a call, a breach the police were asked to help with, a pool that is positive and
    whoever of it is, a visitor whom the gate turned away for a colour or a fever.

    A pack adopted before there were alerts stops nobody's step.
    """
    if FIRST_DUE not in pack.body["due"]:
        return None
    kind, colour = _kind(event)
    if not kind:
        return None
    person = str(case.anchors.get("person", ""))
    state = "apart" if kind == BREACH else ""  # the police are with the person; what is left is to report it
    return Opening(
        title=case.title,
        scope=case.scope,
        subject=str(case.pk) if event.name == TURNED_AWAY else person or case.subject,
        anchors={"kind": kind, "person": person} | ({"colour": colour} if colour else {}),
        state=state,
    )


def _kind(event: Event) -> tuple[str, str]:
    """(kind, colour) of the alert that the event makes; an empty kind for none."""
    told = event.given
    if event.name == ROUTED:
        return (OTHER if told.get("to") == "alert" else "", "")
    if event.name == "door_alert.settle":
        return (BREACH if told.get("outcome") == POLICE else "", "")
    if event.name == TURNED_AWAY:
        return seen_as(told["why"]) if told.get("why") in SEEN_AT_GATE else ("", "")
    return (POSITIVE, "")


@register
class Alert(
    Loop,
    key="alert",
    title=N_("异常处置"),
    opens_on=(ROUTED, "door_alert.settle", TURNED_AWAY, "pool.positive", "recall.report_positive"),
):
    """异常处置: whoever stands there acts; whoever is concerned is heard; a mistake is a normal end."""

    seen = State(N_("待分开"), due=FIRST_DUE, tell=("patrol", "grid_lead", "desk"))
    apart = State(N_("待上报"), due="alert.report", tell=("patrol", "desk", "grid_lead"))
    reported = State(N_("待核实"), due="alert.verify", tell=("grid_lead", "desk"))
    verified = State(N_("待处置"), due="alert.handle", tell=("desk", "grid_lead"))
    handled = State(N_("待办结"), due="alert.close", tell=("desk", "grid_lead"))
    closed = State(N_("已办结"))
    mistaken = State(N_("弄错了,已说明"))

    keep_apart = Step(
        seen,
        apart,
        by="responder",
        title=N_("已分开"),
        needs=(
            Evidence("where", N_("在哪里等"), private=True),
            Evidence("keeper", N_("谁陪着"), kind="name"),
            Evidence("polite", N_("已说明原因,没有围观,没有拍照"), kind="yes", must_be=True),
        ),
    )
    gone = Step(
        seen,
        apart,
        by="responder",
        title=N_("人已离开"),
        needs=(Evidence("where", N_("往哪里去了"), required=False, private=True),),
    )
    report = Step(
        apart,
        reported,
        by="responder",
        title=N_("已上报"),
        needs=(
            Evidence("to", N_("报给谁"), kind="choice", choices=REPORTED_TO),
            Evidence("taker", N_("对方接报人"), kind="name"),
            Evidence("number", N_("对方登记号或电话"), private=True),
        ),
    )
    hear = Step(
        reported,
        verified,
        by="responder",
        title=N_("已听本人说明"),
        needs=(
            Evidence("words", N_("本人怎么说(原话)"), private=True),
            Evidence("found", N_("核实下来"), kind="choice", choices=FOUND),
        ),
    )
    handle = Step(
        verified,
        handled,
        by="desk",
        title=N_("已处置"),
        needs=(
            Evidence("measure", N_("怎么办的"), kind="choice", choices=MEASURES),
            Evidence("note", N_("说明"), required=False, private=True),
        ),
    )
    hand_over = Step(
        verified,
        handled,
        by="responder",
        title=N_("交给转运或民警"),
        needs=(
            Evidence("giver", N_("交出人"), kind="name"),
            Evidence("taker", N_("接收人(单位和姓名)"), kind="name"),
        ),
        passes=("giver", "taker"),
    )
    close = Step(
        handled,
        closed,
        by="desk",
        title=N_("办结"),
        needs=(
            Evidence("result", N_("结果"), private=True),
            how_told,
            Evidence("upwards", N_("结果已报回接报单位"), kind="yes", must_be=True),
        ),
    )
    clear = Step((seen, apart), mistaken, by="responder", title=N_("弄错了"), needs=(reason, how_told))
    clear_reported = Step(
        (reported, verified),
        mistaken,
        by="desk",
        title=N_("核实后是弄错了"),
        needs=(
            reason,
            how_told,
            Evidence("upwards", N_("已请接报单位作废"), kind="yes", must_be=True),
        ),
    )

    opening = staticmethod(from_event)
    takes_calls = N_("异常处置(红黄码、发热、违规)")
