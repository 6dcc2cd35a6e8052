"""A venue that was not visited as often as the day asks: one alert a venue and day, once no visit of the day is left."""

from __future__ import annotations

from datetime import date, datetime

from linli.base.clock import local
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for
from linli.loops.relay import after
from linli.loops.spec import Opening
from linli.matters.alerts.loop import FIRST_DUE, Alert
from linli.matters.alerts.words import PATROL

VISIT, MISSED = "patrol", "missed"
"""The loop of one visit, and the state in which one is given up."""


@after(f"{VISIT}.*", name="alerts.patrols")
def patrolled(event: Event, at: datetime) -> None:
    """Whatever happened to a visit: is the day over for its venue, and is something missing?"""
    visit = event.case
    if FIRST_DUE in pack_for(visit.community_id, at).body["due"] and falls_short(visit):
        raise_for(visit, at)


def day_of(visit: Case) -> date:
    """The day a visit was owed for: that of its window, else the one it was opened on."""
    opens_at = visit.anchors.get("opens_at")
    return local(datetime.fromisoformat(opens_at) if opens_at else visit.opened_at).date()


def falls_short(visit: Case) -> bool:
    """Whether every visit of this venue and day is settled or late, and one of them is late or was given up."""
    rows = Case.objects.filter(community_id=visit.community_id, loop=VISIT, subject=visit.subject)
    that_day = [one for one in rows.order_by("-id")[:20] if day_of(one) == day_of(visit)]
    if any(one.closed_at is None and one.overdue_at is None for one in that_day):
        return False
    return any(one.closed_at is None or one.state == MISSED for one in that_day)


def raise_for(visit: Case, at: datetime) -> None:
    """Nobody is to be kept apart here: it opens where it is to be reported."""
    opening = Opening(
        title=visit.title,
        scope=visit.scope,
        subject=visit.subject,
        anchors={"kind": PATROL, "venue": visit.subject, "day": day_of(visit).isoformat()},
        state=Alert.apart.key,
    )
    intent = f"alert:{VISIT}:{visit.subject}:{day_of(visit)}"
    engine.open_case(Alert, opening, community_id=visit.community_id, at=at, intent=intent, cause=visit)
