"""How far a round has come: counts per building, and the building drawn floor by floor, door by door."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from linli.matters.census.asks import ANSWERED, EMPTY, OUTCOMES, UNVISITED
from linli.matters.census.models import CensusRound, RoundDoor
from linli.registry.elevation import Drawing, drawings


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


def drawn(census: CensusRound, building_id: UUID) -> list[Drawing[Cell]]:
    """The units of a building as they stand, one query however many doors."""
    doors = (
        RoundDoor.objects.filter(community_id=census.community_id, round=census, building_id=building_id)
        .select_related("dwelling__unit", "case")
        .order_by("dwelling__unit__position", "dwelling__unit__number", "dwelling__position", "dwelling_id")
    )
    return drawings(
        (door.dwelling.unit.number, door.dwelling.room, Cell(door.dwelling.room, door.outcome, door))
        for door in doors
    )


__all__ = ["OUTCOMES", "Cell", "Coverage", "Drawing", "by_building", "drawn", "together"]
