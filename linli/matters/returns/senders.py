"""Who may push notices: one key per sender, shown once, kept as a digest."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from linli.base.ids import uuid7
from linli.codes.bearer import digest, new_key
from linli.matters.returns.models import Sender
from linli.registry.models import Community

PREFIX = "linli_"


class NewKey(NamedTuple):
    """A sender with its key in clear: the only time anybody sees it."""

    sender: Sender
    key: str


def make(community: Community, name: str, *, at: datetime) -> NewKey:
    """A new sender with a key of 256 random bits."""
    key = new_key(PREFIX)
    sender = Sender.objects.create(
        id=uuid7(),
        community=community,
        name=name.strip()[:60],
        key_digest=digest(key),
        key_hint=key[-4:],
        made_at=at,
    )
    return NewKey(sender, key)


def revoke(sender_id: UUID, *, community: Community, at: datetime) -> Sender:
    """From now on the key opens nothing; what it sent stays. Raises Sender.DoesNotExist."""
    sender = Sender.objects.get(pk=sender_id, community=community)
    if sender.revoked_at is None:
        Sender.objects.filter(pk=sender.pk, revoked_at=None).update(revoked_at=at)
        sender.refresh_from_db()
    return sender


def sender_of(authorization: str) -> Sender | None:
    """The sender behind an `Authorization: Bearer …` header; None for anything else, in the same time."""
    scheme, _, key = authorization.partition(" ")
    told = digest(key.strip())
    found = Sender.objects.filter(key_digest=told, revoked_at=None).select_related("community").first()
    kept = found.key_digest if found else "0" * 64
    return found if hmac.compare_digest(kept, told) and scheme.lower() == "bearer" else None
