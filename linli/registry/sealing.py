"""Numbers on their way into the vault: layers above hand them over here and never see the vault itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from linli.loops.rights import Actor
from linli.registry import vault
from linli.registry.people import Person, Sealed


def sealed_numbers(person: Person, *, id_number: str = "", phones: Sequence[str] = ()) -> list[Sealed]:
    """Unsaved rows with a person's numbers, for a bulk insert."""
    given = [(Sealed.ID_NUMBER, 0, id_number)] if id_number else []
    given += [(Sealed.PHONE, i, phone) for i, phone in enumerate(dict.fromkeys(phones))]
    return [
        vault.sealed(
            text,
            community_id=person.community_id,
            owner_kind="person",
            owner_id=person.id,
            kind=kind,
            position=position,
        )
        for kind, position, text in given
    ]


class Clear(NamedTuple):
    """Numbers as they are: shown once, to somebody who said why."""

    id_number: str
    phones: tuple[str, ...]


def reveal_numbers(person: Person, *, reader: Actor, reason: str, at: datetime) -> Clear:
    """A person's numbers in clear; both looks are logged with the reader's name and reason."""
    found = [
        vault.reveal(
            "person", person.pk, kind, community_id=person.community_id, reader=reader, reason=reason, at=at
        )
        for kind in (Sealed.ID_NUMBER, Sealed.PHONE)
    ]
    return Clear(next(iter(found[0]), ""), tuple(found[1]))
