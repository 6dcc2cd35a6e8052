"""What the railway publishes moves every promise that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.fleet.models import Arrival
from linli.loops import engine
from linli.loops.ledger import lock
from linli.loops.rights import Actor
from linli.matters.returns.models import Trip
from linli.matters.returns.remarks import remark
from linli.matters.returns.trips import SAME_TRAIN, open_trips
from linli.registry.models import Community

ON_TIME, LATE, ARRIVED, CANCELLED = "on_time", "late", "arrived", "cancelled"


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One line of a timetable or of a station's board. `expected_at` is also when it really came, once it is there."""

    service: str
    station: str
    scheduled_at: datetime
    expected_at: datetime
    status: str
    published_at: datetime
    told_by: str = ""  # who at the desk said so; '' for the railway


def publish(said: Publication, *, community: Community, at: datetime) -> Arrival:
    """Keep what was published, unless something newer is known; re-plan every open case that waits for this train.

    The same publication again changes nothing. A cancelled train moves no promise: its cases say so in their ledger.
    """
    with transaction.atomic():
        lock(community.id)
        arrival = Arrival.objects.filter(
            community=community, service=said.service, scheduled_at=said.scheduled_at
        ).first()
        if arrival is None:
            arrival = Arrival(community=community, service=said.service, scheduled_at=said.scheduled_at)
        elif arrival.published_at and arrival.published_at >= said.published_at:
            return arrival
        before = (arrival.expected_at, arrival.status)
        arrival.station, arrival.status = said.station[:30], said.status
        arrival.expected_at, arrival.published_at = said.expected_at, said.published_at
        arrival.save()
        _board(arrival)
        if before != (arrival.expected_at, arrival.status):
            _tell(arrival, said.told_by, at=at)
        return arrival


def _board(arrival: Arrival) -> None:
    """Trips told before the timetable was known find their train now."""
    window = (arrival.scheduled_at - SAME_TRAIN, arrival.scheduled_at + SAME_TRAIN)
    open_trips(arrival.community).filter(
        arrival=None, service=arrival.service, eta_at__range=window
    ).order_by().update(arrival=arrival)


def _tell(arrival: Arrival, told_by: str, *, at: datetime) -> None:
    said = f"{arrival.id}:{arrival.published_at:%Y%m%dT%H%M%S%f}" if arrival.published_at else str(arrival.id)
    for trip in open_trips(arrival.community).filter(arrival=arrival).order_by("id"):
        intent = f"{said}:{trip.id.hex}"
        _doubt(trip, arrival)
        if arrival.status == CANCELLED:
            remark(trip, "train_cancelled", tell="desk", at=at, intent=intent)
            continue
        anchors = {"arrival": arrival.expected_at.isoformat()}
        if trip.case.anchors.get("arrival") != anchors["arrival"]:
            engine.replan(trip.case_id, anchors=anchors, at=at, intent=intent, why=_why(arrival, told_by))


def _doubt(trip: Trip, arrival: Arrival) -> None:
    """Whether the train runs, said where the desk looks."""
    doubts = [d for d in trip.doubts if d != "train_cancelled"]
    doubts += ["train_cancelled"] if arrival.status == CANCELLED else []
    if doubts != trip.doubts:
        Trip.objects.filter(pk=trip.pk).update(doubts=doubts)


def _why(arrival: Arrival, told_by: str) -> str:
    words = {LATE: "晚点", ARRIVED: "已到站"}
    said = f"{arrival.service} {words.get(arrival.status, '到站时间更新')}"
    return f"{said}({told_by})" if told_by else said


def postpone(arrival_id: UUID, *, by: timedelta, community: Community, at: datetime, actor: Actor) -> Arrival:
    """The desk heard that the train comes later. Raises Arrival.DoesNotExist.

    Counts from what is expected now, or from `at` when that is past already.
    """
    arrival = Arrival.objects.get(pk=arrival_id, community=community)
    later = max(arrival.expected_at, at if arrival.status != ARRIVED else arrival.expected_at) + by
    return _by_desk(arrival, LATE, later, at=at, actor=actor)


def arrived(
    arrival_id: UUID, *, came_at: datetime, community: Community, at: datetime, actor: Actor
) -> Arrival:
    """The desk saw or heard that the train is in. Raises Arrival.DoesNotExist."""
    arrival = Arrival.objects.get(pk=arrival_id, community=community)
    return _by_desk(arrival, ARRIVED, came_at, at=at, actor=actor)


def _by_desk(arrival: Arrival, status: str, expected_at: datetime, *, at: datetime, actor: Actor) -> Arrival:
    said = Publication(
        service=arrival.service,
        station=arrival.station,
        scheduled_at=arrival.scheduled_at,
        expected_at=expected_at.replace(microsecond=0),
        status=status,
        published_at=at,
        told_by=actor.shown_name,
    )
    return publish(said, community=arrival.community, at=at)


def is_stranded(trip: Trip) -> bool:
    """Whether the train this person was to come by does not run: somebody must ask for another."""
    return trip.arrival is not None and trip.arrival.status == CANCELLED
