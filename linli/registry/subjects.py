"""Whom of the register a case is about: its subject is a text, because the engine knows nothing of people."""

from __future__ import annotations

from uuid import UUID

from linli.loops.models import Case
from linli.registry.models import Person

HOMES = ("household__dwelling__compound", "household__dwelling__building")
"""What is read along, so that somebody's door can be written without another question."""


def id_of(text: str) -> UUID | None:
    """The id that a text is; None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def person_of(case: Case) -> Person | None:
    """Whom the case's subject names; None where nobody of the register is meant."""
    return person(case.subject, community_id=case.community_id)


def person(text: str, *, community_id: UUID) -> Person | None:
    """Somebody of the community by the text of their id, with `HOMES`."""
    key = id_of(text)
    return (
        Person.objects.select_related(*HOMES).filter(community_id=community_id, pk=key).first()
        if key
        else None
    )
