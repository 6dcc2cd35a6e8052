"""A building drawn as it stands: units side by side, floors from the top down, a column for every door of a floor."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

C = TypeVar("C")


@dataclass(frozen=True)
class Drawing(Generic[C]):
    """One unit: `floors` from the top down, each with a cell or None for every column of the unit."""

    unit: str
    columns: list[str]
    floors: list[tuple[str, list[C | None]]]


def drawings(doors: Iterable[tuple[str, str, C]]) -> list[Drawing[C]]:
    """(unit, room, cell) of every door → the units, in the order in which they first come."""
    units: dict[str, list[tuple[str, C]]] = defaultdict(list)
    for unit, room, cell in doors:
        units[unit].append((room, cell))
    return [_unit(number, cells) for number, cells in units.items()]


def _unit(number: str, cells: list[tuple[str, C]]) -> Drawing[C]:
    placed: dict[str, dict[str, C]] = defaultdict(dict)
    for room, cell in cells:
        floor, column = _place(room)
        while column in placed[floor]:
            column += "′"  # two doors of one number: both are drawn
        placed[floor][column] = cell
    columns = sorted({column for floor in placed.values() for column in floor}, key=_natural)
    floors = sorted(placed, key=_natural, reverse=True)
    return Drawing(number, columns, [(f, [placed[f].get(c) for c in columns]) for f in floors])


def _place(room: str) -> tuple[str, str]:
    """1101 → floor 11, column 01; a room that is no number stands on a floor of its own."""
    found = re.fullmatch(r"(\d{1,2})(\d{2})", room)
    return (found[1], found[2]) if found else ("", room)


def _natural(text: str) -> tuple[int, str]:
    digits = re.match(r"\d+", text)
    return (int(digits[0]) if digits else -1, text)
