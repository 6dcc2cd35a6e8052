"""The doors a register names: found, or raised with the building, unit and compound they need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from linli.base.scope import path
from linli.registry.bulk import Bulk
from linli.registry.names import keys_of
from linli.registry.places import Building, Community, Compound, Dwelling, Grid, Unit

BUILDINGS, UNITS, DWELLINGS = Bulk(Building), Bulk(Unit), Bulk(Dwelling)

NO_UNIT = "0"
"""The unit of a house that has none: a scope path cannot have a hole."""

_SLUG = re.compile(r"[^a-z0-9]+")


class Address(NamedTuple):
    """A door as a register writes it; `unit` may be ''."""

    compound: str
    building: str
    unit: str
    room: str

    @property
    def label(self) -> str:
        """3-2-1101; 3-1101 where there are no units."""
        return "-".join(part for part in (self.building, self.unit, self.room) if part)

    def __bool__(self) -> bool:
        return bool(self.compound and self.building and self.room)


def order_of(number: str) -> int:
    """Where a number stands when people walk: 2 before 10, 1101 after 902, letters behind digits."""
    digits = re.sub(r"\D", "", number)
    return int(digits[:8]) if digits else 10_000 + sum(ord(c) for c in number[:4])


class Ground:
    """Finds and raises doors of one community; remembers compounds, buildings and units, never the doors."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.raised: dict[Address, Dwelling] = {}  # by the last call of `doors`, not written yet
        self._new_buildings: list[Building] = []
        self._new_units: list[Unit] = []
        self.compounds = {c.name: c for c in Compound.objects.filter(community=community)}
        self.grids = {g.compound_id: g for g in Grid.objects.filter(community=community).order_by("-code")}
        self.buildings: dict[tuple[Any, str], Building] = {
            (b.compound_id, b.number): b for b in Building.objects.filter(community=community)
        }
        self.units: dict[tuple[Any, str], Unit] = {
            (u.building_id, u.number): u for u in Unit.objects.filter(community=community)
        }

    def doors(self, addresses: Iterable[Address]) -> dict[Address, Dwelling]:
        """A dwelling for every whole address, raised where there is none (kept by `write`): vacant until somebody comes."""
        wanted = dict.fromkeys(a for a in addresses if a)
        found = self._known(wanted)
        self.raised = {a: self._raise(a) for a in wanted if a not in found}
        return found | self.raised

    def write(self) -> None:
        """What `doors` raised, into the database; until then it is known here alone."""
        BUILDINGS.insert(self._new_buildings)
        UNITS.insert(self._new_units)
        DWELLINGS.insert(list(self.raised.values()))
        self._new_buildings, self._new_units, self.raised = [], [], {}

    def _known(self, wanted: Iterable[Address]) -> dict[Address, Dwelling]:
        by_label: dict[tuple[Any, str], Address] = {
            (self.compounds[a.compound].id, a.label): a for a in wanted if a.compound in self.compounds
        }
        rows = Dwelling.objects.filter(
            community=self.community,
            compound__in={c for c, _label in by_label},
            label__in={label for _compound, label in by_label},
        )
        return {a: d for d in rows if (a := by_label.get((d.compound_id, d.label)))}

    def _raise(self, at: Address) -> Dwelling:
        compound = self._compound(at.compound)
        building = self._building(compound, at.building)
        unit = self._unit(building, at.unit or NO_UNIT)
        return DWELLINGS.new(
            community_id=self.community.id,
            compound_id=compound.id,
            building_id=building.id,
            unit_id=unit.id,
            room=at.room[:12],
            label=at.label[:40],
            position=unit.position * 100_000 + order_of(at.room) % 100_000,
            path=building.path + path(unit.number.lower(), at.room.lower()),
            vacant=True,
        )

    def _compound(self, name: str) -> Compound:
        if name not in self.compounds:
            self.compounds[name] = Compound.objects.create(
                community=self.community,
                code=self._code(name),
                name=name[:40],
                position=len(self.compounds) + 1,
            )
        return self.compounds[name]

    def _code(self, name: str) -> str:
        """A short code for scope paths: the initials, told apart by a number where two compounds share them."""
        stem = _SLUG.sub("", keys_of(name).initials)[:10] or "c"
        taken = {c.code for c in self.compounds.values()}
        return next(code for n in range(1, 1000) if (code := f"{stem}{n if n > 1 else ''}") not in taken)

    def _building(self, compound: Compound, number: str) -> Building:
        key = (compound.id, number)
        if key not in self.buildings:
            grid = self._grid(compound)
            self.buildings[key] = BUILDINGS.new(
                community_id=self.community.id,
                compound_id=compound.id,
                grid_id=grid.id,
                number=number[:12],
                position=order_of(number),
                path=path(self.community.slug, compound.code, grid.code, number.lower()),
            )
            self._new_buildings.append(self.buildings[key])
        return self.buildings[key]

    def _grid(self, compound: Compound) -> Grid:
        """New buildings go to the compound's first grid; the office draws its grids later."""
        if compound.id not in self.grids:
            self.grids[compound.id] = Grid.objects.create(
                community=self.community, compound=compound, code="g1", name=f"{compound.name}一网格"[:40]
            )
        return self.grids[compound.id]

    def _unit(self, building: Building, number: str) -> Unit:
        key = (building.id, number)
        if key not in self.units:
            self.units[key] = UNITS.new( community_id=self.community.id, building_id=building.id, number=number[:12],
                position=order_of(number),
            )  # fmt: skip
            self._new_units.append(self.units[key])
        return self.units[key]
