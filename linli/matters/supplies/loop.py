"""The loop of one household's request, as a director reads it aloud: asked, bought, packed, at the door, received."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, span
from linli.loops.registry import register
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.supplies.questions import ASKED, BOUGHT, RECEIVED, agreed, giver, reason, taker, way


def from_call(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A call that was routed here: the lines are still to be taken down."""
    if event.given.get("to") != "supply":
        return None
    person = case.anchors.get("person", "")
    return Opening(
        title=case.title, scope=case.scope, subject=person or case.subject, anchors={"person": person}
    )


def deliver_by(case: Case, pack: Pack) -> Given:
    """When the bag must hang at the door: urgent medicine by the pack's span, else the end of the slot wished for."""
    if since := case.anchors.get("urgent_since"):
        within = span(str(pack.get("supply.urgent_within", "3h")))
        return {"deliver_by": (datetime.fromisoformat(since) + within).isoformat()}
    return {"deliver_by": case.anchors.get("slot_until", "")}


@register
class Supply(Loop, key="supply", title=N_("代购送货"), opens_on=("call.route",)):
    """代购送货: one request of one household. It closes only when its money is settled, too."""

    lines_wanted = State(N_("待记清单"), due="supply.lines", tell=("hotline", "desk"))
    asked = State(N_("待采购"), due="supply.buy", tell=("delivery", "desk"))
    urgent = State(N_("急药待买"), due="supply.urgent", tell=("delivery", "desk"))
    shopping = State(N_("采购中"), due="supply.shop", tell=("delivery", "desk"))
    short = State(N_("没买成,再想办法"), due="supply.retry", tell=("delivery", "desk"))
    bought = State(N_("已买到"), due="supply.pack", tell=("delivery", "desk"))
    packed = State(N_("已分装,待送"), due="supply.deliver", tell=("delivery", "desk"))
    at_door = State(N_("已到门口"), due="supply.confirm", tell=("delivery", "desk"))
    to_settle = State(N_("已收到,待结清"), due="supply.settle", tell=("desk",))
    refunding = State(N_("待退款"), due="supply.refund", tell=("desk",))
    received = State(N_("已收到并结清"))
    settled = State(N_("已结清"))
    refunded = State(N_("已退款"))
    carried = State(N_("已挂账"))
    called_off = State(N_("已取消"))
    not_to_be_had = State(N_("买不到"))

    list_lines = Step(lines_wanted, asked, by="hotline", title=N_("记下清单"), needs=ASKED)
    list_urgent = Step(lines_wanted, urgent, by="hotline", title=N_("记下急药"), needs=ASKED)
    take_up = Step((asked, urgent, short), shopping, by="delivery", title=N_("去买"))
    buy = Step(
        (shopping, urgent),
        bought,
        by="delivery",
        title=N_("买到"),
        needs=BOUGHT,
        passes=("giver", "taker"),
    )
    run_out = Step(shopping, short, by="delivery", title=N_("没买成"), needs=(reason,))
    pack_up = Step(
        bought,
        packed,
        by="delivery",
        title=N_("装好,交给送的人"),
        needs=(giver, taker),
        passes=("giver", "taker"),
    )
    set_down = Step(
        packed,
        at_door,
        by="delivery",
        title=N_("放到门口"),
        needs=(giver, Evidence("taker", N_("放在哪里"), kind="name", hint=N_("例如:门口 · 门把手"))),
        passes=("giver", "taker"),
    )
    receive = Step(
        at_door,
        received,
        by="delivery",
        title=N_("收到,钱已清"),
        needs=RECEIVED,
        passes=("giver", "taker"),
    )
    receive_unsettled = Step(
        at_door,
        to_settle,
        by="delivery",
        title=N_("收到,钱没清"),
        needs=RECEIVED,
        passes=("giver", "taker"),
    )
    bring_back = Step(at_door, packed, by="delivery", title=N_("没人取,带回"), needs=(reason,))
    settle = Step(to_settle, settled, by="desk", title=N_("结清"), needs=(way, agreed))
    refund = Step(refunding, refunded, by="desk", title=N_("退款"), needs=(way, agreed))
    carry_over = Step((to_settle, refunding), carried, by="desk", title=N_("挂账"), needs=(reason,))
    give_up = Step((asked, urgent, short), not_to_be_had, by="desk", title=N_("买不到"), needs=(reason,))
    give_up_paid = Step(
        (asked, urgent, short), refunding, by="desk", title=N_("买不到,要退款"), needs=(reason,)
    )
    call_off = Step(
        (lines_wanted, asked, urgent, shopping, short, bought, packed, at_door),
        called_off,
        by="desk",
        title=N_("取消"),
        needs=(reason,),
    )
    call_off_paid = Step(
        (asked, urgent, shopping, short, bought, packed, at_door),
        refunding,
        by="desk",
        title=N_("取消,要退款"),
        needs=(reason,),
    )

    opening = staticmethod(from_call)
    takes_calls = N_("代购送货")
    plan = staticmethod(deliver_by)
