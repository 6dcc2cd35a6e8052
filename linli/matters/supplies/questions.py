"""What the steps of a request ask: the list as it is spoken of, what was bought, how it is known to be there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
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

BOUGHT = (
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
)
