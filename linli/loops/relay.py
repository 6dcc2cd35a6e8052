"""Hands committed events to whoever subscribed, at least once and in order, from the ledger itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery

from linli.loops.models import Cursor, Event, Ledger, Parked

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)
"""A worker that dies holding a cursor blocks it for at most this long. One that is slower than that loses it between
two events, never in the midst of one: reaction and cursor are one transaction."""
MOST_TRIES = 8
"""After these many failures an event waits for a person (about two hours with doubling pauses)."""

Reaction = Callable[[Event, datetime], None]


@dataclass(frozen=True)
class Subscriber:
    """A reaction to events whose names match one of the patterns (`*.overdue`, `return.*`)."""

    name: str
    patterns: tuple[str, ...]
    react: Reaction

    def wants(self, event_name: str) -> bool:
        """Whether the event is for this subscriber."""
        return any(fnmatchcase(event_name, p) for p in self.patterns)


_subscribers: dict[str, Subscriber] = {}


def after(*patterns: str, name: str) -> Callable[[Reaction], Reaction]:
    """Decorator: `react(event, at)` runs in a transaction of its own together with the cursor's move.

    What it writes to the database happens exactly once; what it sends elsewhere must go through an outbox of its own.
    """

    def keep(react: Reaction) -> Reaction:
        _subscribers[name] = Subscriber(name, patterns, react)
        return react

    return keep


def subscribers() -> list[Subscriber]:
    """Everybody who listens."""
    return list(_subscribers.values())


def pump(*, at: datetime, worker: str, most: int = 100) -> int:
    """One pass: every subscriber reads on in every community that has something new. Returns events handed over."""
    handed = sum(_retry(parked, at=at) for parked in list(Parked.objects.filter(again_at__lte=at)[:most]))
    _ensure_every_cursor()
    behind = _behind(at)
    for subscriber in subscribers():
        took = sum(
            _read_on(subscriber, cursor_id, at=at, worker=worker, most=most)
            for cursor_id in behind.get(subscriber.name, ())
        )
        if took:  # reactions write events too, and whoever comes next hears them in this pass
            behind = _behind(at)
        handed += took
    return handed


def _ensure_every_cursor() -> None:
    """Two questions when all are there, as nearly always."""
    ledgers = Ledger.objects.count()
    counted = Cursor.objects.order_by().values_list("subscriber").annotate(Count("id"))
    known: dict[str, int] = dict(counted)
    for subscriber in subscribers():
        if known.get(subscriber.name, 0) < ledgers:
            _ensure_cursors(subscriber)


def _ensure_cursors(subscriber: Subscriber) -> None:
    """A subscriber that is new here starts at the beginning of every ledger: late is better than never."""
    known = Cursor.objects.filter(subscriber=subscriber.name).values("community_id")
    missing = list(Ledger.objects.exclude(community_id__in=known).values_list("community_id", flat=True))
    Cursor.objects.bulk_create(
        [Cursor(community_id=c, subscriber=subscriber.name) for c in missing], ignore_conflicts=True
    )


def _behind(at: datetime) -> dict[str, list[UUID]]:
    """The cursors that nobody holds and whose ledger went on, by subscriber."""
    head = Ledger.objects.filter(community_id=OuterRef("community_id")).values("seq")
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    cursors = Cursor.objects.filter(free).annotate(head=Subquery(head)).filter(seq__lt=F("head"))
    found: dict[str, list[UUID]] = {}
    for name, cursor_id in cursors.values_list("subscriber", "id"):
        found.setdefault(name, []).append(cursor_id)
    return found


def _read_on(subscriber: Subscriber, cursor_id: UUID, *, at: datetime, worker: str, most: int) -> int:
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    mine = {"leased_until": at + LEASE, "leased_by": worker}
    if not Cursor.objects.filter(free, pk=cursor_id).update(**mine):
        return 0
    cursor = Cursor.objects.get(pk=cursor_id)
    batch = Event.objects.filter(community_id=cursor.community_id, seq__gt=cursor.seq).select_related("case")
    handed, seen = 0, cursor.seq
    for event in batch.order_by("seq")[:most]:
        seen = event.seq
        if subscriber.wants(event.name):
            if not _hand_over(subscriber, event, cursor, at):
                return handed
            handed += 1
    Cursor.objects.filter(pk=cursor_id, leased_by=worker).update(seq=seen, leased_until=None, leased_by="")
    return handed


def _hand_over(subscriber: Subscriber, event: Event, cursor: Cursor, at: datetime) -> bool:
    """React and move the cursor in one transaction. False when another worker took the cursor meanwhile."""
    mine = Cursor.objects.filter(pk=cursor.pk, leased_by=cursor.leased_by, seq__lt=event.seq)
    try:
        with transaction.atomic():
            if not mine.update(seq=event.seq):
                return False
            subscriber.react(event, at)
    except Exception as error:
        log.exception("subscriber %s failed on event %s", subscriber.name, event.id)
        with transaction.atomic():
            if not mine.update(seq=event.seq):
                return False
            _park(subscriber, event, at, error)
    return True


def _park(subscriber: Subscriber, event: Event, at: datetime, error: Exception) -> None:
    Parked.objects.bulk_create(
        [
            Parked(
                community_id=event.community_id,
                subscriber=subscriber.name,
                event=event,
                again_at=at + timedelta(minutes=1),
                error=type(error).__name__,
            )
        ],
        ignore_conflicts=True,
    )


def _retry(parked: Parked, *, at: datetime) -> int:
    subscriber = _subscribers.get(parked.subscriber)
    if subscriber is None:
        return 0
    try:
        with transaction.atomic():
            if not Parked.objects.filter(pk=parked.pk, tries=parked.tries).delete()[0]:
                return 0
            subscriber.react(parked.event, at)
            return 1
    except Exception as error:
        pause = None if parked.tries + 1 >= MOST_TRIES else at + timedelta(minutes=2**parked.tries)
        Parked.objects.filter(pk=parked.pk, tries=parked.tries).update(
            tries=F("tries") + 1, again_at=pause, error=type(error).__name__
        )
        log.warning("subscriber %s failed again on event %s", parked.subscriber, parked.event_id)
        return 0
