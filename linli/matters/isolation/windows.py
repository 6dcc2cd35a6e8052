"""The parts of a day in which a report is owed (morning, evening), as the pack gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from linli.base.clock import LOCAL, local
from linli.loops.pack import Pack


@dataclass(frozen=True)
class Window:
    """One report's time, aware: it may come from `opens_at` on and should be there by `closes_at`."""

    key: str
    opens_at: datetime
    closes_at: datetime


def windows_on(day: date, pack: Pack) -> list[Window]:
    """The windows of one local day, in order; none where the pack asks for no report."""
    rules: list[dict[str, Any]] = pack.get("isolation.reports", [])
    return [Window(r["key"], _at(day, r["from"]), _at(day, r["until"])) for r in rules]


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LOCAL)


def next_after(since: datetime, pack: Pack) -> Window | None:
    """The first window that opens after `since`: whoever comes home at nine owes nothing for this morning."""
    today = local(since).date()
    for day in (today, today + timedelta(days=1)):
        for window in windows_on(day, pack):
            if window.opens_at > since:
                return window
    return None


def current(at: datetime, pack: Pack) -> Window | None:
    """The window a report at `at` counts for: the last one that has opened."""
    today = local(at).date()
    opened = [
        window
        for day in (today - timedelta(days=1), today)
        for window in windows_on(day, pack)
        if window.opens_at <= at
    ]
    return opened[-1] if opened else None
