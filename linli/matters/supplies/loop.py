"""The loop of one household's request, as a director reads it aloud: asked, bought, packed, at the door, received."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, span
from linli.loops.registry import register
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.supplies.money import no_money
from linli.matters.supplies.written import Unreadable, wanted

PAY = (
    ("at_door", N_("送到时付")),
    ("ahead", N_("先付给社区")),
    ("later", N_("社区先垫,收到后结清")),
)
MEDICINE = (
    ("none", N_("没有药")),
    ("free", N_("有药,不用处方")),
    ("prescription", N_("有处方药")),
)
WAYS = (
    ("cash", N_("现金")),
    ("scan", N_("扫码付")),
    ("transfer", N_("转账")),
    ("other", N_("其他")),
)
AT_DOOR = "door"
WAY_WORDS = {**dict(WAYS), AT_DOOR: N_("在门口付")}
"""Every way money moved, with its word; what is paid at the door says only that."""
PROOFS = (
    ("word", N_("住户念出两位口令")),
    ("phone", N_("电话里确认收到")),
    ("told", N_("挂在门把手上,已电话告知")),
    ("seen", N_("看着住户取走")),
)
"""How it is known, without contact and without a photo, that the bag is with the household."""


def unreadable(value: Any) -> str | None:
    """The faults of a list as one sentence; None for a list that can be taken."""
    try:
        wanted(str(value))
    except Unreadable as unread:
        return " ".join(unread.faults)
    return None


def no_word(value: Any) -> str | None:
    """A word is two digits."""
    return None if len(str(value)) == 2 and str(value).isdecimal() else _("口令是两位数字")


reason = Evidence("reason", N_("原因"), private=True)
giver = Evidence("giver", N_("交出人"), kind="name")
taker = Evidence("taker", N_("接收人"), kind="name")
way = Evidence("way", N_("怎么收付"), kind="choice", choices=WAYS)
agreed = Evidence("agreed", N_("金额已和住户核对"), kind="yes", must_be=True)

ASKED = (
    Evidence(
        "lines",
        N_("要买什么"),
        private=True,
        complaint=unreadable,
        hint=N_("一行写一样,例如:白菜 2 斤。不能换别的,就在后面写「不换」"),
    ),
    Evidence(
        "substitute",
        N_("买不到同样的"),
        kind="choice",
        choices=(("yes", N_("可以换相近的")), ("no", N_("不要换"))),
    ),
    Evidence("medicine", N_("里面有药吗"), kind="choice", choices=MEDICINE, private=True),
    Evidence("prescription_at", N_("处方在哪里"), private=True, required=False),
    Evidence("shop", N_("想在哪家买"), private=True, required=False),
    Evidence("cap", N_("最多花多少元"), kind="number", required=False, complaint=no_money),
    Evidence("pay", N_("怎么付"), kind="choice", choices=PAY),
    Evidence("door_note", N_("送到门口要注意什么"), private=True, required=False),
)
"""What is asked when a list is taken down, in the order it is spoken of."""

RECEIVED = (
    giver,
    Evidence("taker", N_("谁收的"), kind="name", hint=N_("写「本户」「女儿」「邻居」就够,不写姓名")),
    Evidence("proof", N_("怎么知道收到了"), kind="choice", choices=PROOFS),
    Evidence(
        "word",
        N_("住户念的口令"),
        required=False,
        private=True,
        complaint=no_word,
        hint=N_("住户在自己的页面上看到,或值班台打电话告诉"),
    ),
    Evidence("paid", N_("在门口收了多少元"), kind="number", required=False, complaint=no_money),
    Evidence("note", N_("备注"), private=True, required=False),
)


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
        needs=(
            Evidence("giver", N_("哪家店"), kind="name"),
            Evidence("taker", N_("谁买的"), kind="name"),
            Evidence(
                "bought",
                N_("买到的,一行一样"),
                private=True,
                hint=N_("冒号后面写:数量 共多少元 换成什么。例如 1 苹果:2 12.50 梨。没买到的那行删掉"),
            ),
            Evidence("over_cap", N_("超出上限,已电话征得同意"), kind="yes", required=False),
            Evidence("receipt", N_("小票在哪里"), required=False),
        ),
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
    plan = staticmethod(deliver_by)
