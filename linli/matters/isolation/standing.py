"""What else is due behind the doors on the monitoring desk: tests, checks, outings, positives; by person and by door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.base.clock import local
from linli.loops.models import Case

TEST, CHECK, OUT = "test", "check", "out"
MARKS = (TEST, CHECK, OUT)
"""Beside the four lists, and not lists of their own: somebody can be well, be sampled today and be out."""

BY_PERSON = ("home_test", "home_result", "positive_at_home", "outing")
BY_DOOR = ("door_check", "waste", "door_alert")


@dataclass
class Standing:
    """What is due of one person: marks to filter by, and the cases to open, by loop."""

    marks: set[str] = field(default_factory=set)
    cases: dict[str, Case] = field(default_factory=dict)


def standings(community_id: UUID, isolations: Iterable[Case], at: datetime) -> dict[UUID, Standing]:
    """By isolation. One query however many people."""
    isolations = list(isolations)
    people = {case.subject: case for case in isolations}
    doors: dict[str, list[Case]] = {}
    for case in isolations:
        doors.setdefault(case.scope, []).append(case)
    found = {case.id: Standing() for case in isolations}
    open_ones = Case.objects.open().filter(community_id=community_id, loop__in=(*BY_PERSON, *BY_DOOR))
    for duty in open_ones.order_by("due_at", "id"):
        whose = doors.get(duty.scope, []) if duty.loop in BY_DOOR else [people.get(duty.subject)]
        for isolation in whose:
            if isolation is not None:
                _add(found[isolation.id], duty, at)
    return found


def _add(standing: Standing, duty: Case, at: datetime) -> None:
    standing.cases.setdefault(duty.loop, duty)
    if mark := mark_of(duty, at):
        standing.marks.add(mark)


def mark_of(duty: Case, at: datetime) -> str:
    """test: a sample is due today, late, or its result is awaited; check: a round was missed or something found; out."""
    late = duty.due_at is not None and duty.due_at <= at
    if duty.loop == "home_test":
        opens = duty.anchors.get("test_from")
        today = bool(opens) and local(datetime.fromisoformat(opens)).date() <= local(at).date()
        return TEST if today else ""
    if duty.loop in ("home_result", "positive_at_home"):
        return TEST
    if duty.loop in ("door_check", "waste"):
        return CHECK if late else ""
    return CHECK if duty.loop == "door_alert" else OUT
