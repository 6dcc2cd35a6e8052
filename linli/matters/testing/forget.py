"""Who was on the list and in the tubes of a round that is long over is forgotten; plan, tubes and boxes stay as counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.shred import record, shred_remarks
from linli.matters.testing.models import Campaign, ListedPerson, Sample
from linli.registry.models import Community
from linli.registry.retention import Past, past

MOST = 20
"""Rounds in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete the lists that are due in every community. Returns rounds forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    old = Campaign.objects.filter(community=over.community, case__closed_at__lt=over.before)
    due = list(old.filter(listed__isnull=False).distinct().order_by("pk").values_list("pk", "case_id")[:most])
    for campaign_id, case_id in due:
        _forget(campaign_id, case_id, over.community, over.rule, at=over.at)
    return len(due)


def _forget(campaign_id: UUID, case_id: UUID, community: Community, rule: str, *, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        n, _of = ListedPerson.objects.filter(community=community, campaign_id=campaign_id).delete()
        gone, _samples = Sample.objects.filter(community=community, campaign_id=campaign_id).delete()
        record("sample", gone, community_id=community.id, rule=rule, at=at)
        record("listed_person", n, community_id=community.id, rule=rule, at=at)
