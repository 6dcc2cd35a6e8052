"""Tonight in the demo community on paper: one sheet is out with a volunteer who has no smartphone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.paper import making, offers
from linli.paper.models import Sheet
from linli.roster.models import User
from linli.roster.on_duty import duties_of

ROUNDS = ("health_report.temperatures", "isolation.begin", "return.hand_over", "return.verify")
"""The first of these for which somebody waits."""


def hand_out(community_id: UUID, desk: User, *, at: datetime) -> Sheet | None:
    """Make the sheet of the round and compound where most are waiting; None when nobody is."""
    held = duties_of(desk, at=at)
    waiting = {offer.form.key: offer for offer in offers.offers(community_id, held, at) if offer.cases}
    chosen = next((waiting[key] for key in ROUNDS if key in waiting), None)
    if chosen is None:
        return None
    everywhere = [path for paths in held.values() for path in paths]
    compounds = [p for p in offers.places(community_id, chosen.cases, [everywhere]) if p.depth == 1]
    if not compounds:
        return None
    most = max(compounds, key=lambda place: place.waiting)
    return making.make(chosen.form.key, most.scope, actor=desk, at=at, intent="demo-sheet")
