"""People who were only announced and whose purpose has ended: their numbers go, and the name is left as its mask."""

from __future__ import annotations

from datetime import datetime

from linli.loops.shred import record
from linli.registry.people import Person, Sealed


def forget_expected(person: Person, *, rule: str, at: datetime) -> bool:
    """Forget somebody who never came into the register. Residents stay: the register is another purpose."""
    if person.standing != Person.EXPECTED:
        return False
    Sealed.objects.filter(community_id=person.community_id, owner_kind="person", owner_id=person.pk).delete()
    person.name, person.note, person.workplace, person.birth_on = person.masked_name, "", "", None
    person.standing, person.updated_at = Person.LEFT, at
    person.save()
    record("person", 1, community_id=person.community_id, rule=rule, at=at)
    return True
