"""What was noted on a walk long ago is forgotten: private answers, who walked where."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.clock import local
from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.patrols.models import PatrolPlan, PatrolVisit
from linli.registry.models import Community
from linli.registry.retention import Past, past

LOOPS = ("patrol", "finding")

MOST = 1000
"""Visits and cases in one run of a community: seven days of a community at most; the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community. Returns visits and cases forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    rule, before = over.rule, over.before
    with transaction.atomic():
        lock(community.id)
        gone = _remarks(community, before, rule, at, most) + _visits(community, before, rule, at, most)
        PatrolPlan.objects.filter(community=community, day__lt=local(before).date()).delete()
    return gone


def _remarks(community: Community, before: datetime, rule: str, at: datetime, most: int) -> int:
    old = Case.objects.filter(community_id=community.id, loop__in=LOOPS, closed_at__lt=before)
    told = Remark.objects.filter(community_id=community.id, shredded_at=None, event__case__in=old)
    due: list[UUID] = sorted(set(told.values_list("event__case_id", flat=True)[:most]))
    for case_id in due:
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
    return len(due)


def _visits(community: Community, before: datetime, rule: str, at: datetime, most: int) -> int:
    rows = PatrolVisit.objects.filter(community=community, case__closed_at__lt=before)
    ids = list(rows.values_list("pk", flat=True)[:most])
    gone, _ = PatrolVisit.objects.filter(community=community, pk__in=ids).delete()
    record("patrol_visit", gone, community_id=community.id, rule=rule, at=at)
    return gone
