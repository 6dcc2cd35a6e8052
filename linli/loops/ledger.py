"""Writing to a community's ledger: one lock, one appended event, one head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.base.ids import uuid7
from linli.loops import rights, seal
from linli.loops.evidence import Given
from linli.loops.models import Case, Event, Ledger, Remark
from linli.loops.store import Table, rows_are_held


class Refused(Exception):
    """The step cannot be taken; nothing was written. `faults` are sentences by evidence key ("" for the whole)."""

    def __init__(self, sentence: str, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.faults = dict(faults or {"": sentence})


@dataclass(frozen=True)
class Made:
    """What a transaction adds to the ledger besides the case itself.

    `by_hand_of` is a colleague who did it and wrote it on paper, where the actor is whoever typed it in.
    """

    name: str
    intent: str
    at: datetime
    actor: rights.Actor | None = None
    given: Given | None = None
    device_at: datetime | None = None
    giver: str = ""
    taker: str = ""
    by_hand_of: str = ""


LEDGERS, CASES, EVENTS, REMARKS = Table(Ledger), Table(Case), Table(Event), Table(Remark)
THEIRS = "community_id = (SELECT community_id FROM loops_case WHERE id = %s)"
MADE_BEFORE = (
    "EXISTS (SELECT 1 FROM loops_event e WHERE e.community_id = loops_case.community_id AND e.intent = %s)"
)

OF_THE_SAME = "loops_ledger.community_id = loops_case.community_id"


def lock(community_id: UUID) -> Ledger:
    """Hold the community's ledger until the transaction ends: steps of one community happen one after the other."""
    ledger = LEDGERS.read("community_id = %s", [community_id], lock=True)
    if ledger is None:
        Ledger.objects.bulk_create([Ledger(community_id=community_id)], ignore_conflicts=True)
        ledger = LEDGERS.read("community_id = %s", [community_id], lock=True)
    assert ledger
    return ledger


def lock_case(case_id: UUID) -> tuple[Ledger, Case]:
    """Hold the ledger of a case's community and read the case as it is then. Raises Case.DoesNotExist."""
    ledger = LEDGERS.read(THEIRS, [case_id], lock=True)
    case = CASES.read("id = %s", [case_id]) if ledger else None
    if ledger is None or case is None:
        raise Case.DoesNotExist
    return ledger, case


def lock_for(case_id: UUID, intent: str) -> tuple[Ledger, Case, Event | None]:
    """As `lock_case`, with the event that this intent has already made. Raises Case.DoesNotExist."""
    if rows_are_held():  # the case is read when the lock has been waited for, never beside it
        ledger = LEDGERS.read(THEIRS, [case_id], lock=True)
        beside = CASES.read_beside(MADE_BEFORE, "id = %s", [intent, case_id]) if ledger else None
        found = (beside[0], ledger, beside[1]) if ledger and beside else None
    else:
        found = CASES.read_joined(LEDGERS, OF_THE_SAME, MADE_BEFORE, "loops_case.id = %s", [intent, case_id])
    if found is None:
        raise Case.DoesNotExist
    case, ledger, before = found
    return ledger, case, seen(case.community_id, intent) if before else None


def seen(community_id: UUID, intent: str) -> Event | None:
    """The event this intent has already made."""
    return EVENTS.read("community_id = %s AND intent = %s", [community_id, intent])


MOVING = (
    "state", "stay", "holder_id", "holder_name", "entered_at", "due_at", "wake_at", "rung", "overdue_at",
    "acknowledged_at", "anchors", "pack", "closed_at",
)  # fmt: skip
"""The columns of a case that move; the others stay as they were opened."""


def save(case: Case) -> None:
    """Write where a case stands now. The caller holds the lock."""
    CASES.update(case, MOVING)


def append(ledger: Ledger, case: Case, made: Made) -> Event:
    """Add one event under the lock and move the head. The caller holds `lock(case.community_id)`."""
    event = drafted(ledger, case, made)
    EVENTS.insert(event)
    LEDGERS.update(ledger, ("seq", "head"))
    return event


def drafted(ledger: Ledger, case: Case, made: Made) -> Event:
    """The next event, sealed to the head, which it moves; neither is written yet."""
    beside = {"by_hand_of": made.by_hand_of[:60]} if made.by_hand_of else {}
    told: dict[str, Any] = {
        "id": uuid7(),
        "community_id": case.community_id,
        "seq": ledger.seq + 1,
        "case_id": case.id,
        "name": made.name,
        "state": case.state,
        "actor_id": made.actor.id if made.actor else None,
        "actor_name": made.actor.shown_name if made.actor else "",
        "giver": made.giver,
        "taker": made.taker,
        "given": {**(made.given or {}), **beside},
        "at": made.at,
        "device_at": made.device_at,
        "intent": made.intent,
    }
    event = EVENTS.new(told, case=case)
    event.digest = seal.digest(event, ledger.head)
    ledger.seq, ledger.head = event.seq, event.digest
    return event
