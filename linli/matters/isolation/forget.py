"""An isolation that is long closed forgets what was seen of the person; what went leaves a proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.isolation import five_in_one, receipts
from linli.matters.isolation.models import (
    Cohabitant,
    HealthLink,
    Helper,
    NoticeReceipt,
    Observation,
    ReleaseNote,
)
from linli.notify import residents
from linli.registry.drawings import forget_drawings
from linli.registry.models import Community
from linli.registry.phones import forget_phones
from linli.registry.retention import Past, past

LOOPS = (
    *("isolation", "fever", "home_test", "home_result", "positive_at_home"),
    *("door_check", "door_alert", "waste", "outing"),
)
"""Whose private answers go: what was said behind a door, the number of a tube, why somebody had to go out."""

MOST = 200
"""Cases in one run: the next hour goes on."""


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community: observations, links, private answers. Returns cases forgotten."""
    residents.forget(at=at)
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    old = Case.objects.filter(community_id=community.id, closed_at__lt=over.before)
    reports = Observation.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)
    linked = HealthLink.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)
    answered = Remark.objects.filter(
        community_id=community.id,
        shredded_at=None,
        event__case__in=old.filter(loop__in=LOOPS),
    ).values_list("event__case_id", flat=True)
    asked = Cohabitant.objects.filter(community=community, case__in=old).values_list("case_id", flat=True)
    signed = NoticeReceipt.objects.filter(community=community, case__in=old, is_drawn=True)
    kinds = (reports, linked, answered, asked, signed.values_list("case_id", flat=True))
    due = sorted({case_id for rows in kinds for case_id in rows.distinct()})[:most]
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    _forget_helpers(community, over.before, over.rule, at)
    return len(due)


def _forget_helpers(community: Community, before: datetime, rule: str, at: datetime) -> None:
    """Names and numbers of whoever helped behind a door where nobody is, or was lately, isolated."""
    lately = (
        Case.objects.filter(community_id=community.id, loop="isolation")
        .exclude(closed_at__lt=before)
        .values("scope")
    )
    with transaction.atomic():
        rows = Helper.objects.filter(community=community).exclude(path__in=lately)
        ids = list(rows.values_list("id", flat=True)[:MOST])
        if ids:
            forget_phones(ids, community_id=community.id, owner_kind=five_in_one.KIND)
            gone, _ = Helper.objects.filter(community=community, pk__in=ids).delete()
            record("helper", gone, community_id=community.id, rule=rule, at=at)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        gone, _ = Observation.objects.filter(community=community, case_id=case_id).delete()
        record("observation", gone, community_id=community.id, rule=rule, at=at)
        gone, _ = Cohabitant.objects.filter(community=community, case_id=case_id).delete()
        record("cohabitant", gone, community_id=community.id, rule=rule, at=at)
        _forget_signature(case_id, community, rule, at)
        HealthLink.objects.filter(community=community, case_id=case_id).delete()
        ReleaseNote.objects.filter(case_id=case_id).update(statement="", tested_at=None)


def _forget_signature(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    """That it was signed stays; how the signature looked goes."""
    signed = NoticeReceipt.objects.filter(community=community, case_id=case_id, is_drawn=True)
    ids = list(signed.values_list("id", flat=True))
    gone = forget_drawings(ids, community_id=community.id, owner_kind=receipts.KIND)
    signed.update(is_drawn=False)
    record("signature", gone, community_id=community.id, rule=rule, at=at)
