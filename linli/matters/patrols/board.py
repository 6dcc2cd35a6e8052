"""The day on the board: which venue is short of its visits, when the next is due, what is open; and the walks in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from linli.base.scope import covers
from linli.loops.models import Case
from linli.matters.patrols.loop import Finding
from linli.matters.patrols.models import PatrolVisit
from linli.registry.models import Venue

SHORT, OPEN, ON_TIME, WHOLE = "short", "open", "on_time", "whole"
"""Lists of the board: a visit was missed or is late; something is to be put right; more is to come; the day is done."""

SEEN = (PatrolVisit.CHECKED, PatrolVisit.SHUT)
"""Outcomes for which somebody stood before the door."""


@dataclass
class Standing:
    """One venue on one day."""

    venue: Venue
    visits: list[PatrolVisit] = field(default_factory=list)
    findings: int = 0

    @property
    def seen(self) -> int:
        """How often somebody was there."""
        return sum(visit.outcome in SEEN for visit in self.visits)

    @property
    def owed(self) -> int:
        """How often somebody must be."""
        return len(self.visits)

    def late(self, at: datetime) -> list[PatrolVisit]:
        """Visits whose window is over and that nobody made or gave up."""
        return [visit for visit in self.visits if not visit.outcome and visit.closes_at <= at]

    def short(self, at: datetime) -> int:
        """How many visits of those that should have been are not."""
        return len(self.late(at)) + sum(visit.outcome == PatrolVisit.MISSED for visit in self.visits)

    def next(self, at: datetime) -> PatrolVisit | None:
        """The visit that is owed next."""
        return next((v for v in self.visits if not v.outcome), None)

    def list(self, at: datetime) -> str:
        """Which list it is in; a late visit goes before an open finding."""
        if self.short(at):
            return SHORT
        if self.findings:
            return OPEN
        return ON_TIME if self.next(at) else WHOLE


def standings(community_id: UUID, scopes: Sequence[str], day: date, at: datetime) -> list[Standing]:
    """Every venue under these places that is owed visits on a day: short ones first, then what is due next. Two queries."""
    found: dict[UUID, Standing] = {}
    rows = PatrolVisit.objects.filter(community_id=community_id, day=day).select_related("venue")
    for visit in rows.order_by("number"):
        if any(covers(scope, visit.venue.path) for scope in scopes):
            found.setdefault(visit.venue_id, Standing(visit.venue)).visits.append(visit)
    open_ = findings(community_id, scopes)
    for venue_id, standing in found.items():
        standing.findings = open_[str(venue_id)]
    return sorted(found.values(), key=lambda s: _order(s, at))


def findings(community_id: UUID, scopes: Iterable[str]) -> Counter[str]:
    """How much is open, by venue. One query."""
    rows = Case.objects.open().within(community_id, scopes).filter(loop=Finding.key)
    return Counter(subject.partition(":")[0] for subject in rows.values_list("subject", flat=True))


def _order(standing: Standing, at: datetime) -> tuple[int, int, str, str]:
    ahead = standing.next(at)
    due = ahead.closes_at.isoformat() if ahead else "9"
    return (-standing.short(at), -bool(standing.findings), due, standing.venue.name)


@dataclass
class Walk:
    """Today's stops of one volunteer, in order; `walker_id` is None for visits nobody is there for."""

    walker_id: UUID | None
    name: str
    stops: list[PatrolVisit]

    @property
    def left(self) -> list[PatrolVisit]:
        """Stops still to be made."""
        return [visit for visit in self.stops if not visit.outcome]


def walks_of(standings_: Iterable[Standing]) -> list[Walk]:
    """The walks of a day from what the board already holds, the unassigned last. No query."""
    by_walker: dict[UUID | None, Walk] = {}
    visits = [visit for standing in standings_ for visit in standing.visits]
    for visit in sorted(visits, key=_walked):
        if visit.walker_id is None and visit.outcome:
            continue
        walk = by_walker.setdefault(visit.walker_id, Walk(visit.walker_id, visit.walker_name, []))
        walk.stops.append(visit)
    return sorted(by_walker.values(), key=lambda walk: (walk.walker_id is None, walk.name))


def _walked(visit: PatrolVisit) -> tuple[datetime, int]:
    return (visit.planned_at or visit.closes_at, visit.stop or 0)
