"""How far a round has come: counts per building, and the building drawn floor by floor, door by door."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from linli.matters.census.asks import ANSWERED, EMPTY, OUTCOMES, UNVISITED
from linli.matters.census.models import CensusRound, RoundDoor


@dataclass(frozen=True)
class Coverage:
    """Doors by outcome; every door is in exactly one of them, so that they add up."""

    counts: Mapping[str, int]

    @property
    def doors(self) -> int:
        """All doors."""
        return sum(self.counts.values())

    @property
    def visited(self) -> int:
        """Doors at which somebody has been."""
        return self.doors - self.counts.get(UNVISITED, 0)

    @property
    def covered(self) -> int:
        """Doors of which is known who lives there: answered, or empty."""
        return self.counts.get(ANSWERED, 0) + self.counts.get(EMPTY, 0)

    @property
    def percent(self) -> int:
        """入户率, whole percents rounded down: 100 means all."""
        return 100 * self.covered // self.doors if self.doors else 0


def by_building(rounds: Iterable[CensusRound]) -> dict[UUID, dict[UUID, Coverage]]:
    """CensusRound → building → its coverage, in one query."""
    found: dict[UUID, dict[UUID, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    ids = [one.pk for one in rounds]
    rows = (
        RoundDoor.objects.filter(round__in=ids)
        .order_by()
        .values_list("round_id", "building_id", "outcome")
        .annotate(n=Count("pk"))
    )
    for round_id, building_id, outcome, n in rows:
        found[round_id][building_id][outcome] = n
    return {
        round_id: {building: Coverage(counts) for building, counts in buildings.items()}
        for round_id, buildings in found.items()
    }


def together(parts: Iterable[Coverage]) -> Coverage:
    """The sum."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.counts)
    return Coverage(total)


@dataclass(frozen=True)
class Cell:
    """One door in the drawing."""

    room: str
    outcome: str
    door: RoundDoor


@dataclass(frozen=True)
class Drawing:
    """One unit: `floors` from the top down, each with a cell or None for every column of the unit."""

    unit: str
    columns: list[str]
    floors: list[tuple[str, list[Cell | None]]]


def drawn(census: CensusRound, building_id: UUID) -> list[Drawing]:
    """The units of a building as they stand, one query however many doors."""
    doors = (
        RoundDoor.objects.filter(community_id=census.community_id, round=census, building_id=building_id)
        .select_related("dwelling__unit", "case")
        .order_by("dwelling__unit__position", "dwelling__unit__number", "dwelling__position", "dwelling_id")
    )
    units: dict[str, list[Cell]] = defaultdict(list)
    for door in doors:
        units[door.dwelling.unit.number].append(Cell(door.dwelling.room, door.outcome, door))
    return [_unit(number, cells) for number, cells in units.items()]


def _unit(number: str, cells: list[Cell]) -> Drawing:
    placed: dict[str, dict[str, Cell]] = defaultdict(dict)
    for cell in cells:
        floor, column = _place(cell.room)
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


__all__ = ["OUTCOMES", "Cell", "Coverage", "Drawing", "by_building", "drawn", "together"]
