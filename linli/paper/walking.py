"""Whom a round meets and in which order: masked, by building, entrance, floor and room, so that nobody walks twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.registry import loop_of
from linli.loops.spec import Carried
from linli.registry.models import Building, Dwelling, Person
from linli.registry.subjects import HOMES, id_of

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Stop:
    """One case on the way: who (masked), which door of which compound, and answers already there, by step.

    `order` sorts the walk.
    """

    case: Case
    who: str
    compound: str
    door: str
    order: tuple[Any, ...]
    known: Mapping[str, Given] = field(default_factory=dict)


def walk(cases: Iterable[Case]) -> list[Stop]:
    """The cases of one community as stops, in walking order. The same few queries however many."""
    return sorted(stops(cases), key=lambda stop: stop.order)


def stops(cases: Iterable[Case]) -> list[Stop]:
    """Each case with who and where, in the order given."""
    cases = list(cases)
    if not cases:
        return []
    community_id, carried = cases[0].community_id, _carried(cases)
    people = _people(community_id, cases)
    places = {case.id: _place(case, people.get(case.subject), carried.get(case.id)) for case in cases}
    doors = _doors(community_id, cases, set(places.values()))
    buildings = {
        b.path: b for b in Building.objects.filter(community_id=community_id).select_related("compound")
    }
    found = []
    for case in cases:
        person, door = people.get(case.subject), doors.get(case.subject) or doors.get(places[case.id])
        own = carried.get(case.id, Carried())
        stop = _stop(case, person, door, buildings, own.known)
        found.append(replace(stop, order=(-1, own.planned)) if own.planned else stop)
    return found


def _carried(cases: list[Case]) -> dict[UUID, Carried]:
    found: dict[UUID, Carried] = {}
    for key in {case.loop for case in cases}:
        if carry := loop_of(key).carry:
            found |= carry([case for case in cases if case.loop == key])
    return found


def _people(community_id: UUID, cases: list[Case]) -> dict[str, Person]:
    """The residents whom cases are about, by the case's subject."""
    rows = Person.objects.filter(community_id=community_id, pk__in=_ids(cases)).select_related(*HOMES)
    return {str(person.pk): person for person in rows}


def _ids(cases: list[Case]) -> list[UUID]:
    return [key for case in cases if (key := id_of(case.subject))]


def _place(case: Case, person: Person | None, carried: Carried | None) -> str:
    """Where exactly: as the loop says, else where the person lives if that is inside the case's place, else that place."""
    if carried and carried.place:
        return carried.place
    found: str = person.path if person and person.path.startswith(case.scope) else case.scope
    return found


def _doors(community_id: UUID, cases: list[Case], paths: set[str]) -> dict[str, Dwelling]:
    """Front doors by their path, and by the subject of cases that are about a door."""
    rows = Dwelling.objects.filter(community_id=community_id).select_related("compound", "building")
    by_path = {door.path: door for door in rows.filter(path__in=paths)}
    return by_path | {str(door.pk): door for door in rows.filter(pk__in=_ids(cases))}


def _stop(
    case: Case,
    person: Person | None,
    door: Dwelling | None,
    buildings: Mapping[str, Building],
    known: Mapping[str, Given],
) -> Stop:
    who = person.masked_name if person else case.title.partition(" · ")[0]
    if door:
        order = (0, door.compound.position, door.building.position, door.position, *natural(door.label))
        return Stop(case, who, door.compound.name, door.label, order, known)
    building = buildings.get("".join(part + "/" for part in case.scope.split("/")[:4]))
    if building is None:
        rest = case.title.partition(" · ")[2]
        return Stop(case, who, "", rest, (1, 0, 0, 0, *natural(case.title)), known)
    order = (0, building.compound.position, building.position, -1, *natural(case.title))
    return Stop(case, who, building.compound.name, str(building), order, known)


def doors_of(walked: Iterable[Stop]) -> list[str]:
    """Each stop's door as the sheet calls it: with its compound where the walk leads through several."""
    walked = list(walked)
    several = len({stop.compound for stop in walked}) > 1
    return [f"{stop.compound}{stop.door}" if several else stop.door for stop in walked]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 2 before 10 and 902 before 1101."""
    parts = _DIGITS.split(text)
    return tuple((0, int(p[:12]), "") if p.isdigit() else (1, 0, p) for p in parts if p)
