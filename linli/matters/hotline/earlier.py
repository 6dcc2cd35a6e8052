"""Who is calling again, and what is already under way for them: shown at once, so that nobody tells it twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.loops.registry import all_loops
from linli.matters.hotline.loop import Call
from linli.matters.hotline.numbers import OWNER
from linli.registry.phones import owners_of

MOST = 5
"""Earlier calls, and matters under way, that one look shows."""


def calls(
    community_id: UUID, scopes: Iterable[str], *, person: UUID | None, number: str, pack: Pack, at: datetime
) -> list[Case]:
    """Open calls of this person or number within the pack's hours, the latest first."""
    mine = Q(subject=str(person)) if person else Q()
    if number:
        mine |= Q(pk__in=owners_of([number], community_id=community_id, owner_kind=OWNER))
    if not mine:
        return []
    since = at - timedelta(hours=pack.get("hotline.repeat_hours", 24))
    found = Case.objects.open().within(community_id, scopes)
    return list(found.filter(mine, loop=Call.key, opened_at__gte=since).order_by("-opened_at")[:MOST])


def under_way(community_id: UUID, scopes: Iterable[str], *, person: UUID | None) -> list[Case]:
    """Other matters of this person that are open, what is due first comes first."""
    if person is None:
        return []
    others = [loop.key for loop in all_loops() if loop.key != Call.key]
    found = Case.objects.open().within(community_id, scopes)
    return list(found.filter(loop__in=others, subject=str(person)).by_promise()[:MOST])
