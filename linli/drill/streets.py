"""The street sweep of today in the demo community: where venues lie, six volunteers, the rounds walked until now."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from linli.base.clock import LOCAL, local
from linli.loops import engine
from linli.matters.patrols import giving, keepers, points
from linli.matters.patrols.checklist import ITEMS, OK
from linli.matters.patrols.models import MapPoint, PatrolVisit
from linli.registry.models import Community, Compound, Venue
from linli.roster.models import Shift, User

WALKERS = ("桑榆晚", "简行之", "费长青", "耿小路", "柏舟")
"""Beside whoever has an account of their own."""

CORNERS = ((0, 0), (340, 30), (20, 310), (360, 340))
"""Where the four compounds lie, in metres."""

FOUND = {7: "checker", 19: "posted", 58: "asked", 112: "checker", 121: "notice"}
"""Which visits of the day find what."""
SHUT, LATE = 23, 31
"""Every so many visits the door is closed, or nobody comes."""


def sweep(community: Community, *, at: datetime, seed: int = 35) -> None:
    """Open the day at its hour and walk it as planned until `at`; before that hour there is nothing yet."""
    _place(community, random.Random(seed))  # noqa: S311 - a made-up town
    _hire(community, at)
    begins = datetime.combine(local(at).date(), time(6, 5), LOCAL)
    if at < begins:
        return
    giving.open_and_plan(at=begins)
    walked = PatrolVisit.objects.filter(community=community, planned_at__lt=at - timedelta(minutes=5))
    visits = list(walked.select_related("walker", "venue").order_by("planned_at", "pk"))
    for n, visit in enumerate(visits, 1):
        if n % LATE:
            _look(visit, n)


def _place(community: Community, dice: random.Random) -> None:
    compounds = list(Compound.objects.filter(community=community).order_by("position"))
    corners = {f"{community.path}{c.code}/": corner for c, corner in zip(compounds, CORNERS, strict=True)}
    found = [(MapPoint.COMPOUND, c.pk, *corner) for c, corner in zip(compounds, CORNERS, strict=True)]
    found.append((MapPoint.OFFICE, community.pk, 170, 160))
    for venue in Venue.objects.filter(community=community).order_by("address"):
        (x, y), along, side = corners[venue.path], dice.randint(-110, 110), dice.choice((-110, 110))
        dx, dy = (along, side) if dice.random() < 0.5 else (side, along)
        found.append((MapPoint.VENUE, venue.pk, x + dx, y + dy))
    points.keep(community, found)


def _hire(community: Community, at: datetime) -> None:
    """Volunteers of the walks; they have no password, and so cannot sign in."""
    for n, name in enumerate(WALKERS, 2):
        user = User(username=f"saojie{n}", shown_name=name, community=community)
        user.set_unusable_password()
        user.save()
        Shift.objects.create(
            community=community,
            user=user,
            duty=giving.DUTY,
            scope=community.path,
            starts_at=at - timedelta(days=1),
        )


def _look(visit: PatrolVisit, n: int) -> None:
    """One visit as it was planned; some doors are closed, some things are not in order, one of them put right since."""
    assert visit.walker and visit.planned_at
    told: dict[str, Any] = {"actor": visit.walker, "at": visit.planned_at, "intent": f"drill-{visit.pk}"}
    if n % SHUT == 0:
        engine.advance(visit.case_id, "closed", given={"why": "away"}, **told)
        return
    given = dict.fromkeys(ITEMS, OK) | ({FOUND[n]: "bad"} if n in FOUND else {})
    engine.advance(visit.case_id, "check", given=given, **told)
    if n == min(FOUND):
        (owed,) = keepers.owed(visit.venue, visit.planned_at)
        keepers.answer(
            owed.case.pk,
            visit.venue,
            "店员去吃饭了,现在有人看着。",
            at=visit.planned_at + timedelta(minutes=12),
            intent=f"drill-answer-{visit.pk}",
        )
