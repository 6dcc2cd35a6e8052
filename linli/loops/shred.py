"""Forgetting without breaking history: private answers go, the ledger's lines stay, and what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from linli.loops.models import Destruction, Remark


def record(of: str, count: int, *, community_id: UUID, rule: str, at: datetime) -> None:
    """Prove that so many of a class were destroyed, by this rule, in the run of `at`; one row a run.

    Called in the transaction that destroys, so that neither is there without the other.
    """
    if count <= 0:
        return
    row, is_new = Destruction.objects.get_or_create(
        community_id=community_id, at=at, of=of, rule=rule[:120], defaults={"count": count}
    )
    if not is_new:
        Destruction.objects.filter(pk=row.pk).update(count=F("count") + count)


def shred_remarks(case_id: UUID, *, community_id: UUID, rule: str, at: datetime) -> int:
    """Make every private answer of a case unreadable, once. Returns how many."""
    rows = Remark.objects.filter(community_id=community_id, event__case_id=case_id, shredded_at=None)
    count = rows.update(text="", shredded_at=at)
    record("remark", count, community_id=community_id, rule=rule, at=at)
    return count
