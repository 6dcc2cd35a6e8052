"""A request that is long closed forgets what was asked for and paid; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyOrder
from linli.matters.supplies.money import accounts
from linli.registry.models import Community
from linli.registry.retention import Past, past

MOST = 200
"""Cases in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: orders with lines and payments, private answers. Returns cases forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    kept = Exists(SupplyOrder.objects.filter(community=community, case=OuterRef("pk")))
    answered = Exists(
        Remark.objects.filter(community_id=community.id, shredded_at=None, event__case=OuterRef("pk"))
    )
    old = Case.objects.filter(community_id=community.id, loop=Supply.key, closed_at__lt=over.before)
    owing = _still_owing(community)
    due = list(
        old.filter(Q(kept) | Q(answered))
        .exclude(pk__in=owing)
        .order_by("closed_at")
        .values_list("id", flat=True)[:most]
    )
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    _empty_rounds(community, over.before)
    return len(due)


def _still_owing(community: Community) -> list[UUID]:
    """Orders carried over and not cleared: their purpose is not over while money is owed."""
    carried = SupplyOrder.objects.filter(community=community, case__state=Supply.carried.key)
    cases = dict(carried.values_list("pk", "case_id"))
    money = accounts(cases, community_id=community.pk)
    return [case_id for pk, case_id in cases.items() if money[pk].owed]


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        rows = SupplyOrder.objects.filter(community=community, case_id=case_id)
        count = rows.count()
        rows.delete()
        record("supply", count, community_id=community.id, rule=rule, at=at)


def _empty_rounds(community: Community, before: datetime) -> None:
    ShoppingRound.objects.filter(community=community, made_at__lt=before, orders=None).delete()
