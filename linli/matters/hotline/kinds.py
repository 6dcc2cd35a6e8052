"""What people call about, one number key each, and how urgent it is."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_noop as N_


class Kind(NamedTuple):
    """One of the nine kinds. `to` is the loop that usually takes it over, where this house runs it."""

    key: str
    word: str
    to: str = ""


KINDS = {
    kind.key: kind
    for kind in (
        Kind("question", N_("咨询政策")),
        Kind("supply", N_("买东西、送东西"), "supply"),
        Kind("medicine", N_("买药、看病"), "supply"),
        Kind("fever", N_("发热、不舒服"), "fever"),
        Kind("return", N_("有人要回来"), "return"),
        Kind("isolation", N_("隔离和监测"), "isolation"),
        Kind("care", N_("特殊照顾"), "look_in"),
        Kind("test", N_("核酸检测")),
        Kind("other", N_("投诉和其他")),
    )
}
"""In the order of the number keys 1 to 9."""

NORMAL, SOON, URGENT = "normal", "soon", "urgent"

URGENCIES = {NORMAL: N_("一般"), SOON: N_("较急"), URGENT: N_("急")}
"""Lowest first; how long each may wait is the pack's (`hotline.answer_within`)."""


def risen(urgency: str) -> str:
    """One step more urgent; the highest stays."""
    ladder = list(URGENCIES)
    return ladder[min(ladder.index(urgency) + 1, len(ladder) - 1)]


def is_more(urgency: str, than: str) -> bool:
    """Whether the first is the more urgent one."""
    ladder = list(URGENCIES)
    return ladder.index(urgency) > ladder.index(than)
