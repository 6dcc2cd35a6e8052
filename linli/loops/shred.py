"""Forgetting without breaking history: private answers go, the ledger's lines stay and the chain still holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.loops.models import Remark


def shred_remarks(case_id: UUID, *, at: datetime) -> int:
    """Make every private answer of a case unreadable, once. Returns how many."""
    rows = Remark.objects.filter(event__case_id=case_id, shredded_at=None)
    return rows.update(text="", shredded_at=at)
