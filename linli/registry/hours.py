"""Opening hours as the register keeps them, as moments of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from linli.base.clock import LOCAL, local

HOURS = [["08:00", "20:00"]]
"""Default, where neither pack nor register says."""

Span = tuple[datetime, datetime]


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


def opened_at(hours: Iterable[Sequence[str]], at: datetime) -> datetime | None:
    """When the place that is open now was opened; None while it is shut. Also after midnight, for who closes late."""
    today = local(at).date()
    for day in (today, today - timedelta(days=1)):
        for begin, end in spans(list(hours), day):
            if begin <= at < end:
                return begin
    return None
