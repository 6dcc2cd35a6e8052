"""What is looked at in a venue: the rows of the pack, each with its words and the time in which it must be put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.pack import Pack, span

OK, NOT_OK, NOT_HERE = "ok", "bad", "none"
VERDICTS = ((OK, N_("合格")), (NOT_OK, N_("不合格")), (NOT_HERE, N_("不适用")))

ITEMS = {
    "posted": N_("场所码贴在入口、完好"),
    "checker": N_("有查验员在岗"),
    "asked": N_("进店查口罩、扫码、测温"),
    "notice": N_("防疫告示贴着"),
    "staff": N_("员工已登记、健康"),
    "banned": N_("没有暂停的经营活动(堂食等)"),
}
"""The items that packs name by key alone; a pack may word others of its own (domain.md §3, 扫街 check items)."""

POSTED = "posted"
"""The item that a scan on the spot confirms."""

FIX = "2h"
"""Default, for an item whose row gives no time."""


@dataclass(frozen=True)
class Item:
    """One row of the checklist. `fix` is how long the venue has to put it right."""

    key: str
    title: str
    fix: timedelta


def items(pack: Pack) -> list[Item]:
    """The checklist of the day, in the pack's order; empty where it asks for none."""
    rows = pack.get("patrol.checklist", [])
    return [
        Item(r["key"], r.get("title") or ITEMS.get(r["key"], r["key"]), span(r.get("fix", FIX))) for r in rows
    ]


def title_of(key: str, pack: Pack) -> str:
    """What an item is called (a msgid), also one the pack no longer asks for."""
    return next((item.title for item in items(pack) if item.key == key), ITEMS.get(key, key))


CODE = Evidence(
    "code", N_("扫一下贴着的场所码"), kind="code", required=False, hint=N_("没有码、扫不了就空着")
)
NOTE = Evidence("note", N_("说明"), required=False, private=True)


def asks(pack: Pack) -> tuple[Evidence, ...]:
    """The questions of one visit: the code on the wall, every item, a word if there is need."""
    asked = (Evidence(i.key, i.title, kind="choice", choices=VERDICTS) for i in items(pack))
    return (CODE, *asked, NOTE)
