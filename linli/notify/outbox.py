"""The outbox: claim with a lease, send, then mark. Never mark before sending: a killed worker sends again, once more."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation

from linli.loops import deadlines
from linli.loops.models import Case
from linli.notify.answers import Answer, Attempt
from linli.notify.channels import sender_of, webpush
from linli.notify.message import compose
from linli.notify.models import Delivery

log = logging.getLogger(__name__)

NAME = f"{socket.gethostname()}:{os.getpid()}"[:60]
"""How this process signs its leases."""

LEASE = timedelta(seconds=90)
"""Longer than one pass can take: `MOST` deliveries in `AT_ONCE` threads, each attempt cut off by its channel."""
MOST = 20
AT_ONCE = 16
MOST_TRIES = 8
"""Then the delivery is parked: after about ten minutes with doubling pauses the ladder has long gone elsewhere."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


@dataclass
class Claimed:
    """A delivery in our hands, and what is on its way for it."""

    delivery: Delivery
    sent: list[tuple[str, Future[Answer]]] = field(default_factory=list)


def send_due(*, at: datetime, worker: str = NAME) -> int:
    """One pass: everything that is due goes out. Returns how many deliveries were handed to a provider or settled.

    Safe under several workers: a delivery is in one worker's hands until its lease runs out. What a worker had in
    hand when it was killed goes out again with the same key, so that the provider or the phone shows it once.
    """
    claimed = [c for c in (_claim(i, at=at, worker=worker) for i in _due(at)) if c]
    if not claimed:
        return 0
    with ThreadPoolExecutor(min(AT_ONCE, 4 * len(claimed))) as pool:
        for each in claimed:
            _start(each, pool, at)
        for each in claimed:
            if each.sent:
                _settle(each, at=at)
    return len(claimed)


def _due(at: datetime) -> list[UUID]:
    return list(Delivery.objects.claimable(at).order_by("next_at", "id").values_list("id", flat=True)[:MOST])


def _claim(delivery_id: UUID, *, at: datetime, worker: str) -> Claimed | None:
    """Take it, and count the try now: one that kills its worker is parked like any other."""
    mine = {"leased_until": at + LEASE, "leased_by": worker, "tries": F("tries") + 1}
    if not Delivery.objects.claimable(at).filter(pk=delivery_id).update(**mine):
        return None
    delivery = Delivery.objects.select_related("channel", "recipient").get(pk=delivery_id)
    if delivery.tries > MOST_TRIES:
        _finish(delivery, Delivery.GIVEN_UP, error=delivery.error or "the worker died each time")
        return None
    return Claimed(delivery)


def _start(claimed: Claimed, pool: ThreadPoolExecutor, at: datetime) -> None:
    """Set the attempts going, or settle at once what need not or cannot be sent."""
    delivery = claimed.delivery
    try:
        if not _still_wanted(delivery):
            return _finish(delivery, Delivery.MOOT, error="the case moved on")
        attempts = _attempts(delivery, at)
    except Exception as error:
        log.exception("delivery %s cannot be prepared", delivery.id)
        return _again(delivery, Answer("later", f"{type(error).__name__} while preparing"), at)
    if not attempts:
        return _finish(delivery, Delivery.REFUSED, error="nothing reaches this person here any more", at=at)
    claimed.sent = [(a.target, pool.submit(a.go)) for a in attempts]
    return None


def _still_wanted(delivery: Delivery) -> bool:
    """Whether the case still stands where it stood and nobody has it yet."""
    if not delivery.channel.enabled:
        return False
    return Case.objects.filter(
        pk=delivery.case_id, closed_at=None, stay=delivery.facts["stay"], acknowledged_at=None
    ).exists()


def _attempts(delivery: Delivery, at: datetime) -> list[Attempt]:
    reader = delivery.recipient
    with translation.override(reader.language if reader else "zh-hans"):
        message = compose(delivery, at=at)
    found = sender_of(delivery.channel).attempts(delivery.channel, reader, message, at=at)
    return [a for a in found if a.target not in delivery.reached]


def _settle(claimed: Claimed, *, at: datetime) -> None:
    """Mark what came back: sent when anything has it and nothing is left to try, else again, else at an end."""
    delivery = claimed.delivery
    answers = [(target, _outcome(future)) for target, future in claimed.sent]
    for target, answer in answers:
        if answer.verdict == "gone":
            webpush.forget(target, at=at)
    taken = [(target, answer) for target, answer in answers if answer.verdict == "taken"]
    delivery.reached = [*delivery.reached, *(target for target, _ in taken)]
    later = next((answer for _, answer in answers if answer.verdict == "later"), None)
    if later:
        return _again(delivery, later, at)
    if delivery.reached:
        last = taken[-1][1] if taken else Answer("taken")
        return _finish(delivery, Delivery.SENT, provider_id=last.provider_id, at=at)
    return _finish(delivery, Delivery.REFUSED, error=answers[-1][1].words, at=at)


def _outcome(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except Exception as error:
        log.exception("a channel failed")
        return Answer("later", f"{type(error).__name__} while sending")


def _again(delivery: Delivery, answer: Answer, at: datetime) -> None:
    if delivery.tries >= MOST_TRIES:
        state = Delivery.SENT if delivery.reached else Delivery.GIVEN_UP
        return _finish(delivery, state, error=answer.words, at=at)
    pause = answer.after or min(FIRST_PAUSE * 2 ** (delivery.tries - 1), LONGEST_PAUSE)
    _release(delivery, next_at=at + pause, error=answer.words, reached=delivery.reached)
    return None


def _finish(
    delivery: Delivery, state: str, *, error: str = "", provider_id: str = "", at: datetime | None = None
) -> None:
    with transaction.atomic():
        marked = _release(
            delivery,
            state=state,
            error=error,
            reached=delivery.reached,
            provider_id=provider_id[:120],
            sent_at=at if state == Delivery.SENT else None,
        )
        if marked and at and state in (Delivery.REFUSED, Delivery.GIVEN_UP):
            _hasten_if_unheard(delivery, at)


def _release(delivery: Delivery, **marks: object) -> int:
    """Write down what became of it, unless the lease ran out meanwhile and another worker has it."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, leased_by=delivery.leased_by, leased_until=delivery.leased_until
    )
    return mine.update(leased_until=None, leased_by="", **marks)


def _hasten_if_unheard(delivery: Delivery, at: datetime) -> None:
    """When the last way to everybody about this event has failed, the ladder does not wait for its minutes."""
    others = Delivery.objects.filter(community_id=delivery.community_id, event_id=delivery.event_id)
    hopeful: Sequence[str] = (Delivery.QUEUED, Delivery.SENT)
    facts = delivery.facts
    if facts["quiet"] or facts["loud"] or others.filter(state__in=hopeful).exists():
        return
    if Case.objects.filter(pk=delivery.case_id, stay=facts["stay"], rung=facts["rung"]).exists():
        deadlines.hasten(delivery.case_id, at=at)
