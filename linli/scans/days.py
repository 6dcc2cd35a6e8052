"""Facts lie in one table a day, so that a day is forgotten in a moment; the day is read from the id, never guessed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from linli.scans.record import LATE, Row, made_at

ODD_TABLE = "scans_odd"
"""Facts whose id was made by a clock that nobody believes: pruned by the server's time."""

_NAME = re.compile(r"scans_(\d{4})(\d{2})(\d{2})$")
DAY_MS = 86_400_000
_ZONE_MS = 8 * 3_600_000
"""UTC+8 all year: the local day of a moment without asking the zone database a thousand times a second."""

NEAR = 4
"""Days from today for which a table is made: a phone keeps what it has for three."""

EPOCH, MOST_DAYS = date(1970, 1, 1), 2_900_000

_names: dict[int, str] = {}


def table_of(row: Row, there: set[str]) -> str:
    """Where a row lies: the local day on which its id was made, so that a retry days later meets the first one.

    `there` are the tables that exist: a day far from the server's gets none of its own, its facts lie together. What was
    typed in late from paper lies in its own day all the same, so that it goes when that day goes.
    """
    number = (made_at(row[0]) + _ZONE_MS) // DAY_MS
    name = _names.get(number) or _named(number)
    if name in there or abs(number - (row[12] + _ZONE_MS) // DAY_MS) <= NEAR or row[13] & LATE:
        return name
    return ODD_TABLE


def strays(parts: dict[str, list[Row]]) -> dict[str, tuple[int, int]]:
    """By table the first and the last moment of rows that were seen on another day than their id was made."""
    found = {}
    for table, rows in parts.items():
        if table == ODD_TABLE:
            continue
        first = _first_moment(table)
        away = [row[11] for row in rows if not first <= row[11] < first + DAY_MS]
        if away:
            found[table] = (min(away), max(away))
    return found


@lru_cache(maxsize=512)
def _first_moment(table: str) -> int:
    day = day_of(table)
    assert day
    return (day - EPOCH).days * DAY_MS - _ZONE_MS


def _named(number: int) -> str:
    name = _names[number] = name_of(EPOCH + timedelta(days=min(number, MOST_DAYS)))
    return name


def name_at(ms: int) -> str:
    """Of the day on which a moment (milliseconds since 1970) lies."""
    number = (ms + _ZONE_MS) // DAY_MS
    return _names.get(number) or _named(number)


def name_of(day: date) -> str:
    return f"scans_{day:%Y%m%d}"


def day_of(name: str) -> date | None:
    """The day of a table; None for any other."""
    found = _NAME.fullmatch(name)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def names_between(first: date, last: date) -> list[str]:
    """Both days included."""
    return [name_of(first + timedelta(days=n)) for n in range((last - first).days + 1)]
