"""Keys of gates: shown once, kept as a digest, taken back at once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from linli.codes.bearer import digest, new_key
from linli.registry.models import Venue
from linli.scans.models import Gate

PREFIX = "linli_gate_"


class NewGate(NamedTuple):
    """A gate with its key in clear: the only time anybody sees it."""

    gate: Gate
    key: str


def make(venue: Venue, name: str, *, at: datetime) -> NewGate:
    """A new gate with a key of 256 random bits."""
    key = new_key(PREFIX)
    gate = Gate.objects.create(
        community_id=venue.community_id,
        venue=venue,
        name=name.strip()[:60],
        key_digest=digest(key),
        key_hint=key[-4:],
        made_at=at,
    )
    return NewGate(gate, key)


def revoke(gate_id: UUID, *, community_id: UUID, at: datetime) -> int:
    """From now on the key opens nothing; what it sent stays. How many were alive (0 or 1)."""
    return Gate.objects.filter(pk=gate_id, community_id=community_id, revoked_at=None).update(revoked_at=at)
