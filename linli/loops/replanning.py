"""Changing the rules while cases are open: show the difference first, then move the promises and keep what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.loops import deadlines
from linli.loops.ledger import Made, append, lock, lock_case, save
from linli.loops.models import Adoption, Case, Ledger
from linli.loops.pack import Pack, read


@dataclass(frozen=True)
class Change:
    """What a new pack moves in one open case. `anchors` holds (before, after) of every moment or number that differs."""

    case: Case
    due_before: datetime
    due_after: datetime
    anchors: dict[str, tuple[object, object]]


def _planned(case: Case, pack: Pack) -> Change | None:
    """The case as the pack would have it (in memory); None when nothing moves."""
    due_before, anchors = case.due_at, dict(case.anchors)
    if case.declared.plan:
        case.anchors = {**case.anchors, **case.declared.plan(case, pack)}
    due_after = pack.due_at(case.standing.due, case.entered_at, case.anchors)
    moved = {k: (anchors.get(k), v) for k, v in case.anchors.items() if anchors.get(k) != v}
    if due_before is None or (due_after == due_before and not moved):
        return None
    return Change(case, due_before, due_after, moved)


def preview(community_id: UUID, pack: Pack) -> Iterator[Change]:
    """Every open case whose promise or plan would move under `pack`. Nothing is written; constant memory."""
    for case in Case.objects.filter(community_id=community_id).open().order_by("due_at").iterator():
        if change := _planned(case, pack):
            yield change


def adopt(
    community_id: UUID, body: str, *, from_at: datetime, at: datetime, adopted_by: str, seconded_by: str = ""
) -> Adoption:
    """Let a pack bind the community from a moment on. Adopting the same text for the same moment again changes nothing.

    Raises BadPack. Open cases are re-planned by `take_effect` when the moment has come.
    """
    pack = read(body)
    with transaction.atomic():
        ledger = lock(community_id)
        adoption, new = Adoption.objects.get_or_create(
            community_id=community_id,
            from_at=from_at,
            defaults={
                "key": pack.key,
                "body": body,
                "adopted_at": at,
                "adopted_by": adopted_by,
                "seconded_by": seconded_by,
            },
        )
        if new:
            Ledger.objects.filter(pk=community_id).update(adoptions=ledger.adoptions + 1)
    take_effect(at=at)
    return adoption


def take_effect(*, at: datetime) -> int:
    """Re-plan for every adoption whose moment has come. Safe to run again after a kill; returns cases moved."""
    moved = 0
    for adoption in Adoption.objects.filter(replanned_at=None, from_at__lte=at).order_by("from_at"):
        pack = read(adoption.body)
        ids = Case.objects.filter(community_id=adoption.community_id).open().values_list("id", flat=True)
        moved += sum(_replan(case_id, adoption, pack, at) for case_id in list(ids))
        Adoption.objects.filter(pk=adoption.pk).update(replanned_at=at)
    return moved


def _replan(case_id: UUID, adoption: Adoption, pack: Pack, at: datetime) -> int:
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        change = _planned(case, pack) if not case.closed_at and case.pack != pack.key else None
        if change is None:
            return 0
        deadlines.replan(case, pack, at)
        save(case)
        facts = {
            "why": pack.title,
            "pack": pack.key,
            "before": change.due_before.isoformat(),
            "after": change.due_after.isoformat(),
            "moved": {k: list(v) for k, v in change.anchors.items()},
        }
        append(ledger, case, Made(f"{case.loop}.replanned", f"{adoption.id}:{case.id}", at, None, facts))
        return 1
