"""Writing to a community's ledger: one lock, one appended event, one head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.base.ids import uuid7
from linli.loops import rights, seal
from linli.loops.evidence import Given
from linli.loops.models import Case, Event, Ledger


class Refused(Exception):
    """The step cannot be taken; nothing was written. `faults` are sentences by evidence key ("" for the whole)."""

    def __init__(self, sentence: str, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.faults = dict(faults or {"": sentence})


@dataclass(frozen=True)
class Made:
    """What a transaction adds to the ledger besides the case itself."""

    name: str
    intent: str
    at: datetime
    actor: rights.Actor | None = None
    given: Given | None = None
    device_at: datetime | None = None
    giver: str = ""
    taker: str = ""


def lock(community_id: UUID) -> Ledger:
    """Hold the community's ledger until the transaction ends: steps of one community happen one after the other."""
    ledger = Ledger.objects.select_for_update().filter(pk=community_id).first()
    if ledger is None:
        Ledger.objects.bulk_create([Ledger(community_id=community_id)], ignore_conflicts=True)
        ledger = Ledger.objects.select_for_update().get(pk=community_id)
    return ledger


def append(ledger: Ledger, case: Case, made: Made) -> Event:
    """Add one event under the lock and move the head. The caller holds `lock(case.community_id)`."""
    event = Event(
        id=uuid7(),
        community_id=case.community_id,
        seq=ledger.seq + 1,
        case=case,
        name=made.name,
        state=case.state,
        actor_id=made.actor.id if made.actor else None,
        actor_name=made.actor.shown_name if made.actor else "",
        giver=made.giver,
        taker=made.taker,
        given=made.given or {},
        at=made.at,
        device_at=made.device_at,
        intent=made.intent,
    )
    event.digest = seal.digest(event, ledger.head)
    event.save(force_insert=True)
    ledger.seq, ledger.head = event.seq, event.digest
    ledger.save(update_fields=["seq", "head"])
    return event
