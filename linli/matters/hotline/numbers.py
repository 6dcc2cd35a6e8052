"""The number somebody called from: in the vault under the call's own id, shown as its tail, in clear for a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.registry import phones

OWNER = "call"
"""Kind of owner in the vault; the owner's id is the case's."""

PERSON = "person"


def keep(case: Case, number: str) -> None:
    """Add a number to those of the call; one that is there already changes nothing."""
    if number:
        phones.add_phone(number, community_id=case.community_id, owner_kind=OWNER, owner_id=case.id)


def can_be_called(case: Case) -> bool:
    """Whether the call left a number, or its person has one in the register."""
    person = case.anchors.get("person")
    return bool(
        phones.tails_of([case.id], community_id=case.community_id, owner_kind=OWNER)
        or (person and phones.tails_of([person], community_id=case.community_id, owner_kind=PERSON))
    )


def tail_of(case: Case) -> str:
    """The last four digits of the number the call came from; '' for none."""
    return phones.tails_of([case.id], community_id=case.community_id, owner_kind=OWNER).get(case.id, "")


def reveal(case: Case, *, reader: Actor, at: datetime) -> tuple[str, ...]:
    """Every number by which to call back, the call's own first. Each look is logged with the reader's name."""
    person = case.anchors.get("person")
    owners = [(OWNER, case.id), *([(PERSON, UUID(person))] if person else [])]
    found = (
        number
        for kind, owner in owners
        for number in phones.reveal_phones(
            kind, owner, community_id=case.community_id, reader=reader, reason="回电", at=at
        )
    )
    return tuple(dict.fromkeys(found))
