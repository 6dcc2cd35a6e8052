"""A sheet that is long back is deleted with its rows; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.pack import pack_for
from linli.loops.shred import record, shred_remarks
from linli.paper.models import Sheet
from linli.registry.models import Community

DAYS = "retention.case_days_after_close"
"""Where the pack says how long."""

MOST = 200
"""Sheets in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: sheets, rows, why one was given up. Returns sheets forgotten.

    One that is out is never due: it climbs until somebody enters it or gives it up.
    """
    return sum(_of_community(community, at, most) for community in Community.objects.all())


def _of_community(community: Community, at: datetime, most: int) -> int:
    pack = pack_for(community.id, at)
    days = pack.get(DAYS, 0)
    if not days:
        return 0  # a pack that says nothing keeps: deleting is a rule, never a guess
    due = Sheet.objects.filter(community=community, case__closed_at__lt=at - timedelta(days=days))
    rule = f"{DAYS}={days} · {pack.key}"
    sheets = list(due.order_by("made_at")[:most])
    for sheet in sheets:
        with transaction.atomic():
            lock(community.id)
            shred_remarks(sheet.case_id, community_id=community.id, rule=rule, at=at)
            sheet.delete()
            record("sheet", 1, community_id=community.id, rule=rule, at=at)
    return len(sheets)
