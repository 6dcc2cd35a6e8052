"""Which front door an address means, as far as it can be told."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from linli.registry.ground import Address
from linli.registry.intake.places import Addresses, Spot
from linli.registry.intake.setting import Name
from linli.registry.people import Person
from linli.registry.places import Building, Community, Compound, Dwelling

OURS, UNKNOWN, ELSEWHERE = "ours", "unknown", "elsewhere"


class Door(NamedTuple):
    """Where somebody goes: `how` is ours, unknown (nobody can tell yet) or elsewhere (no compound of this community).

    `guessed`: the compound was read although it is written with another letter; a person must look.
    """

    how: str
    building: Building | None = None
    dwelling: Dwelling | None = None
    guessed: bool = False

    @property
    def scope(self) -> str:
        """The scope path of the building: enough to find who is on duty, too little to find the door."""
        return self.building.path if self.building else ""


def find_door(community: Community, written: str, *, person: Person | None = None) -> Door:
    """Read an address as people write it; what it leaves out, the person's own home fills if it fits."""
    spot = _addresses(community.name, compound_names(community)).read(written)
    if spot.how == ELSEWHERE:
        return Door(ELSEWHERE)
    return door_at(community, spot, person=person)._replace(guessed=spot.how == "typo")


def door_at(community: Community, spot: Spot, *, person: Person | None = None) -> Door:
    """The door of an address that was read already. A door that does not exist is unknown, its building is kept."""
    home = person.household.dwelling if person and person.household else None
    if home and _fits(spot, home):
        return Door(OURS, home.building, home)
    buildings = Building.objects.filter(community=community, compound__name=spot.compound)
    building = buildings.filter(number=spot.building).select_related("compound").first()
    if building is None:
        return Door(UNKNOWN)
    label = Address(*spot[1:]).label
    dwelling = Dwelling.objects.filter(community=community, compound=building.compound_id, label=label)
    found = dwelling.select_related("compound").first()
    return Door(OURS if found else UNKNOWN, building, found)


def _fits(spot: Spot, home: Dwelling) -> bool:
    """Whether nothing that was written speaks against the home."""
    parts = (
        (spot.compound, home.compound.name),
        (spot.building, home.building.number),
        (spot.unit, home.unit.number),
        (spot.room, home.room),
    )
    return all(not written or written == known for written, known in parts)


def read_parts(community: Community, written: str) -> Spot:
    """An address as far as it can be read: what a person who corrects it begins with."""
    return _addresses(community.name, compound_names(community)).read(written)


def compound_names(community: Community) -> tuple[Name, ...]:
    """The compounds with the short names people use."""
    found = Compound.objects.filter(community=community).order_by("position", "name")
    return tuple(Name(c.name, tuple(c.aliases)) for c in found)


@lru_cache(8)
def _addresses(community_name: str, names: tuple[Name, ...]) -> Addresses:
    return Addresses(names, community_name)
