"""Which trip a notice tells of: one person notified by three sources is one case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from linli.base.clock import local
from linli.matters.returns.models import Trip
from linli.matters.returns.trips import open_trips
from linli.registry.announce import Described, Match, differs, has_number
from linli.registry.doors import Door
from linli.registry.models import Community, Dwelling


class Ride(NamedTuple):
    """The way home as told: number of the train, and when it comes."""

    service: str
    eta_at: datetime | None


class Same(NamedTuple):
    """The trip that a notice tells of again, if any; `doubts` say why a person must look."""

    trip: Trip | None
    doubts: tuple[str, ...] = ()


def same_trip(community: Community, who: Described, match: Match, ride: Ride, door: Door) -> Same:
    """The person's own open trip, or the closed one by the same train; else one of that name, train and day."""
    if match.person is not None:
        own = open_trips(community).filter(person=match.person).order_by("-id").first()
        return Same(own or _ended(community, match, ride))
    namesakes = _of_that_name(community, who, ride)
    if not namesakes or "id_differs" in match.doubts:
        return Same(None)
    if len(namesakes) > 1 or not _could_be(namesakes[0], who, door):
        return Same(None, ("namesake",))
    return Same(namesakes[0], ("same_name_day",))


def _ended(community: Community, match: Match, ride: Ride) -> Trip | None:
    """A late repetition of what is already settled or passed on opens nothing; a trip called off may be on again."""
    done = Trip.objects.filter(community=community, person=match.person, service=ride.service).exclude(
        case__closed_at=None
    )
    ended = done.exclude(case__state="called_off").select_related("case", "person", "arrival").order_by("-id")
    return next((t for t in ended if _same_day(t.eta_at, ride.eta_at)), None)


def _of_that_name(community: Community, who: Described, ride: Ride) -> list[Trip]:
    if not ride.service or ride.eta_at is None:
        return []
    found = open_trips(community).filter(person__name=who.name, service=ride.service)
    return [t for t in found if _same_day(t.eta_at, ride.eta_at)]


def _could_be(trip: Trip, who: Described, door: Door) -> bool:
    """Nothing known speaks against it: not two identity numbers, not two telephones with two different doors."""
    if who.number and has_number(trip.person):
        return False  # `find_person` did not find this number, so that person's is another one
    return not (differs(trip.person, who.phones) and not _may_be_one_door(trip.dwelling, door.dwelling))


def _may_be_one_door(one: Dwelling | None, other: Dwelling | None) -> bool:
    return one is None or other is None or one.pk == other.pk


def _same_day(one: datetime | None, other: datetime | None) -> bool:
    """One night of the railway: the same local day, or less than six hours apart around midnight."""
    if one is None or other is None:
        return one is other
    return local(one).date() == local(other).date() or abs(one - other) <= timedelta(hours=6)
