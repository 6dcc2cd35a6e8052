"""Words about people that are no number of theirs (a proposed name, who keeps a key): encrypted, for layers above.

    keep({"new": "王小明 13900000000"}, owner_kind="correction", owner_id=row.id, community_id=…)
    kept("correction", [row.id], community_id=…)[row.id, "new"]

They lie in the vault's own table, so that a new key, a backup and a lost disk treat them as they treat numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from linli.registry import vault
from linli.registry.people import Sealed


def keep(texts: Mapping[str, str], *, owner_kind: str, owner_id: UUID, community_id: UUID) -> None:
    """Make these the owner's words by kind (12 characters); an empty text takes that kind away."""
    for kind, text in texts.items():
        vault.put(
            kind, [text] if text else [], community_id=community_id, owner_kind=owner_kind, owner_id=owner_id
        )


def kept(owner_kind: str, owner_ids: Iterable[UUID], *, community_id: UUID) -> dict[tuple[UUID, str], str]:
    """(owner, kind) → the words in clear, in one query. Whoever calls decides who may read them."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id__in=list(owner_ids)
    )
    return {(row.owner_id, row.kind): vault.unseal(row) for row in rows}


def forget_kept(owner_kind: str, owner_ids: Iterable[UUID], *, community_id: UUID) -> int:
    """Delete everything kept of these owners; how many values."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id__in=list(owner_ids)
    )
    return rows.delete()[0]
