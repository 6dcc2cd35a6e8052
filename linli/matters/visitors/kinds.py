"""What somebody comes for, and for how long: the words are ours, which are let in and their minutes are the pack's.

[visitor]
kinds = [
  { key = "guest", minutes = 480, asks_host = true },
  { key = "courier", minutes = 30, asks_host = false },   # a short pass: the gate gives it by itself
]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_noop as N_

from linli.loops.pack import Pack

WORDS = {
    "guest": N_("探亲访友"),
    "care": N_("家政护理"),
    "repair": N_("维修"),
    "courier": N_("快递外卖"),
    "other": N_("其他"),
}
"""Every kind that a pack may let in. A courier needs no name: the parcel says who it is from."""

NAMELESS = ("courier",)


@dataclass(frozen=True)
class Kind:
    """One kind of visit under a pack: how long its pass lasts, and whether the host is asked before it is given."""

    key: str
    stay: timedelta
    asks_host: bool


def kinds_of(pack: Pack) -> dict[str, Kind]:
    """The kinds that this pack lets in, in its order."""
    rows = pack.get("visitor.kinds", [])
    return {
        row["key"]: Kind(row["key"], timedelta(minutes=row["minutes"]), bool(row.get("asks_host", True)))
        for row in rows
        if row["key"] in WORDS
    }


def ahead(pack: Pack) -> timedelta:
    """How long before a visit it may be announced."""
    return timedelta(days=pack.get("visitor.ahead_days", 3))


def early(pack: Pack) -> timedelta:
    """So long before its window a pass already opens the gate: nobody is kept in the rain for ten minutes."""
    return timedelta(minutes=pack.get("visitor.early_minutes", 30))


def most_people(pack: Pack) -> int:
    """How many may come on one pass."""
    return int(pack.get("visitor.party", 6))
