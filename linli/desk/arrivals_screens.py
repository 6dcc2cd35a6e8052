"""Tonight: every train with who comes on it, in which party, to which door, in whose car, and where each case stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.fleet.models import Arrival
from linli.matters.returns import notices, trains
from linli.matters.returns.models import Notice, Trip
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

BACK, AHEAD = timedelta(hours=6), timedelta(hours=30)
"""The stretch of time the page shows around now."""

STATUS = {
    trains.ON_TIME: ("waiting", N_("正点")),
    trains.LATE: ("limit", N_("晚点")),
    trains.ARRIVED: ("pass", N_("已到站")),
    trains.CANCELLED: ("stop", N_("停运")),
}


@requires("return.arrivals")
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """Three queries however many people come: trains, trips, and the shell's own."""
    at, community_id = now(), community_of(request)
    trips = list(_trips(community_id, scopes_now(request), at))
    shown = {t.arrival_id for t in trips}
    published = Arrival.objects.filter(
        community_id=community_id, expected_at__gte=at - BACK, expected_at__lt=at + AHEAD
    ).order_by("expected_at", "service")
    by_train = {key: list(group) for key, group in groupby(trips, key=lambda t: t.arrival_id)}
    context = {
        "trains": [_train(a, by_train.get(a.id, []), at) for a in published if a.id in shown],
        "unmatched": _unmatched(community_id, at),
        "empty_trains": [a.service for a in published if a.id not in shown],
        "others": _parties(by_train.get(None, []), at),
        "may_note": may(request, "return.note"),
        "people": sum(1 + t.companions for t in trips),
    }
    return page(request, "desk/arrivals.html", context, here="arrivals", at=at)


def _unmatched(community_id: UUID, at: datetime) -> list[str]:
    """Cancellations of the last day that fit nobody: somebody must ask the sender whom they mean."""
    rows = Notice.objects.filter(
        community_id=community_id, outcome=notices.UNMATCHED, received_at__gte=at - timedelta(days=1)
    )
    return [
        f"{words.moment(n.received_at, at)} · {n.sender_name} · {n.batch}"
        for n in rows.order_by("-received_at")[:20]
    ]


def _trips(community_id: UUID, scopes: Iterable[str], at: datetime) -> Iterable[Trip]:
    """The trips of open cases, and of those closed in the last hours, under the caller's places."""
    inside = Q()
    for scope in scopes:
        inside |= Q(case__scope__under=scope)
    recent = Q(case__closed_at=None) | Q(case__closed_at__gte=at - BACK)
    rows = Trip.objects.filter(inside, recent, community_id=community_id)
    return rows.select_related("case", "person", "arrival", "dwelling__compound").order_by(
        "arrival", "party", "id"
    )


def _train(arrival: Arrival, trips: list[Trip], at: datetime) -> dict[str, Any]:
    shape, word = STATUS.get(arrival.status, ("waiting", N_("正点")))
    moved = arrival.expected_at != arrival.scheduled_at
    return {
        "id": arrival.id,
        "service": arrival.service,
        "station": arrival.station,
        "expected": words.moment(arrival.expected_at, at),
        "expected_iso": arrival.expected_at.isoformat(),
        "planned": words.clock(arrival.scheduled_at, at) if moved else "",
        "status": {"shape": shape, "word": _(word)},
        "left": words.left(arrival.expected_at, at) if arrival.expected_at > at else "",
        "people": sum(1 + t.companions for t in trips),
        "parties": _parties(trips, at),
        "can_move": arrival.status not in (trains.ARRIVED, trains.CANCELLED),
    }


def _parties(trips: list[Trip], at: datetime) -> list[list[dict[str, Any]]]:
    return [[_rider(t, at) for t in party] for _key, party in groupby(trips, key=lambda t: t.party)]


def _rider(trip: Trip, at: datetime) -> dict[str, Any]:
    case = trip.case
    return {
        "url": reverse("desk-case", args=[case.id]),
        "name": trip.person.masked_name,
        "more": trip.companions,
        "door": str(trip.dwelling) if trip.dwelling else trip.destination,
        "car": f"{trip.plate} {trip.driver_name}".strip(),
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
    }


@requires("return.arrivals")
@require_POST
def move(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """The desk hears of a delay or an arrival before the timetable says so: every promise that hangs on it moves."""
    at = now()
    community = get_object_or_404(Community, pk=community_of(request))
    arrival = get_object_or_404(Arrival, pk=arrival_id, community=community)
    minutes, me = request.POST.get("minutes", ""), actor(request)
    if minutes == "arrived":
        trains.arrived(arrival.pk, came_at=at, community=community, at=at, actor=me)
        messages.success(request, _("%(train)s 已到站") % {"train": arrival.service})
    elif minutes in ("10", "20", "30"):
        moved = trains.postpone(
            arrival.pk, by=timedelta(minutes=int(minutes)), community=community, at=at, actor=me
        )
        word = _("%(train)s 改到 %(at)s") % {
            "train": arrival.service,
            "at": words.clock(moved.expected_at, at),
        }
        messages.success(request, word)
    return redirect("desk-arrivals")
