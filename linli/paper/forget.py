"""A sheet that is long back is deleted with its rows; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.shred import record, shred_remarks
from linli.paper.models import Sheet
from linli.registry.retention import Past, past

MOST = 200
"""Sheets in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: sheets, rows, why one was given up. Returns sheets forgotten.

    One that is out is never due: it climbs until somebody enters it or gives it up.
    """
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    due = Sheet.objects.filter(community=community, case__closed_at__lt=over.before)
    sheets = list(due.order_by("made_at")[:most])
    for sheet in sheets:
        with transaction.atomic():
            lock(community.id)
            shred_remarks(sheet.case_id, community_id=community.id, rule=over.rule, at=at)
            sheet.delete()
            record("sheet", 1, community_id=community.id, rule=over.rule, at=at)
    return len(sheets)
