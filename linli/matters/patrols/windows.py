"""When a venue is to be visited: its opening hours of a day, cut into as many equal stretches as the pack wants visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linli.base.clock import LOCAL

HOURS = [["08:00", "20:00"]]
"""Default, where neither pack nor register says."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Window:
    """One visit's time, aware. `number` counts from 1."""

    number: int
    opens_at: datetime
    closes_at: datetime


def windows(
    hours: Sequence[Sequence[str]], day: date, rounds: int, *, between: Sequence[Sequence[str]]
) -> list[Window]:
    """`rounds` windows over the opening hours of a local day; none for no rounds.

    Hours outside `between` (when people walk) are left out, unless the venue is open at no other time. A stretch that
    runs over a break is its longer part.
    """
    walked = spans(between, day)
    opened = spans(hours, day) or walked
    parts = _both(opened, walked) or opened
    whole = sum((b - a for a, b in parts), timedelta())
    if rounds < 1 or not whole:
        return []
    cuts = [_after(parts, whole * n / rounds) for n in range(rounds + 1)]
    found = []
    for n in range(rounds):
        opens, closes = max(_both(parts, [(cuts[n], cuts[n + 1])]), key=lambda part: part[1] - part[0])
        found.append(Window(n + 1, opens, closes))
    return found


def spans(hours: Iterable[Sequence[str]], day: date) -> list[Span]:
    """`["08:00", "22:00"]` as moments of a day; an end at or before its beginning lies on the next. Unreadable: left out."""
    found: list[Span] = []
    for opens, closes in sorted((tuple(h) for h in hours if len(h) == 2), key=str):
        begin, end = _at(day, opens), _at(day, closes)
        if begin is None or end is None:
            continue
        end = end if end > begin else end + timedelta(days=1)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _at(day: date, clock: str) -> datetime | None:
    try:
        if clock == "24:00":
            return datetime.combine(day + timedelta(days=1), time(), LOCAL)
        return datetime.combine(day, time.fromisoformat(clock), LOCAL)
    except ValueError:
        return None


def _both(some: list[Span], others: list[Span]) -> list[Span]:
    cut = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(a, b) for a, b in cut if a < b]


def _after(parts: list[Span], length: timedelta) -> datetime:
    """The moment at which so much of the parts has gone by."""
    for begin, end in parts:
        if length <= end - begin:
            return begin + length
        length -= end - begin
    return parts[-1][1]
