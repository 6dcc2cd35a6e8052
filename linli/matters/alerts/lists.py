"""What of this matter is open under somebody's places: alerts, restrictions and appeals, each by its promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.loops.models import Case
from linli.matters.alerts.appeal import Appeal
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.restriction import Restriction, binds

MOST = 300
"""Open cases in one look, the nearest promise first."""


@dataclass(frozen=True)
class Open:
    """The open cases by kind; restrictions apart by whether they bind somebody at this moment."""

    alerts: list[Case]
    undecided: list[Case]
    binding: list[Case]
    appeals: list[Case]


def open_under(community_id: UUID, scopes: Iterable[str], at: datetime) -> Open:
    """Everything open under these places. One query."""
    rows = Case.objects.open().within(community_id, scopes)
    rows = rows.filter(loop__in=(Alert.key, Restriction.key, Appeal.key))
    found = list(rows.by_promise()[:MOST])
    restrictions = [case for case in found if case.loop == Restriction.key]
    return Open(
        alerts=[case for case in found if case.loop == Alert.key],
        undecided=[case for case in restrictions if case.state != Restriction.in_force.key],
        binding=[case for case in restrictions if binds(case, at)],
        appeals=[case for case in found if case.loop == Appeal.key],
    )
