"""When a household that was out is visited next: at a part of the day at which nobody has been there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops.pack import Pack

PARTS = {"morning": N_("上午"), "afternoon": N_("下午"), "evening": N_("晚上")}
"""Parts of a day, as packs name them."""

HOURS = [
    {"key": "morning", "from": "09:00", "until": "11:30"},
    {"key": "afternoon", "from": "14:30", "until": "17:30"},
    {"key": "evening", "from": "19:00", "until": "21:00"},
]
"""Default, for a pack that says nothing."""


@dataclass(frozen=True)
class Slot:
    """One stretch in which a door may be knocked at again."""

    part: str
    opens_at: datetime
    closes_at: datetime


def part_of(at: datetime, pack: Pack) -> str:
    """The part of the day at a moment: the last one that has begun; before the first it is the first."""
    clock = local(at).time()
    begun = [key for key, opens, _closes in _hours(pack) if opens <= clock]
    return begun[-1] if begun else _hours(pack)[0][0]


def next_slot(tried: list[str], at: datetime, pack: Pack, *, wanted: str = "") -> Slot:
    """The earliest slot after `at` at the part least often tried (`tried`, oldest first); `wanted` decides if given."""
    keys = [key for key, _opens, _closes in _hours(pack)]
    fewest = min(tried.count(key) for key in keys)
    chosen = [wanted] if wanted in keys else [key for key in keys if tried.count(key) == fewest]
    ahead = [slot for days in (0, 1) for slot in _slots(at, days, pack) if slot.opens_at > at]
    return next(slot for slot in ahead if slot.part in chosen)


def _slots(at: datetime, days: int, pack: Pack) -> list[Slot]:
    here = local(at) + timedelta(days=days)
    return [
        Slot(key, datetime.combine(here.date(), opens, here.tzinfo), datetime.combine(here.date(), closes, here.tzinfo))
        for key, opens, closes in _hours(pack)
    ]  # fmt: skip


def _hours(pack: Pack) -> list[tuple[str, time, time]]:
    rows = pack.get("census.parts", HOURS)
    return [(r["key"], time.fromisoformat(r["from"]), time.fromisoformat(r["until"])) for r in rows]
