"""A return that is long closed forgets who it was: the pack's days (`retention.case_days_after_close`) are kept here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from linli.loops.ledger import lock
from linli.loops.models import Case
from linli.loops.shred import record, shred_remarks
from linli.matters.returns.models import Trip
from linli.registry.models import Community
from linli.registry.retention import Past, past
from linli.registry.shred import forget_expected

MOST = 200
"""Trips in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Clear what is due in every community. Nothing goes while something that followed is still open."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    still_open = Case.objects.filter(cause=OuterRef("case_id"), closed_at=None)
    due = Trip.objects.filter(
        ~Exists(still_open),
        community=community,
        forgotten_at=None,
        case__closed_at__lt=over.before,
    )
    trips = list(due.order_by("case__closed_at").values_list("pk", flat=True)[:most])
    return sum(_forget(trip_id, community, over.rule, at) for trip_id in trips)


def _forget(trip_id: UUID, community: Community, rule: str, at: datetime) -> int:
    with transaction.atomic():
        lock(community.id)
        trip = Trip.objects.select_related("person").get(pk=trip_id)
        if trip.forgotten_at:
            return 0
        shred_remarks(trip.case_id, community_id=community.id, rule=rule, at=at)
        trip.notices.update(note="")
        trip.certificates.update(facts={}, void_reason="")
        Trip.objects.filter(pk=trip.pk).update(
            origin="",
            destination="",
            note="",
            companion_names=[],
            driver_name="",
            plate="",
            dwelling=None,
            forgotten_at=at,
        )
        others = Trip.objects.filter(person=trip.person, forgotten_at=None).exclude(pk=trip.pk)
        if not others.exists():
            forget_expected(trip.person, rule=rule, at=at)
        record("return", 1, community_id=community.id, rule=rule, at=at)
        return 1
