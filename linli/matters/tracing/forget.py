"""Whom a look named is forgotten with the case of the call; the look itself with its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.tracing.models import Contact
from linli.registry.retention import Past, past

MOST = 200
LOOPS = ("trace", "contact_call")


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community. Returns cases forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    old = Case.objects.filter(community_id=community.id, loop__in=LOOPS, closed_at__lt=over.before)
    told = Remark.objects.filter(community_id=community.id, shredded_at=None, event__case__in=old)
    due = sorted({
        *Contact.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)[:most],
        *told.values_list("event__case_id", flat=True)[:most],
    })[:most]  # fmt: skip
    for case_id in due:
        with transaction.atomic():
            lock(community.id)
            shred_remarks(case_id, community_id=community.id, rule=over.rule, at=at)
            gone, _by = Contact.objects.filter(community=community, case_id=case_id).delete()
            record("contact", gone, community_id=community.id, rule=over.rule, at=at)
    return len(due)
