"""Many cases of one loop opened at once: a round over a thousand doors is one transaction of few statements.

Measured on two shared cores for 1,025 cases: docs/decisions/0024.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.base.ids import uuid7
from linli.loops import deadlines, rights, seal
from linli.loops.ledger import LEDGERS, lock
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
    cause: Case,
    at: datetime,
    actor: rights.Actor | None = None,
    holder: rights.Actor | None = None,
) -> list[Case]:
    """Open a case for each (intent, opening), following from `cause`; those of intents seen before are left out.

    Nobody is told of each: `cause` was told. A case is in good hands until its promise, and then climbs like any other.
    Raises ValueError for a loop whose opening opens another one: that is the engine's, one by one.
    """
    if opened_by(f"{loop.key}.opened"):
        raise ValueError(f"{loop.key}: another loop opens with it; open its cases one by one")
    with transaction.atomic():
        ledger = lock(cause.community_id)
        pack = pack_under(ledger, at)
        seen = set(
            Event.objects.filter(community_id=cause.community_id, case__cause=cause).values_list(
                "intent", flat=True
            )
        )
        new = [(intent, opening) for intent, opening in openings if intent not in seen]
        cases = [_case(loop, opening, pack, cause=cause, at=at, holder=holder) for _intent, opening in new]
        Case.objects.bulk_create(cases, batch_size=AT_ONCE)
        events = []
        for case, (intent, opening) in zip(cases, new, strict=True):
            event = _opened(case, intent, opening, seq=ledger.seq + 1, actor=actor)
            event.digest = seal.digest(event, ledger.head)
            ledger.seq, ledger.head = event.seq, event.digest
            events.append(event)
        Event.objects.bulk_create(events, batch_size=AT_ONCE)
        LEDGERS.update(ledger, ("seq", "head"))
        return cases


def _case(
    loop: type[Loop], opening: Opening, pack: Pack, *, cause: Case, at: datetime, holder: rights.Actor | None
) -> Case:
    case = Case(
        id=uuid7(),
        community_id=cause.community_id,
        loop=loop.key,
        state=opening.state or loop.start().key,
        title=opening.title[:120],
        scope=opening.scope,
        subject=opening.subject,
        anchors=dict(opening.anchors),
        cause=cause,
        holder_id=holder.id if holder else None,
        holder_name=holder.shown_name if holder else "",
        opened_at=at,
        entered_at=at,
    )
    if loop.plan:
        case.anchors |= loop.plan(case, pack)
    deadlines.settle(case, pack, at)
    case.acknowledged_at, case.wake_at = at, case.due_at
    return case


def _opened(case: Case, intent: str, opening: Opening, *, seq: int, actor: rights.Actor | None) -> Event:
    return Event(
        id=uuid7(),
        community_id=case.community_id,
        seq=seq,
        case=case,
        name=f"{case.loop}.opened",
        state=case.state,
        actor_id=actor.id if actor else None,
        actor_name=actor.shown_name if actor else "",
        given=dict(opening.given),
        at=case.opened_at,
        intent=intent,
    )
