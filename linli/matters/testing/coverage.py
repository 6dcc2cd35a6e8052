"""A building of a round drawn door by door: everybody behind it sampled, some, none yet, or nobody is to come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop as N_

from linli.matters.testing.listing import missed
from linli.matters.testing.models import Campaign
from linli.registry.elevation import Drawing, drawings
from linli.registry.models import Dwelling

DONE, PART, NONE, EXPLAINED = "answered", "absent", "unvisited", "empty"
DOORS = {
    DONE: ("pass", N_("都采了"), N_("采")),
    PART: ("limit", N_("还有人没采"), N_("缺")),
    NONE: ("waiting", N_("都没采"), N_("未")),
    EXPLAINED: ("empty", N_("都有原因不采"), N_("免")),
}
"""State of a door → shape, word, mark. The keys are those of building.css."""


@dataclass(frozen=True)
class Door:
    """One front door: its state, and how many of its people are listed, sampled and still missed."""

    dwelling: Dwelling
    state: str
    people: int
    sampled: int
    missed: int


def drawn(campaign: Campaign, building_id: UUID) -> list[Drawing[Door]]:
    """The units of a building as they stand. Three queries however many doors."""
    sampled = set(
        campaign.samples.filter(standing="").exclude(person=None).values_list("person_id", flat=True)
    )
    left = set(missed(campaign).filter(building_id=building_id).values_list("person_id", flat=True))
    people: dict[UUID, list[UUID]] = defaultdict(list)
    homes: dict[UUID, Dwelling] = {}
    rows = campaign.listed.filter(building_id=building_id).select_related("dwelling__unit")
    for row in rows.order_by("dwelling__unit__position", "dwelling__unit__number", "dwelling__position"):
        homes[row.dwelling_id] = row.dwelling
        people[row.dwelling_id].append(row.person_id)
    doors = [_door(home, people[pk], sampled, left) for pk, home in homes.items()]
    return drawings((door.dwelling.unit.number, door.dwelling.room, door) for door in doors)


def _door(home: Dwelling, people: list[UUID], sampled: set[UUID], left: set[UUID]) -> Door:
    taken, missing = len(sampled.intersection(people)), len(left.intersection(people))
    state = PART if taken and missing else NONE if missing else DONE if taken else EXPLAINED
    return Door(home, state, len(people), taken, missing)
