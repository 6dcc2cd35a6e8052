"""Alerts, restrictions and appeals that are long closed forget whom they were about; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.alerts.models import RestrictionFile, RestrictionLink, Sighting
from linli.registry.models import Community
from linli.registry.retention import Past, past

LOOPS = ("alert", "restriction", "appeal")

MOST = 200
"""Cases in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Clear what is due in every community. Nothing of a restriction goes while an appeal against it is open."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    mine = {"community_id": community.id}
    still_open = Case.objects.filter(cause=OuterRef("pk"), loop__in=LOOPS, closed_at=None)
    said = Remark.objects.filter(**mine, event__case=OuterRef("pk"), shredded_at=None)
    own = [Exists(rows.filter(case=OuterRef("pk"))) for rows in _own()]
    old = Case.objects.filter(
        ~Exists(still_open),
        Exists(said) | own[0] | own[1] | own[2],
        **mine,
        loop__in=LOOPS,
        closed_at__lt=over.before,
    )
    due = list(old.order_by("closed_at").values_list("pk", flat=True)[:most])
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    return len(due)


def _own() -> tuple[QuerySet[Any], ...]:
    """What stands beside a case in tables of this matter."""
    return Sighting.objects.all(), RestrictionFile.objects.all(), RestrictionLink.objects.all()


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        mine = {"community": community, "case_id": case_id}
        gone, _of = Sighting.objects.filter(**mine).delete()
        record("sighting", gone, community_id=community.id, rule=rule, at=at)
        gone, _of = RestrictionFile.objects.filter(**mine).delete()
        record("restriction_file", gone, community_id=community.id, rule=rule, at=at)
        RestrictionLink.objects.filter(**mine).delete()
