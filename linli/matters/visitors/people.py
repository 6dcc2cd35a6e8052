"""Who comes: name, telephone and number plate lie in the vault under the visit's own id and are shown masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.base.masks import mask_name
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.registry import kept, phones, subjects
from linli.registry.models import Person

OWNER = "visit"
"""Kind of owner in the vault; the owner's id is the case's."""

NAME, PLATE = "name", "plate"
HOMES = ("community", *subjects.HOMES)


@dataclass(frozen=True)
class Shown:
    """Of whoever comes, what the gate may see: a masked name, the tail of a number, the plate of a car."""

    name: str = ""
    tail: str = ""
    plate: str = ""


def keep(case: Case, *, name: str = "", phone: str = "", plate: str = "") -> None:
    """Put what was told into the vault. The caller holds the ledger lock."""
    own = {"owner_kind": OWNER, "owner_id": case.id, "community_id": case.community_id}
    if words := {k: text for k, text in ((NAME, name), (PLATE, plate)) if text}:
        kept.keep(words, **own)  # type: ignore[arg-type]
    if phone:
        phones.add_phone(phone, **own)  # type: ignore[arg-type]


def shown(case_ids: Iterable[UUID], *, community_id: UUID) -> dict[UUID, Shown]:
    """Of many visits at once, by case. Two queries."""
    ids = list(case_ids)
    words = kept.kept(OWNER, ids, community_id=community_id)
    tails = phones.tails_of(ids, community_id=community_id, owner_kind=OWNER)
    return {
        pk: Shown(mask_name(words.get((pk, NAME), "")), tails.get(pk, ""), words.get((pk, PLATE), ""))
        for pk in ids
    }


def reveal(case: Case, *, reader: Actor, at: datetime) -> dict[str, list[str]]:
    """Numbers in clear, of the visitor and of the host; each look is logged with the reader's name."""
    owners = {"visitor": (OWNER, case.id), "host": ("person", UUID(case.subject))}
    return {
        whose: phones.reveal_phones(
            owner, pk, community_id=case.community_id, reader=reader, reason="访客", at=at
        )
        for whose, (owner, pk) in owners.items()
    }


def forget(case_id: UUID, *, community_id: UUID) -> int:
    """Delete all that is kept of whoever came; how many values."""
    gone = phones.forget_phones([case_id], community_id=community_id, owner_kind=OWNER)
    return gone + kept.forget_kept(OWNER, [case_id], community_id=community_id)


def place(host: Person) -> str:
    """香阅四季A区3号楼: the building, for titles and for whoever stands outside; the door is left out."""
    home = host.household.dwelling if host.household else None
    return f"{home.compound.name}{home.building}" if home else ""
