"""What was told at a door long ago is forgotten: proposals, lists of people, private answers; and cards that are closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.models import Case, Remark
from linli.loops.shred import record, shred_remarks
from linli.matters.census.care import OWNER as CARE
from linli.matters.census.corrections import OWNER as CORRECTION
from linli.matters.census.models import CarePlan, Correction, RoundDoor
from linli.registry.kept import forget_kept
from linli.registry.models import Community
from linli.registry.retention import Past, past

MOST = 200
"""Cases in one run: the next hour goes on."""

LOOPS = ("census_round", "visit", "correction", "care", "look_in")


def forget(*, at: datetime, most: int = MOST) -> int:
    """Delete what is due in every community. Returns cases forgotten."""
    return sum(_of_community(one, most) for one in past(at))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    old = Case.objects.filter(community_id=community.id, loop__in=LOOPS, closed_at__lt=over.before)
    told = Correction.objects.filter(community=community, visit__in=old).exclude(state=Correction.OPEN)
    cards = CarePlan.objects.filter(community=community, case__in=old)
    listed = RoundDoor.objects.filter(community=community, case__in=old).exclude(people=[])
    answered = Remark.objects.filter(community_id=community.id, shredded_at=None, event__case__in=old)
    due = sorted({
        *told.values_list("visit_id", flat=True)[:most],
        *cards.values_list("case_id", flat=True)[:most],
        *listed.values_list("case_id", flat=True)[:most],
        *answered.values_list("event__case_id", flat=True)[:most],
    })[:most]  # fmt: skip
    for case_id in due:
        _forget(case_id, community, over.rule, at)
    return len(due)


def _forget(case_id: UUID, community: Community, rule: str, at: datetime) -> None:
    with transaction.atomic():
        lock(community.id)
        shred_remarks(case_id, community_id=community.id, rule=rule, at=at)
        decided = Correction.objects.filter(community=community, visit_id=case_id).exclude(
            state=Correction.OPEN
        )
        _delete(CORRECTION, list(decided.values_list("pk", flat=True)), community, rule, at)
        decided.delete()
        cards = CarePlan.objects.filter(community=community, case_id=case_id)
        _delete(CARE, list(cards.values_list("pk", flat=True)), community, rule, at)
        cards.delete()
        RoundDoor.objects.filter(community=community, case_id=case_id).update(people=[])


def _delete(owner_kind: str, owners: list[UUID], community: Community, rule: str, at: datetime) -> None:
    """The words in the vault go, and the proof counts the records they belonged to."""
    forget_kept(owner_kind, owners, community_id=community.id)
    record(owner_kind, len(owners), community_id=community.id, rule=rule, at=at)
