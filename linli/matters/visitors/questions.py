"""What the steps of a visit ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.matters.visitors.kinds import WORDS

PAGE = "page"
HOW = (
    (PAGE, N_("户主在自己的链接里答复")),
    ("phone", N_("打电话问的")),
    ("intercom", N_("对讲机问的")),
    ("in_person", N_("户主到门口来接")),
)
"""How the host's answer is known."""

WHY_NOT = (
    ("red", N_("红码")),
    ("yellow", N_("黄码")),
    ("grey", N_("灰码或无码")),
    ("fever", N_("体温异常")),
    ("other_person", N_("和登记的人不符")),
    ("unwilling", N_("不肯扫码、测温")),
    ("other", N_("其他")),
)
"""Why the gate lets nobody in. It is what the gatekeeper saw: the first four open an alert, and give nobody a status."""


def no_moment(value: Any) -> str | None:
    """A moment is ISO 8601 with its offset, as forms and phones send it."""
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    return None if aware else _("请写清日期和时间")


def no_party(value: Any) -> str | None:
    """A whole number of people, from one on."""
    return None if isinstance(value, int) and 1 <= value <= 99 else _("人数从 1 起,只写整数")


reason = Evidence("reason", N_("原因"), private=True)
how = Evidence("how", N_("怎么问到的"), kind="choice", choices=HOW)
kind = Evidence("kind", N_("来做什么"), kind="choice", choices=tuple(WORDS.items()))
who = Evidence("who", N_("来的人姓名"), private=True, required=False, hint=N_("送快递、外卖的可以不填"))
party = Evidence("party", N_("几个人"), kind="number", complaint=no_party, digits="00")
starts_at = Evidence("starts_at", N_("几点来"), kind="moment", complaint=no_moment)
code = Evidence(
    "code",
    N_("通行码"),
    kind="code",
    private=True,
    hint=N_("扫来访人的码;扫不了就输 8 位编码,或请他说出 2 位口令"),
)
