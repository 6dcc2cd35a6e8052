"""The words of a round: what can come of a door, what can be asked there, what can be wrong in the register."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.pack import Pack

ANSWERED, ABSENT, REFUSED, EMPTY, PASSED, UNVISITED = "answered", "absent", "refused", "empty", "passed", ""
OUTCOMES = {
    ANSWERED: ("pass", N_("已入户"), N_("入")),
    ABSENT: ("limit", N_("无人在家"), N_("缺")),
    REFUSED: ("stop", N_("拒绝"), N_("拒")),
    PASSED: ("overdue", N_("已移交"), N_("移")),
    EMPTY: ("empty", N_("空置"), N_("空")),
    UNVISITED: ("waiting", N_("还没去"), N_("未")),
}
"""Outcome → shape, word, and the one character that stands in the drawing. There is no "unknown"."""

ASKS = {
    "travel": (N_("近14天离开过本市吗"), (("no", N_("没有")), ("yes", N_("有")))),
    "contact": (N_("接触过病例或密接吗"), (("no", N_("没有")), ("yes", N_("有")))),
    "health": (N_("家里有人发热或有症状吗"), (("well", N_("都没有")), ("ill", N_("有")))),
    "vaccine": (N_("老人接种疫苗"), (("done", N_("都已接种")), ("part", N_("有人没打完")), ("none", N_("没有老人")))),
    "visitor": (N_("有外来或返回人员吗"), (("no", N_("没有")), ("yes", N_("有")))),
    "water": (N_("积水和水培植物"), (("clear", N_("没有")), ("cleared", N_("已清理")), ("left", N_("不肯清理")))),
}  # fmt: skip
"""What may be asked at a door beside who lives there (domain.md §2.4, §5.1); the pack and the round say which."""

KINDS = {
    "gone": N_("搬走"),
    "come": N_("搬来"),
    "phone": N_("电话"),
    "name": N_("姓名"),
    "need": N_("特殊情况"),
}
"""What a correction is about, by the key under which it is told at the door."""

PARTIES = (
    ("barrier", N_("入户攻坚组(破拆)")),
    ("police", N_("派出所")),
    ("rental", N_("出租屋管理")),
    ("mobile", N_("网格机动组")),
    ("owner", N_("房东或物业")),
)
"""To whom a door is passed on that opens to nobody (domain.md §5.1: 网格机动组, 破拆组)."""


def offered(pack: Pack) -> list[tuple[str, str]]:
    """(key, question) of what this pack lets a round ask, in its order; words this house does not know are left out."""
    return [(key, ASKS[key][0]) for key in pack.get("census.asks", []) if key in ASKS]
