"""Whose days are over in which community, by its pack: the frame in which every matter forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.loops.pack import pack_for
from linli.registry.models import Community

CLOSED = "retention.case_days_after_close"
"""Where the pack says how long a closed case is kept whole."""


@dataclass(frozen=True)
class Past:
    """What was before this moment is over for one community; `rule` says why, for the proof."""

    community: Community
    before: datetime
    rule: str
    at: datetime


def past(at: datetime, *, days: str = CLOSED) -> Iterator[Past]:
    """One for every community whose pack names the days; one that says nothing keeps: deleting is a rule, never a guess."""
    for community in Community.objects.all():
        pack = pack_for(community.id, at)
        if n := pack.get(days, 0):
            yield Past(community, at - timedelta(days=n), f"{days}={n} · {pack.key}", at)
