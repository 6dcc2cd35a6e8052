"""When a venue is to be visited: its opening hours of a day, cut into as many equal stretches as the pack wants visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.registry.hours import Span, spans


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
