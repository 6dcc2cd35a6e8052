"""Signatures drawn by hand: kept in the vault under the same keys as numbers, so that a new key takes them along."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from linli.registry import vault
from linli.registry.people import Sealed

KIND = "signature"


def keep_drawing(text: str, *, community_id: UUID, owner_kind: str, owner_id: UUID) -> None:
    """Make this the owner's signature, encrypted and bound to it."""
    vault.put(KIND, [text], community_id=community_id, owner_kind=owner_kind, owner_id=owner_id)


def drawing_of(owner_id: UUID, *, community_id: UUID, owner_kind: str) -> str:
    """The signature as it was given; "" when there is none. Callers show it on the paper it belongs to, nowhere else."""
    row = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=KIND
    ).first()
    return vault.unseal(row) if row else ""


def forget_drawings(owner_ids: Iterable[UUID], *, community_id: UUID, owner_kind: str) -> int:
    """Destroy signatures. Returns how many."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, kind=KIND, owner_id__in=list(owner_ids)
    )
    return rows.delete()[0]
