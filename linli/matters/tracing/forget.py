"""Whom a look named is forgotten with the case of the call; the look itself with its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.pack import pack_for
from linli.loops.shred import record, shred_remarks
from linli.matters.tracing.models import Contact
from linli.registry.models import Community

DAYS = "retention.case_days_after_close"
"""Where the pack says how long."""
MOST = 200
LOOPS = ("trace", "contact_call")


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community. Returns cases forgotten."""
    return sum(_of_community(community, at, most) for community in Community.objects.all())


def _of_community(community: Community, at: datetime, most: int) -> int:
    pack = pack_for(community.id, at)
    days = pack.get(DAYS, 0)
    if not days:
        return 0  # a pack that says nothing keeps: deleting is a rule, never a guess
    old = Case.objects.filter(
        community_id=community.id, loop__in=LOOPS, closed_at__lt=at - timedelta(days=days)
    )
    told = Remark.objects.filter(community_id=community.id, shredded_at=None, event__case__in=old)
    due = sorted({
        *Contact.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)[:most],
        *told.values_list("event__case_id", flat=True)[:most],
    })[:most]  # fmt: skip
    rule = f"{DAYS}={days} · {pack.key}"
    for case_id in due:
        with transaction.atomic():
            lock(community.id)
            shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
            gone, _by = Contact.objects.filter(community=community, case_id=case_id).delete()
            record("contact", gone, community_id=community.id, rule=rule, at=at)
    return len(due)
