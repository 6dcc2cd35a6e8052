"""The parts of a day in which a report is owed (morning, evening), as the pack gives them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from linli.base.clock import LOCAL, local
from linli.loops.pack import Pack

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """One report's time, aware: it may come from `opens_at` on and should be there by `closes_at`."""

    key: str
    opens_at: datetime
    closes_at: datetime


def windows_on(day: date, pack: Pack) -> list[Window]:
    """The windows of one local day, in order; none where the pack asks for no report."""
    return _on(day, pack.get("isolation.reports", []), "")


def _on(day: date, rules: list[dict[str, Any]], seed: str) -> list[Window]:
    windows = [_window(day, rule, seed) for rule in rules]
    return sorted(windows, key=lambda window: window.opens_at)


def _window(day: date, rule: dict[str, Any], seed: str) -> Window:
    """The hours of a rule; with `random_minutes` so many of them, at a time nobody behind the door can foresee."""
    opens, closes = _at(day, rule["from"]), _at(day, rule["until"])
    if length := timedelta(minutes=rule.get("random_minutes", 0)):
        dice = hashlib.sha256(f"{seed}:{day}:{rule['key']}".encode()).digest()
        opens += (
            int.from_bytes(dice[:4]) % max(int((closes - opens - length).total_seconds()) // 60, 1) * MINUTE
        )
        closes = opens + length
    return Window(rule["key"], opens, closes)


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LOCAL)


def next_after(since: datetime, pack: Pack) -> Window | None:
    """The first window that opens after `since`: whoever comes home at nine owes nothing for this morning."""
    return next_of(since, pack.get("isolation.reports", []))


def next_of(since: datetime, rules: list[dict[str, Any]], *, seed: str = "") -> Window | None:
    """The first of these hours that begin after `since`; `seed` fixes what is random in them."""
    today = local(since).date()
    days = (today, today + timedelta(days=1))
    return next((w for day in days for w in _on(day, rules, seed) if w.opens_at > since), None)


def current(at: datetime, pack: Pack) -> Window | None:
    """The window a report at `at` counts for: the last one that has opened."""
    return last_opened(at, pack.get("isolation.reports", []))


def last_opened(at: datetime, rules: list[dict[str, Any]], *, seed: str = "") -> Window | None:
    """The last of these hours that have begun."""
    today = local(at).date()
    days = (today - timedelta(days=1), today)
    opened = [w for day in days for w in _on(day, rules, seed) if w.opens_at <= at]
    return opened[-1] if opened else None
