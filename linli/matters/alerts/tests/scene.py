"""Somebody with a red code at a shop, and somebody who is restricted, for the tests of this matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.base.ids import uuid7
from linli.loops import deadlines, engine
from linli.loops.models import Case, Event
from linli.matters.alerts import proposing
from linli.matters.alerts.proposing import Wish
from linli.registry.models import Venue
from linli.roster.models import User
from linli.scans.notable import Notable
from tests.town import T0, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "4月13日您和一位确诊的人在同一间办公室待了两个小时"


def shop(town: Town, name: str = "便民超市") -> Venue:
    """A venue of compound A."""
    return Venue.objects.create(
        community=town.community, name=name, kind="store", path=f"{town.community.path}a/"
    )


def scan(town: Town, venue: Venue, **more: Any) -> Notable:
    """A red code seen at a shop at T0, by nobody known."""
    told = {
        "id": uuid7(),
        "place": venue.pk,
        "colour": "red",
        "who": None,
        "seen_at": T0,
        "mode": "self",
        "by": None,
    } | more
    return Notable(community_id=town.id, **told)


def take(case: Case | UUID, step: str, by: User, at: datetime, **given: Any) -> Event:
    """One step, named by its moment and actor."""
    case_id = case.id if isinstance(case, Case) else case
    intent = f"{case_id.hex}:{step}:{by.pk.hex[-8:]}:{at.timestamp()}"
    return engine.advance(case_id, step, actor=by, given=given, at=at, intent=intent)


def wish(**more: Any) -> Wish:
    """A contact, five days from T0."""
    told: dict[str, Any] = {
        "intent": "restrict",
        "basis": "contact",
        "evidence": "notice",
        "evidence_number": "潞疾控密接〔2022〕41号",
        "ends_at": T0 + 5 * DAY,
        "reason": REASON,
    }
    return Wish(**told | more)


def proposed(town: Town, name: str = "叶知秋", **more: Any) -> Case:
    """Proposed by health monitoring at T0."""
    return proposing.propose(town.person[name], wish(**more), actor=town.health, at=T0)


def in_force(town: Town, name: str = "叶知秋", **more: Any) -> Case:
    """Confirmed and told within the first hour."""
    case = proposed(town, name, **more)
    take(case, "confirm", town.approver, T0 + HOUR / 4, looked=True)
    take(case, "tell", town.health, T0 + HOUR / 2, how="phone", appeal=True)
    return fresh(case)


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.get(pk=case.pk)


def rows() -> tuple[int, int]:
    """How many cases and events there are: a refusal changes neither."""
    return Case.objects.count(), Event.objects.count()


def clock_runs(case: Case, until: datetime) -> list[str]:
    """What the clock makes of one case until a moment, woken whenever it asks to be."""
    said = []
    while (now := fresh(case)).wake_at and now.wake_at <= until:
        event = deadlines.wake(case.id, at=now.wake_at)
        assert event
        said.append(event.verb)
    return said
