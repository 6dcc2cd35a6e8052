"""A visit that is long over forgets who came; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from linli.codes.models import Code, Kind
from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.visitors import people
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.models import HostLink
from linli.registry.models import Community, Sealed
from linli.registry.retention import Past, past

DAYS = "retention.visitor_days"
"""Where the pack says how many days after its end a visit forgets who came."""

MOST = 200
"""Cases in one run of a community: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: names, numbers, plates, codes, private answers, dead links."""
    return sum(_of_community(one, most) for one in past(at, days=DAYS))


def _of_community(over: Past, most: int) -> int:
    community, before = over.community, over.before
    own = OuterRef("pk")
    codes = Code.objects.filter(community=community, kind=Kind.PASS, subject=own)
    kept = Remark.objects.filter(community_id=community.id, event__case=own, shredded_at=None)
    sealed = Sealed.objects.filter(community=community, owner_kind=people.OWNER, owner_id=own)
    old = Case.objects.filter(
        Exists(codes) | Exists(kept) | Exists(sealed),
        community_id=community.id,
        loop=VisitPass.key,
        closed_at__lt=before,
    )
    due = list(old.order_by("closed_at").values_list("pk", flat=True)[:most])
    for case_id in due:
        _forget(case_id, community, over.rule, over.at)
    HostLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before), community=community).delete()
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        gone = people.forget(case_id, community_id=community.id)
        Code.objects.filter(community=community, kind=Kind.PASS, subject=case_id).delete()
        record("visitor", gone, community_id=community.id, rule=rule, at=at)
