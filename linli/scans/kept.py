"""How long scans are kept: the pack's days, and the first day that is still there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from linli.base.clock import LOCAL, local
from linli.loops.pack import Pack

DAYS = "retention.scan_days"
"""Where the pack says how many days a scan is kept."""


def first_kept(pack: Pack, at: datetime) -> date | None:
    """The first day that is still kept; None where the pack names no days: deleting is a rule, never a guess."""
    days = pack.get(DAYS, 0)
    return local(at).date() - timedelta(days=days) if days else None


def begin(day: date) -> datetime:
    """Local midnight."""
    return datetime.combine(day, time.min, LOCAL)
