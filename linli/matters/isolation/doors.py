"""Whose door a case is about, for many cases at once: what a phone takes along of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.masks import mask_door
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.registry.models import Dwelling, Person

DOOR = 6
"""Segments of a path that ends at a front door: community, compound, grid, building, unit, room."""


def is_door(scope: str) -> bool:
    """Whether a scope path is that of one dwelling."""
    return scope.count("/") >= DOOR


def labels(cases: Iterable[Case]) -> dict[str, str]:
    """Scope path → door as it is said (香阅四季A区3-1-101). One query."""
    cases = list(cases)
    if not cases:
        return {}
    found = Dwelling.objects.filter(
        community_id=cases[0].community_id, path__in={case.scope for case in cases}
    ).select_related("compound")
    return {dwelling.path: str(dwelling) for dwelling in found}


def title_of(case: Case) -> str:
    """A dwelling as a case may be called: building and unit, the room left out."""
    found = Dwelling.objects.filter(community_id=case.community_id, path=case.scope).select_related(
        "compound"
    )
    dwelling = found.first()
    return f"{dwelling.compound.name}{mask_door(dwelling.label)}" if dwelling else case.title


def names(cases: Iterable[Case]) -> dict[str, str]:
    """Subject → masked name, where the case is about a person. One query."""
    keys = [key for case in cases if (key := _key(case.subject))]
    people = Person.objects.filter(pk__in=keys).only("name")
    return {str(person.pk): person.masked_name for person in people}


def _key(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None


def carrying(more: Callable[[Case], Iterable[Fact]]) -> Callable[[Iterable[Case]], dict[UUID, Carried]]:
    """A `carry` that says who (masked), at which door, and `more`. Two queries however many cases."""

    def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
        cases = list(cases)
        doors, people = labels(cases), names(cases)
        return {
            case.id: Carried(
                tuple(
                    fact
                    for fact in (
                        Fact(_("姓名"), people.get(case.subject, "")),
                        Fact(_("住址"), doors.get(case.scope, "")),
                        *more(case),
                    )
                    if fact.value
                )
            )
            for case in cases
        }

    return carry
