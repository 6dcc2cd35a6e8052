"""A visit that is long over forgets who came; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from linli.codes.models import Code, Kind
from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.pack import Pack, pack_for
from linli.loops.shred import record, shred_remarks
from linli.matters.visitors import people
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.models import HostLink
from linli.registry.models import Community, Sealed

DAYS = "retention.visitor_days"
"""Where the pack says how long; one that does not keeps them as long as other cases."""

CASES = "retention.case_days_after_close"

MOST = 200
"""Cases in one run: the next hour goes on."""


def days_of(pack: Pack) -> int:
    """How many days after its end a visit forgets who came; 0 where the pack says nothing: it keeps."""
    return int(pack.get(DAYS, 0) or pack.get(CASES, 0))


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: names, numbers, plates, codes, private answers, dead links."""
    return sum(_of_community(community, at, most) for community in Community.objects.all())


def _of_community(community: Community, at: datetime, most: int) -> int:
    pack = pack_for(community.id, at)
    days = days_of(pack)
    if not days:
        return 0  # a pack that says nothing keeps: deleting is a rule, never a guess
    before = at - timedelta(days=days)
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
    rule = f"{DAYS}={days} · {pack.key}"
    due = list(old.order_by("closed_at").values_list("pk", flat=True)[:most])
    for case_id in due:
        _forget(case_id, community, rule, at)
    HostLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before), community=community).delete()
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        gone = people.forget(case_id, community_id=community.id)
        Code.objects.filter(community=community, kind=Kind.PASS, subject=case_id).delete()
        record("visitor", gone, community_id=community.id, rule=rule, at=at)
