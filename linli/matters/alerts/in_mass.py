"""Many restrictions in a short time: counted, and beyond the pack's numbers a third person looks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.loops.ledger import Refused
from linli.loops.pack import Pack
from linli.matters.alerts.models import RestrictionFile

MOST = "restriction.most_a_day"
"""Where the pack says how many in 24 hours: by one proposer, by one approver, in the whole community."""

DEFAULT = {"proposer": 5, "approver": 10, "community": 20}
"""For packs that were adopted before the numbers were asked for; 20 is where a mass begins (decision 0037)."""

WITHIN = timedelta(hours=24)
"""Counted back from each act, not by the calendar: midnight gives nobody a second day."""


@dataclass(frozen=True)
class Lately:
    """What was proposed in the last 24 hours, whatever came of it, and up to which number two people are enough."""

    mine: int
    most_mine: int
    everybodys: int
    most: int

    @property
    def needs_third(self) -> bool:
        """Whether the next one waits for a third person first."""
        return self.mine >= self.most_mine or self.everybodys >= self.most


def most(pack: Pack, whose: str) -> int:
    """The pack's number for `proposer`, `approver` or `community`."""
    return int(pack.get(f"{MOST}.{whose}", DEFAULT[whose]))


def lately(proposer_id: UUID, *, community_id: UUID, pack: Pack, at: datetime) -> Lately:
    """How many there were. Exact under the community's lock; beside it, as of this moment. Two counts by index."""
    rows = RestrictionFile.objects.filter(community_id=community_id, proposed_at__gt=at - WITHIN)
    return Lately(
        rows.filter(proposer_id=proposer_id).count(),
        most(pack, "proposer"),
        rows.count(),
        most(pack, "community"),
    )


def may_confirm(kept: RestrictionFile, approver_id: UUID, pack: Pack, at: datetime) -> None:
    """Raises Refused for whoever has confirmed the pack's number already, unless a third person has looked at this one."""
    if kept.allower_id is not None:
        return
    rows = RestrictionFile.objects.filter(community_id=kept.community_id, confirmed_at__gt=at - WITHIN)
    done = rows.filter(confirmer_id=approver_id).count()
    if done >= most(pack, "approver"):
        says = _("24 小时里您已确认 %(n)d 件,到了上限。请另一位审批人确认,或「请主任先看」")
        raise Refused(says % {"n": done})
