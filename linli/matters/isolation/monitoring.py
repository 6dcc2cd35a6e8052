"""The four lists every monitoring office knows: symptomatic, not reported, to review, well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from linli.loops.models import Case
from linli.matters.isolation.models import Observation

SYMPTOMATIC, MISSING, REVIEW, WELL = "symptomatic", "missing", "review", "well"
LISTS = (SYMPTOMATIC, MISSING, REVIEW, WELL)
"""In the order somebody must act; everybody is in exactly one list, the first that fits."""

MOST = 2000
"""People one look holds: a community of some ten thousand under isolation would need another screen."""


@dataclass(frozen=True)
class Watched:
    """One person: the report case, its isolation, the last observation, an open alert, and the list they stand in."""

    case: Case
    isolation: Case
    last: Observation | None
    fever_id: UUID | None
    list: str
    is_late: bool


def watched(community_id: UUID, scopes: Iterable[str], at: datetime) -> list[Watched]:
    """Everybody under the scopes, what is owed first comes first. Three queries however many people."""
    cases = list(
        Case.objects.open()
        .within(community_id, scopes)
        .filter(loop="health_report")
        .select_related("cause")
        .by_promise()[:MOST]
    )
    last = _last(community_id, cases)
    fevers = dict(
        Case.objects.open()
        .filter(community_id=community_id, loop="fever", subject__in=[c.subject for c in cases])
        .values_list("subject", "id")
    )
    return [_placed(case, last.get(case.id), fevers.get(case.subject), at) for case in cases]


def _last(community_id: UUID, cases: list[Case]) -> dict[UUID, Observation]:
    """The newest observation of each case, found through the index one case after the other."""
    newest = Observation.objects.filter(community_id=community_id, case=OuterRef("pk")).order_by(
        "-received_at"
    )
    ids = (
        Case.objects.filter(pk__in=[c.id for c in cases])
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .values("newest")
    )
    return {row.case_id: row for row in Observation.objects.filter(community_id=community_id, pk__in=ids)}


def _placed(case: Case, last: Observation | None, fever_id: UUID | None, at: datetime) -> Watched:
    assert case.cause is not None
    opens, closes = (_moment(case, key) for key in ("report_from", "report_by"))
    place = WELL
    if fever_id or (last and last.is_alert):
        place = SYMPTOMATIC
    elif opens and opens <= at:
        place = MISSING
    elif last and last.doubts and not last.reviewed_at:
        place = REVIEW
    return Watched(case, case.cause, last, fever_id, place, bool(closes and closes <= at))


def _moment(case: Case, key: str) -> datetime | None:
    moment = case.anchors.get(key)
    return datetime.fromisoformat(moment) if moment else None
