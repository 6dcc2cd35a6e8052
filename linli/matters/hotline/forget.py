"""A call that is long closed forgets the number and what was said; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.hotline.loop import Call
from linli.matters.hotline.numbers import OWNER
from linli.registry.models import Community
from linli.registry.phones import forget_phones, owned_by
from linli.registry.retention import Past, past

MOST = 200
"""Calls in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Clear what is due in every community. Nothing goes while what took the call over is still open."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    still_open = Case.objects.filter(cause=OuterRef("pk"), closed_at=None)
    kept = Remark.objects.filter(community_id=community.id, event__case=OuterRef("pk"), shredded_at=None)
    old = Case.objects.filter(
        ~Exists(still_open),
        Exists(kept) | Exists(owned_by(OWNER, OuterRef("pk"), community_id=community.id)),
        community_id=community.id,
        loop=Call.key,
        closed_at__lt=over.before,
    )
    due = list(old.order_by("closed_at").values_list("pk", flat=True)[:most])
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        gone = forget_phones([case_id], community_id=community.id, owner_kind=OWNER)
        record("call_number", gone, community_id=community.id, rule=rule, at=at)
