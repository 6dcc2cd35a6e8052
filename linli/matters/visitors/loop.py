"""The loop of one visit, as a director reads it aloud: announced, the host agreed, in at the gate, out again."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import ROUTED, Loop, Opening, State, Step
from linli.matters.visitors.questions import (
    WHY_NOT,
    code,
    how,
    kind,
    no_moment,
    party,
    reason,
    starts_at,
    who,
)

GATE = ("gatekeeper", "grid_lead", "desk")
"""Who hears, rung by rung: the gate stands nearest."""

CALLED = (kind, who, party, starts_at)
"""What is asked on the telephone."""


def from_call(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A host who telephoned: whom they expect is still to be taken down. Raises Refused where nobody knows who calls."""
    if event.given.get("to") != "visit_pass":
        return None
    if not (person := case.anchors.get("person")):
        raise Refused(_("还不知道是哪一户来电。请先在来电里认出住户,再转访客登记"))
    return Opening(title=case.title, scope=case.scope, subject=person)


@register
class VisitPass(Loop, key="visit_pass", title=N_("访客"), opens_on=(ROUTED,)):
    """访客: one visit to one home. The case's `subject` is the host, its `scope` the front door.

    `anchors`: kind, party, channel, word, starts_at, until, in_at, out_at. Name, number and plate lie in the vault.
    """

    told = State(N_("待登记来访"), due="visit_pass.take", tell=("hotline", "gatekeeper", "desk"))
    asked = State(N_("等户主答复"), due="visit_pass.answer", tell=GATE)
    ready = State(N_("可以来"), due="visit_pass.come", tell=GATE, lapses="expired")
    inside = State(N_("在小区里"), due="visit_pass.leave", tell=GATE)
    left = State(N_("已离开"))
    refused = State(N_("户主没同意"))
    turned_away = State(N_("门口没让进"))
    called_off = State(N_("不来了"))
    expired = State(N_("没有来,已过期"))

    take_down = Step(told, ready, by="hotline", title=N_("户主说的,登记来访"), needs=CALLED)
    note_down = Step(told, asked, by="hotline", title=N_("别人说的,还要问户主"), needs=CALLED)
    agree = Step(asked, ready, by="gatekeeper", title=N_("户主同意"), needs=(how,), own=True)
    enter = Step(ready, inside, by="gatekeeper", title=N_("进"), needs=(code,), marks="in_at")
    leave = Step(inside, left, by="gatekeeper", title=N_("出"), marks="out_at")
    refuse = Step(asked, refused, by="gatekeeper", title=N_("户主不同意"), needs=(reason,), own=True)
    stay_on = Step(
        inside,
        inside,
        by="gatekeeper",
        title=N_("多留一会儿"),
        needs=(Evidence("until", N_("最晚几点离开"), kind="moment", complaint=no_moment), reason),
    )
    turn_away = Step(
        (asked, ready),
        turned_away,
        by="gatekeeper",
        title=N_("没让进"),
        needs=(
            Evidence("why", N_("为什么"), kind="choice", choices=WHY_NOT),
            Evidence("note", N_("备注"), private=True, required=False),
        ),
    )
    call_off = Step(
        (told, asked, ready), called_off, by="gatekeeper", title=N_("不来了"), needs=(reason,), own=True
    )

    opening = staticmethod(from_call)
    takes_calls = N_("登记来访的人")
