"""Facts lie in one table a day, so that a day is forgotten in a moment; the day is read from the id, never guessed."""

from __future__ import annotations

import re
from datetime import date, timedelta

from linli.scans.record import Row, made_at

ODD_TABLE = "scans_odd"
"""Facts whose id was made by a clock that nobody believes: pruned by the server's time."""

_NAME = re.compile(r"scans_(\d{4})(\d{2})(\d{2})$")
_DAY_MS = 86_400_000
_ZONE_MS = 8 * 3_600_000
"""UTC+8 all year: the local day of a moment without asking the zone database a thousand times a second."""

NEAR = 4
"""Days from today for which a table is made: a phone keeps what it has for three."""

EPOCH, MOST_DAYS = date(1970, 1, 1), 2_900_000

_names: dict[int, str] = {}


def table_of(row: Row, there: set[str]) -> str:
    """Where a row lies: the local day on which its id was made, so that a retry days later meets the first one.

    `there` are the tables that exist: a day far from the server's gets none of its own, its facts lie together.
    """
    number = (made_at(row[0]) + _ZONE_MS) // _DAY_MS
    name = _names.get(number) or _named(number)
    if name in there or abs(number - (row[12] + _ZONE_MS) // _DAY_MS) <= NEAR:
        return name
    return ODD_TABLE


def _named(number: int) -> str:
    name = _names[number] = name_of(EPOCH + timedelta(days=min(number, MOST_DAYS)))
    return name


def name_of(day: date) -> str:
    return f"scans_{day:%Y%m%d}"


def day_of(name: str) -> date | None:
    """The day of a table; None for any other."""
    found = _NAME.fullmatch(name)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def names_between(first: date, last: date) -> list[str]:
    """Both days included."""
    return [name_of(first + timedelta(days=n)) for n in range((last - first).days + 1)]
