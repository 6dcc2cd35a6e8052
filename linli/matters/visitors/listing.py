"""The gate's lists: who should have left, whose host has not answered, who is expected, who is inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.loops.models import Case
from linli.matters.visitors import passes, people
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.people import Shown
from linli.registry.models import Dwelling

OVER, ASKED, EXPECTED, INSIDE = "over", "asked", "expected", "inside"
LISTS = {
    VisitPass.told.key: ASKED,
    VisitPass.asked.key: ASKED,
    VisitPass.ready.key: EXPECTED,
    VisitPass.inside.key: INSIDE,
}

MOST = 500
"""Open visits one look reads, the nearest promise first."""

SHOWN = 60
"""Rows of one list on the page; its figure counts all that were read."""


@dataclass(frozen=True)
class Listed:
    """One visit on the gate's page."""

    case: Case
    list: str
    who: Shown
    door: str


def is_over(case: Case, at: datetime) -> bool:
    """Whether somebody is still inside whose window has ended."""
    return case.state == VisitPass.inside.key and passes.window(case)[1] <= at


def listed(community_id: UUID, scopes: Iterable[str], at: datetime) -> dict[str, list[Listed]]:
    """Every list, each by its promise. Four queries however many."""
    open_cases = Case.objects.open().within(community_id, scopes)
    cases = list(open_cases.filter(loop=VisitPass.key).by_promise()[:MOST])
    who = people.shown([case.id for case in cases], community_id=community_id)
    doors = doors_of(cases, community_id)
    found: dict[str, list[Listed]] = {OVER: [], ASKED: [], EXPECTED: [], INSIDE: []}
    for case in cases:
        key = OVER if is_over(case, at) else LISTS[case.state]
        found[key].append(Listed(case, key, who[case.id], doors.get(case.scope, "")))
    return found


def doors_of(cases: Iterable[Case], community_id: UUID) -> dict[str, str]:
    """Scope path → door as it is said (香阅四季A区3-1-101). One query."""
    paths = {case.scope for case in cases}
    rows = Dwelling.objects.filter(community_id=community_id, path__in=paths).select_related("compound")
    return {dwelling.path: str(dwelling) for dwelling in rows}
