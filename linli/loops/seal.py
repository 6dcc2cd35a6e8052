"""The hash chain of a community's ledger: each event's digest covers the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from linli.loops.models import Event, Ledger

GENESIS = "0" * 64


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold, in words."""

    seq: int
    why: str


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def digest(event: Event, previous: str) -> str:
    """SHA-256 over the previous digest and every column of the event, as canonical JSON."""
    body = [
        previous, str(event.community_id), event.seq, str(event.id), str(event.case_id), event.name, event.state,
        str(event.actor_id or ""), event.actor_name, event.giver, event.taker, event.given, _moment(event.at),
        _moment(event.device_at), event.intent,
    ]  # fmt: skip
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(community_id: UUID, *, published: tuple[int, str] | None = None) -> Broken | None:
    """Walk one community's chain in constant memory. None when it holds.

    `published` is a head printed earlier (seq, digest): a chain that was cut or rewritten behind it does not hold.
    """
    expected, previous = 1, GENESIS
    for event in _events(community_id):
        if event.seq != expected:
            return Broken(expected, "missing")
        if event.digest != digest(event, previous):
            return Broken(event.seq, "altered")
        if published and event.seq == published[0] and event.digest != published[1]:
            return Broken(event.seq, "differs from the published head")
        expected, previous = event.seq + 1, event.digest
    ledger = Ledger.objects.filter(pk=community_id).first()
    head = (ledger.seq, ledger.head) if ledger else (0, GENESIS)
    if head != (expected - 1, previous):
        return Broken(expected, "the chain ends before its head")
    if published and published[0] >= expected:
        return Broken(expected, "the chain ends before the published head")
    return None


def _events(community_id: UUID) -> Iterator[Event]:
    with transaction.atomic():
        yield from Event.objects.filter(community_id=community_id).order_by("seq").iterator(chunk_size=2000)
