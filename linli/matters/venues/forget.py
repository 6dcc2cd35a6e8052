"""A code that is long taken back, or was never given, forgets who asked for it; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.venues.particulars import OWNER
from linli.registry.models import Community
from linli.registry.phones import forget_phones
from linli.registry.retention import Past, past

MOST = 200
"""Cases in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: files, dead links, private answers. Returns cases forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    old = Case.objects.filter(community_id=community.id, loop="venue_code", closed_at__lt=over.before)
    files = VenueFile.objects.filter(community=community, case__in=old)
    answered = Remark.objects.filter(community_id=community.id, shredded_at=None, event__case__in=old)
    due = sorted({
        *files.values_list("case_id", flat=True)[:most],
        *answered.values_list("event__case_id", flat=True)[:most],
    })[:most]  # fmt: skip
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    _links(over)
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    """The venue itself stays: the register is another purpose."""
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        files = VenueFile.objects.filter(community=community, case_id=case_id)
        ids = list(files.values_list("pk", flat=True))
        forget_phones(ids, community_id=community.id, owner_kind=OWNER)
        files.delete()
        record("venue_file", len(ids), community_id=community.id, rule=rule, at=at)


def _links(over: Past) -> None:
    """A link that opens nothing has no purpose; those in use stay with the venue."""
    with transaction.atomic():
        gone, _ = VenueLink.objects.filter(community=over.community, revoked_at__lt=over.before).delete()
        record("venue_link", gone, community_id=over.community.id, rule=over.rule, at=over.at)
