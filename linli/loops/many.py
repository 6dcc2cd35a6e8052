"""Many cases of one loop opened at once: a round over a thousand doors is one transaction of few statements.

Measured on two shared cores for 1,025 cases: docs/decisions/0024.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.loops import rights
from linli.loops.engine import draft
from linli.loops.ledger import LEDGERS, Made, drafted, lock
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, pack_under
from linli.loops.registry import opened_by
from linli.loops.spec import Loop, Opening

AT_ONCE = 200
"""Rows in one statement; SQLite takes 32,766 values."""


def open_many(
    loop: type[Loop],
    openings: Sequence[tuple[str, Opening]],
    *,
    at: datetime,
    cause: Case | None = None,
    community_id: UUID | None = None,
    actor: rights.Actor | None = None,
    holder: rights.Actor | None = None,
) -> list[Case]:
    """Open a case for each (intent, opening), following from `cause`; those of intents seen before are left out.

    Without a `cause` they are of `community_id`. Nobody is told of each: `cause` was told, or whoever gives them out
    tells. A case is in good hands until its promise, and then climbs like any other.
    Raises ValueError for a loop whose opening opens another one: that is the engine's, one by one.
    """
    if opened_by(f"{loop.key}.opened"):
        raise ValueError(f"{loop.key}: another loop opens with it; open its cases one by one")
    whose = cause.community_id if cause else community_id
    if whose is None:
        raise ValueError(f"{loop.key}: neither a cause nor a community")
    with transaction.atomic():
        ledger = lock(whose)
        pack = pack_under(ledger, at)
        seen = _seen(whose, cause, [intent for intent, _opening in openings])
        new = [(intent, opening) for intent, opening in openings if intent not in seen]
        told: dict[str, Any] = {"community_id": whose, "cause": cause, "at": at, "holder": holder}
        cases = [_case(loop, opening, pack, **told) for _intent, opening in new]
        Case.objects.bulk_create(cases, batch_size=AT_ONCE)
        events = [
            drafted(ledger, case, Made(f"{loop.key}.opened", intent, at, actor, dict(opening.given)))
            for case, (intent, opening) in zip(cases, new, strict=True)
        ]
        Event.objects.bulk_create(events, batch_size=AT_ONCE)
        LEDGERS.update(ledger, ("seq", "head"))
        return cases


def _seen(community_id: UUID, cause: Case | None, intents: Sequence[str]) -> set[str]:
    """Which of these have been opened before."""
    theirs = Event.objects.filter(community_id=community_id)
    if cause:
        return set(theirs.filter(case__cause=cause).values_list("intent", flat=True))
    return {
        intent
        for start in range(0, len(intents), AT_ONCE)
        for intent in theirs.filter(intent__in=intents[start : start + AT_ONCE]).values_list(
            "intent", flat=True
        )
    }


def _case(
    loop: type[Loop],
    opening: Opening,
    pack: Pack,
    *,
    community_id: UUID,
    cause: Case | None,
    at: datetime,
    holder: rights.Actor | None,
) -> Case:
    case = draft(loop, opening, pack, community_id=community_id, at=at, cause=cause)
    case.holder_id, case.holder_name = (holder.id, holder.shown_name) if holder else (None, "")
    case.acknowledged_at, case.wake_at = at, case.due_at
    return case
