"""What a person must look at in a trip, as keys that are kept and sentences that are shown."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

DOUBTS = {
    "past": N_("通知到时车已到站,先问清人在哪里"),
    "elsewhere": N_("小区不在本社区名单中,请选对小区,或转给对方社区并留回执"),
    "unknown_door": N_("目的地没有这个门牌,请核对"),
    "compound_guessed": N_("小区名像写错了一个字,按最像的登记,请核对"),
    "no_id": N_("没有可用的证件号,请核对"),
    "no_eta": N_("到达时间不清楚,请核对"),
    "eta_unsure": N_("到达日期可能写错一天,请核对"),
    "name_differs": N_("姓名与台账不一致,请核对"),
    "id_differs": N_("同名同电话,但证件号不同,按另一人登记,请核对"),
    "namesake": N_("同车次有同名的人,按另一人登记,请核对"),
    "deceased": N_("台账记此人已去世,请核对"),
    "same_name_day": N_("按姓名、车次和日期并到这一件,请核对是否同一人"),
    "same_name_door": N_("按姓名和门牌认作台账里的这位,请核对是否同一人"),
    "report_differs": N_("本人报备与通知不一致,请问清以哪个为准"),
    "changed": N_("核实之后行程又有更正,请再核对"),
    "certificate_stale": N_("行程有更正,已开的接收证明要重开"),
    "call_off_asked": N_("对方说不来了,请网格长问清后确认取消"),
    "train_cancelled": N_("车次停运,请问清改乘哪一趟"),
}
"""Key → sentence. None of them names anybody."""


PLACE = ("elsewhere", "unknown_door", "compound_guessed")
"""Doubts about where somebody goes: one action answers them."""


def about_place(doubts: Iterable[str]) -> list[str]:
    """Those of a trip's doubts that ask where to."""
    return sentences(key for key in doubts if key in PLACE)


def sentences(doubts: Iterable[str]) -> list[str]:
    """The doubts of a trip in the reader's language."""
    return [_(DOUBTS.get(key, key)) for key in doubts]
