"""A trip in words and numbers: how its case is called, which train it is on, who travels together, what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.masks import mask_name
from linli.fleet.models import Arrival
from linli.loops.evidence import Given
from linli.matters.returns.models import Trip
from linli.registry.doors import ELSEWHERE, Door
from linli.registry.models import Community, Person

SAME_TRAIN = timedelta(hours=6)
"""A told arrival this near to a timetable's is that train on that day; trains here run once a day."""


def title_of(name: str, door: Door) -> str:
    """张*三 · 香阅四季A区3号楼: the person masked, the door left out."""
    if door.how == ELSEWHERE:
        return f"{mask_name(name)} · 非本社区"
    return f"{mask_name(name)} · {f'{door.building.compound.name}{door.building}' if door.building else '住址待核实'}"


def arrival_of(community: Community, service: str, eta_at: datetime | None) -> Arrival | None:
    """The published train that a told service and time mean; the nearest one within six hours."""
    if not service or eta_at is None:
        return None
    near = Arrival.objects.filter(
        community=community, service=service, scheduled_at__range=(eta_at - SAME_TRAIN, eta_at + SAME_TRAIN)
    )
    return min(near, key=lambda a: abs(a.scheduled_at - eta_at), default=None)


def next_arrival(community: Community, service: str, after: datetime) -> Arrival | None:
    """The next train of this number, for a notice that names no time."""
    if not service:
        return None
    coming = Arrival.objects.filter(
        community=community, service=service, scheduled_at__gte=after - SAME_TRAIN
    )
    return coming.order_by("scheduled_at").first()


def expected_at(trip: Trip) -> datetime | None:
    """When the person comes, as the latest publication says; else as told."""
    return trip.arrival.expected_at if trip.arrival else trip.eta_at


def anchors_of(trip: Trip) -> Given:
    """The moments a case's promises hang on."""
    at = expected_at(trip)
    return {"arrival": at.isoformat()} if at else {}


def open_trips(community: Community) -> QuerySet[Trip]:
    """Trips whose case still owes something."""
    return Trip.objects.filter(community=community, case__closed_at=None).select_related(
        "case", "person", "arrival", "dwelling__compound", "dwelling__building"
    )


def same_ride(trip: Trip) -> list[Trip]:
    """Every open trip on the same train on the same day, the trip itself included, in the order they were told."""
    if not trip.service or trip.eta_at is None:
        return [trip]
    window = (trip.eta_at - SAME_TRAIN, trip.eta_at + SAME_TRAIN)
    riders = open_trips(trip.community).filter(service=trip.service, eta_at__range=window)
    return list(riders.order_by("id"))


def gather(trip: Trip) -> None:
    """Make companions who have trips of their own one party, and count those who have none once (`companions`)."""
    riders = same_ride(trip)
    for other in riders:
        if other.person_id != trip.person_id and _named(trip, other) and other.party != trip.party:
            Trip.objects.filter(community=trip.community, party=trip.party).update(party=other.party)
            trip.party = other.party
    party = Trip.objects.filter(community=trip.community, party=trip.party).select_related("person")
    _count(party.order_by("id"))


def travel_together(trips: Sequence[Trip]) -> None:
    """Make people told of in one breath one party, by train or by car, and count whoever has no trip of their own."""
    if len(trips) < 2:
        return
    rows = Trip.objects.filter(community=trips[0].community)
    parties = set(rows.filter(pk__in=[t.pk for t in trips]).values_list("party", flat=True))
    one = min(parties)
    rows.filter(party__in=parties).update(party=one)
    _count(rows.filter(party=one).select_related("person").order_by("id"))


def _named(one: Trip, other: Trip) -> bool:
    return other.person.name in one.companion_names or one.person.name in other.companion_names


def _count(party: Iterable[Trip]) -> None:
    members = list(party)
    counted = {r.person.name for r in members}
    for rider in members:
        if not rider.companion_names:
            continue
        unlisted = [n for n in rider.companion_names if n not in counted]
        counted.update(unlisted)
        Trip.objects.filter(pk=rider.pk).update(companions=len(unlisted))


def known_facts(trip: Trip) -> dict[str, Any]:
    """What the ten points of a verification need not ask again: evidence key → answer, in the words of the community."""
    at = expected_at(trip)
    party = Trip.objects.filter(community=trip.community, party=trip.party).aggregate(n=Count("id"))["n"]
    facts: dict[str, Any] = {
        "people": 1 + trip.companions,
        "time": f"{local(at):%Y-%m-%d %H:%M}" if at else "",
        "place": str(trip.dwelling) if trip.dwelling else trip.destination,
        "route": " → ".join(p for p in (trip.origin, trip.station) if p),
        "service": trip.service,
        "history": trip.history,
        "family": _family(trip.person, trip, party),
    }
    return {key: value for key, value in facts.items() if value not in ("", None)}


def _family(person: Person, trip: Trip, party: int) -> str:
    """Who else lives behind the door, and how many of the party have a case of their own."""
    at_home = 0
    if trip.dwelling_id:
        living = Person.objects.filter(household__dwelling=trip.dwelling_id, standing=Person.RESIDENT)
        at_home = living.exclude(pk=person.pk).count()
    words = [_("同住 %(n)d 人") % {"n": at_home}] if at_home else []
    if party > 1:
        words.append(_("同行另有 %(n)d 人单独登记") % {"n": party - 1})
    return " · ".join(words)
