"""A correction meets the register: what it says about the same fact now, and how an accepted one is written into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.loops.ledger import Refused
from linli.matters.census.models import Correction
from linli.registry import changes
from linli.registry.models import Person


def mark_now(rows: Sequence[Correction], community_id: UUID) -> dict[UUID, str]:
    """Correction → the register's mark of its fact at this moment; four queries however many."""
    people = {row.person_id for row in rows if row.person_id}
    marks = changes.marks(people, community_id=community_id) if people else {}
    doors = {row.dwelling_id for row in rows if row.kind == "come"}
    living = changes.living_at(doors, community_id=community_id) if doors else {}
    return {
        row.pk: marks.get((row.person_id, row.kind), "")
        if row.person_id
        else changes.mark_of_door([p.name for p in living.get(row.dwelling_id, [])])
        for row in rows
    }


def apply(row: Correction, new: str, *, at: datetime) -> None:
    """Write an accepted correction into the register, by the register's own functions. Raises Refused."""
    if row.kind == "come":
        name, phone = _parted(new)
        changes.move_in(row.dwelling, name, [phone] if phone else [], at=at)
        return
    people = Person.objects.filter(community_id=row.community_id)
    person = people.filter(pk=row.person_id).first() if row.person_id else None
    if person is None:
        raise Refused(_("台账里已经没有这个人"))
    _write(person, row.kind, new, at)


def _write(person: Person, kind: str, new: str, at: datetime) -> None:
    if kind == "gone":
        changes.move_out(person, at=at)
    elif kind == "phone":
        changes.tell_phone(person, new)
    elif kind == "name":
        changes.rename(person, new, at=at)
    elif kind == "need":
        changes.set_need(person, new[1:], held=new.startswith("+"))


def _parted(new: str) -> tuple[str, str]:
    """The newcomer's name and telephone: a telephone has no space and begins with a digit."""
    name, _space, phone = new.rpartition(" ")
    return (name, phone) if name and phone[:1].isdigit() else (new, "")
