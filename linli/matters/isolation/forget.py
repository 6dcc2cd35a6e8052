"""An isolation that is long closed forgets what was seen of the person; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.pack import pack_for
from linli.loops.shred import record, shred_remarks
from linli.matters.isolation.models import HealthLink, Observation, ReleaseNote
from linli.registry.models import Community

DAYS = "retention.case_days_after_close"
"""Where the pack says how long."""

MOST = 200
"""Cases in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: observations, links, private answers. Returns cases forgotten."""
    return sum(_of_community(community, at, most) for community in Community.objects.all())


def _of_community(community: Community, at: datetime, most: int) -> int:
    pack = pack_for(community.id, at)
    days = pack.get(DAYS, 0)
    if not days:
        return 0  # a pack that says nothing keeps: deleting is a rule, never a guess
    old = Case.objects.filter(community_id=community.id, closed_at__lt=at - timedelta(days=days))
    reports = Observation.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)
    linked = HealthLink.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)
    answered = Remark.objects.filter(
        community_id=community.id,
        shredded_at=None,
        event__case__in=old.filter(loop__in=("isolation", "health_report", "fever")),
    ).values_list("event__case_id", flat=True)
    due = sorted({*reports.distinct(), *linked.distinct(), *answered.distinct()})[:most]
    rule = f"{DAYS}={days} · {pack.key}"
    for case_id in due:
        _forget(case_id, community, rule, at)
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        gone, _ = Observation.objects.filter(community=community, case_id=case_id).delete()
        record("observation", gone, community_id=community.id, rule=rule, at=at)
        HealthLink.objects.filter(community=community, case_id=case_id).delete()
        ReleaseNote.objects.filter(case_id=case_id).update(statement="", tested_at=None)
