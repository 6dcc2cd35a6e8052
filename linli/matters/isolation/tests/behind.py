"""Somebody behind a door, for the tests of what is owed there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.loops import deadlines, engine
from linli.loops.models import Case, Event
from linli.loops.pack import shipped
from linli.loops.replanning import adopt
from linli.matters.isolation import household
from linli.matters.isolation.opening import open_for
from linli.registry.models import Person
from linli.roster.models import User
from tests.town import Town, minutes

ZERO = minutes(0)
"""01:10 in Changzhi: day zero."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIT = {"home_fit": ["own_room", "no_shared_ac"]}


def person_of(town: Town, name: str) -> Person:
    """Somebody of the cast with their door."""
    homes = ("household__dwelling__compound", "household__dwelling__building")
    return Person.objects.select_related(*homes).get(pk=town.person[name].pk)


def isolated(
    town: Town, name: str = "叶知秋", history: str = "contact_of_contact", pack: str = "covid-v9"
) -> Case:
    """Somebody under a pack since ZERO; by default seven days at home, sampled on days 1, 4 and 7."""
    adopt(town.id, shipped(pack), from_at=minutes(-1), at=ZERO, adopted_by="段秋实")
    return open_for(
        person_of(town, name), history, day_zero=ZERO, actor=town.health, at=ZERO, intent=f"o-{name}"
    )


def asked(town: Town, case: Case, said: str = "moved_out") -> Case:
    """Everybody who shares the dwelling gave the same answer."""
    answers = {person.pk: said for person in household.to_ask(case)}
    household.answer(case.id, answers, community_id=town.id, actor=town.health, at=case.opened_at)
    return case


def take(
    case: Case, step: str, by: User, at: datetime, device_at: datetime | None = None, **given: Any
) -> Event:
    """One step, named by its moment."""
    intent = f"{case.id}:{step}:{at.isoformat()}"
    return engine.advance(case.id, step, actor=by, given=given, at=at, intent=intent, device_at=device_at)


def of(case: Case, loop: str) -> Case:
    """What followed from a case, the latest of its kind."""
    found = Case.objects.filter(cause=case, loop=loop).order_by("opened_at", "id").last()
    assert found, loop
    return found


def tick(case: Case, until: datetime) -> list[str]:
    """Let the clock look at one case as often as it wants until a moment; the words of what it did."""
    seen = []
    while True:
        case.refresh_from_db()
        if case.wake_at is None or case.wake_at > until:
            return seen
        event = deadlines.wake(case.id, at=case.wake_at)
        assert event
        seen.append(event.verb)
