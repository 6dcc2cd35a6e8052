"""Numbers on their way into the vault: layers above hand them over here and never see the vault itself."""

from __future__ import annotations

from collections.abc import Sequence

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
