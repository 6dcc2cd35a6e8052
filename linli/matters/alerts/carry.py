"""What a phone takes along of alerts, restrictions and appeals: what about, where, until when. No words of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.alerts.appeal import Appeal
from linli.matters.alerts.facts import short
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.restriction import Restriction
from linli.matters.alerts.words import about
from linli.registry.models import Dwelling, Person


def _keys(cases: Iterable[Case]) -> list[UUID]:
    keys = []
    for case in cases:
        try:
            keys.append(UUID(str(case.anchors.get("person") or case.subject)))
        except ValueError:
            continue
    return keys


def _whose(cases: list[Case]) -> dict[str, list[Fact]]:
    """Masked name and door by person. One query; a door only of whoever has one."""
    homes = ("household__dwelling__compound",)
    rows = Person.objects.select_related(*homes).filter(pk__in=_keys(cases))
    return {str(who.pk): [Fact(_("姓名"), who.masked_name), *_door(who)] for who in rows}


def _door(who: Person) -> list[Fact]:
    dwelling: Dwelling | None = who.household.dwelling if who.household else None
    return [Fact(_("住址"), str(dwelling))] if dwelling else []


def _of(case: Case, people: dict[str, list[Fact]]) -> list[Fact]:
    return people.get(str(case.anchors.get("person") or case.subject), [])


def alerts(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """What was seen, where and since when, and the emergency number."""
    cases = list(cases)
    people = _whose(cases)
    return {
        case.id: Carried(
            tuple(
                fact
                for fact in (
                    Fact(_("什么异常"), about(case.anchors.get("kind", ""), case.anchors.get("colour", ""))),
                    Fact(_("地点"), case.anchors.get("place", "")),
                    Fact(_("什么时候"), short(case.opened_at)),
                    *_of(case, people)[:1],
                    Fact(_("急救"), "120"),
                )
                if fact.value
            )
        )
        for case in cases
    }


def restrictions(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """Whom it is to be told to, at which door, and until when it lasts; on what it rests stays in the house."""
    cases = list(cases)
    people = _whose(cases)
    return {case.id: Carried((*_of(case, people), *_until(case))) for case in cases}


def _until(case: Case) -> tuple[Fact, ...]:
    ends_at = case.anchors.get("ends_at")
    return (Fact(_("到什么时候"), short(datetime.fromisoformat(ends_at))),) if ends_at else ()


Alert.carry = staticmethod(alerts)
Restriction.carry = staticmethod(restrictions)
Appeal.carry = staticmethod(restrictions)
