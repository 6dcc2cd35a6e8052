"""Where the telling of a case stands: who was told, over what, when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.notify.models import Delivery


@dataclass(frozen=True)
class Told:
    """One line for the desk. `name` is "" for a group; `state` is one of Delivery's."""

    name: str
    channel: str
    kind: str
    rung: int
    state: str
    queued_at: datetime
    sent_at: datetime | None
    error: str


def told_about(case_id: UUID, *, community_id: UUID, most: int = 50) -> list[Told]:
    """The deliveries about one case, newest first; one query."""
    rows = Delivery.objects.filter(community_id=community_id, case_id=case_id).select_related(
        "recipient", "channel"
    )
    return [
        Told(
            name=row.recipient.shown_name if row.recipient else "",
            channel=row.channel.name,
            kind=row.channel.kind,
            rung=row.facts["rung"],
            state=row.state,
            queued_at=row.queued_at,
            sent_at=row.sent_at,
            error=row.error,
        )
        for row in rows.order_by("-queued_at", "-id")[:most]
    ]


def stuck(community_id: UUID, *, since: datetime) -> int:
    """How many messages since then reached nobody: the desk says so aloud."""
    failed = (Delivery.REFUSED, Delivery.GIVEN_UP)
    return Delivery.objects.filter(community_id=community_id, state__in=failed, queued_at__gte=since).count()
