"""What an alert can be about, and the closed lists its steps choose from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

COLOUR, FEVER, BREACH, POSITIVE, PATROL, OTHER = "colour", "fever", "breach", "positive", "patrol", "other"

KINDS = {
    COLOUR: N_("不是绿码"),
    FEVER: N_("发热或症状"),
    BREACH: N_("违反隔离规定"),
    POSITIVE: N_("混检阳性"),
    PATROL: N_("扫街没做够"),
    OTHER: N_("其他异常"),
}
"""What an alert is about."""

COLOURS = {"red": N_("红码"), "yellow": N_("黄码"), "grey": N_("灰码或无码")}
"""A colour as it was seen on somebody's phone, not green. linli gives none and keeps none of a person."""

BY_HAND = (*COLOURS.items(), *((key, KINDS[key]) for key in (FEVER, BREACH, OTHER)))
"""What somebody can see for themselves, asked as one question; the rest comes from another matter."""

SEEN_AT_GATE = (*COLOURS, FEVER)
"""For what a visitor who was not let in is followed to the end."""

REPORTED_TO = (
    ("street", N_("街道防控办")),
    ("cdc", N_("疾控中心")),
    ("clinic", N_("社区卫生服务中心")),
    ("police", N_("派出所")),
    ("ambulance", N_("120 急救")),
)
FOUND = (("true", N_("属实")), ("partly", N_("部分属实")), ("unclear", N_("说不清,按最轻的办")))
MEASURES = (
    ("advised", N_("劝返或放行,已说明")),
    ("tested", N_("就地采样,等结果")),
    ("at_home", N_("回家等候,有人联系")),
    ("put_right", N_("场所当场改好")),
)
HOW_TOLD = (("face", N_("当面")), ("phone", N_("电话")), ("link", N_("个人链接")))
EVIDENCE = (
    ("alert", N_("异常处置记录")),
    ("test", N_("检测报告编号")),
    ("notice", N_("疾控或上级通知文号")),
    ("order", N_("政府决定文号")),
)
"""What a restriction can rest on; the number says which one."""


def seen_as(answer: str) -> tuple[str, str]:
    """(kind, colour) of an answer to `BY_HAND`."""
    return (COLOUR, answer) if answer in COLOURS else (answer, "")


def about(kind: str, colour: str = "") -> str:
    """红码, or 发热或症状: in the reader's language."""
    return _(COLOURS[colour]) if colour in COLOURS else _(KINDS.get(kind, KINDS[OTHER]))
