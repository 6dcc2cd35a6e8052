"""Telephones of venues, volunteers, vehicles and calls: kept and compared without opening the vault to those above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linli.loops.rights import Actor
from linli.registry import vault
from linli.registry.people import Sealed


def keep_phones(phones: Iterable[str], *, community_id: UUID, owner_kind: str, owner_id: UUID) -> bool:
    """Make these the owner's telephones. None told changes nothing. Returns whether anything changed."""
    told = list(dict.fromkeys(p for p in phones if p))
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=Sealed.PHONE
    ).order_by("position")
    have = [bytes(b) for b in rows.values_list("blind", flat=True)]
    if not told or have == [vault.blind(Sealed.PHONE, p) for p in told]:
        return False
    vault.put(Sealed.PHONE, told, community_id=community_id, owner_kind=owner_kind, owner_id=owner_id)
    return True


def owners_of(phones: Iterable[str], *, community_id: UUID, owner_kind: str) -> list[UUID]:
    """Whose telephone any of these is, exactly, among owners of one kind."""
    blinds = [vault.blind(Sealed.PHONE, p) for p in phones if p]
    rows = Sealed.objects.filter(
        community_id=community_id, kind=Sealed.PHONE, owner_kind=owner_kind, blind__in=blinds
    )
    return list(rows.values_list("owner_id", flat=True).distinct())


def sharing(other: tuple[str, UUID], *, owner_kind: str, community_id: UUID) -> list[UUID]:
    """Who among owners of one kind has a telephone of `other` (kind, id): compared without reading any."""
    blinds = owned_by(*other, community_id=community_id).values_list("blind", flat=True)
    rows = Sealed.objects.filter(
        community_id=community_id, kind=Sealed.PHONE, owner_kind=owner_kind, blind__in=list(blinds)
    )
    return list(rows.values_list("owner_id", flat=True).distinct())


def hand_phones_over(giver: tuple[str, UUID], taker: tuple[str, UUID], *, community_id: UUID) -> None:
    """The telephones of one owner become another's, behind those it has; nobody reads them on the way."""
    rows = list(owned_by(*giver, community_id=community_id).order_by("position"))
    for row in rows:
        kind, owner_id = taker
        add_phone(vault.unseal(row), community_id=community_id, owner_kind=kind, owner_id=owner_id)
    forget_phones([giver[1]], community_id=community_id, owner_kind=giver[0])


def given_out(owner_ids: Iterable[UUID], *, community_id: UUID, owner_kind: str) -> dict[UUID, str]:
    """The first telephone of each owner in clear: only for numbers that are there to be handed to residents.

    No reading is logged, because the number is printed on a paper at the door; a resident's own number never comes here.
    Raises ValueError for people of the register.
    """
    if owner_kind == "person":
        raise ValueError("a resident's number is revealed, with a reason")
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, kind=Sealed.PHONE, owner_id__in=list(owner_ids)
    )
    found: dict[UUID, str] = {}
    for row in rows.order_by("position"):
        found.setdefault(row.owner_id, vault.unseal(row))
    return found


def add_phone(phone: str, *, community_id: UUID, owner_kind: str, owner_id: UUID) -> None:
    """Put a telephone behind those the owner has; one of them again changes nothing. The caller holds the lock."""
    own = owned_by(owner_kind, owner_id, community_id=community_id)
    blind = vault.blind(Sealed.PHONE, phone)
    if own.filter(blind=blind).exists():
        return
    last = own.order_by("-position").values_list("position", flat=True).first()
    vault.sealed(
        phone,
        community_id=community_id,
        owner_kind=owner_kind,
        owner_id=owner_id,
        kind=Sealed.PHONE,
        position=0 if last is None else last + 1,
        blinded=blind,
    ).save(force_insert=True)


def owned_by(owner_kind: str, owner_id: Any, *, community_id: UUID) -> QuerySet[Sealed]:
    """The sealed telephones of one owner; `owner_id` may be an outer reference."""
    return Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=Sealed.PHONE
    )


def tails_of(owner_ids: Iterable[UUID], *, community_id: UUID, owner_kind: str) -> dict[UUID, str]:
    """The last four digits of each owner's first telephone: what the mask shows anyway."""
    return vault.tails(owner_ids, community_id=community_id, owner_kind=owner_kind)


def reveal_phones(
    owner_kind: str, owner_id: UUID, *, community_id: UUID, reader: Actor, reason: str, at: datetime
) -> list[str]:
    """An owner's telephones in clear, for one reader with a reason; the look is logged."""
    return vault.reveal(
        owner_kind,
        owner_id,
        Sealed.PHONE,
        community_id=community_id,
        reader=reader,
        reason=reason,
        at=at,
    )


def forget_phones(owner_ids: Iterable[UUID], *, community_id: UUID, owner_kind: str) -> int:
    """Delete the telephones of these owners; how many there were."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id__in=list(owner_ids), kind=Sealed.PHONE
    )
    gone, _ = rows.delete()
    return gone
