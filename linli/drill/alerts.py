"""Two alerts in the demo community, one closed and one climbing; and somebody restricted who says that it is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from linli.loops import deadlines, engine
from linli.loops.models import Case
from linli.matters.alerts import appealing, from_scans, proposing
from linli.matters.alerts.proposing import Wish
from linli.registry.models import Community, Person, Venue
from linli.roster.models import Shift, User
from linli.scans.notable import Notable

CLOSED: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("keep_apart", "grid_worker", 4, {"where": "门口蓝棚", "keeper": "邹门安", "polite": True}),
    ("report", "grid_worker", 11, {"to": "cdc", "taker": "疾控值班员", "number": "YC-0414-07"}),
    ("hear", "grid_worker", 26, {"words": "前天转的码,检测一直是阴性", "found": "partly"}),
    ("handle", "desk", 40, {"measure": "tested", "note": "就地采样,亭子里等"}),
    ("close", "desk", 95, {"result": "复核阴性,已放行", "how": "face", "upwards": True}),
)
"""Step, duty, minutes after it was seen, answers."""

CLIMBING = 12
"""Minutes since the other one was seen, and nobody has acted."""


def raise_alerts(community: Community, *, at: datetime) -> None:
    """Let what was scanned so far happen, and a restriction run through every hand it needs."""
    shifts = Shift.objects.filter(community=community).select_related("user").order_by("starts_at", "pk")
    staff = {shift.duty: shift.user for shift in shifts}
    venues = list(Venue.objects.filter(community=community).order_by("name", "pk")[:2])
    people = Person.objects.filter(community=community, relation="户主", birth_on__year__gt=1960)
    people = people.select_related("household__dwelling__compound", "household__dwelling__building")
    first, second = people.order_by("path", "pk")[40:42]
    _closed(venues[0], first, staff, at - timedelta(hours=3))
    _climbing(venues[1], at)
    _restricted(second, staff, at - timedelta(hours=20))


def _scan(venue: Venue, colour: str, seen_at: datetime, who: bytes | None) -> Case:
    """A scan by the venue's checker, with an id that a second build finds again."""
    own = uuid5(UUID(int=0), f"demo-{venue.pk}-{colour}")
    scan = Notable(
        id=own, community_id=venue.community_id, place=venue.pk, colour=colour, who=who, seen_at=seen_at,
        mode="reverse", by=None,
    )  # fmt: skip
    case = from_scans.take(scan, at=seen_at)
    assert case
    return case


def _closed(venue: Venue, who: Person, staff: dict[str, User], began: datetime) -> None:
    case = _scan(venue, "red", began, who.pk.bytes)
    for step, duty, minutes, given in CLOSED:
        at = began + timedelta(minutes=minutes)
        engine.advance(case.id, step, actor=staff[duty], given=given, at=at, intent=f"demo-{case.id}-{step}")


def _climbing(venue: Venue, at: datetime) -> None:
    case = _scan(venue, "yellow", at - timedelta(minutes=CLIMBING), None)
    for minutes in range(CLIMBING, -1, -1):
        deadlines.wake(case.id, at=at - timedelta(minutes=minutes))


def _restricted(who: Person, staff: dict[str, User], began: datetime) -> None:
    wish = Wish(
        intent="demo-restriction",
        basis="contact",
        evidence="notice",
        evidence_number="潞疾控密接〔2022〕41号",
        ends_at=began + timedelta(days=7),
        reason="4月12日您和一位确诊的人在同一间办公室待了两个小时",
    )
    case = proposing.propose(who, wish, actor=staff["health"], at=began)
    told: tuple[tuple[str, str, dict[str, Any]], ...]
    told = (("confirm", "approver", {"looked": True}), ("tell", "health", {"how": "phone", "appeal": True}))
    for n, (step, duty, given) in enumerate(told, 1):
        at = began + timedelta(minutes=20 * n)
        engine.advance(
            case.id, step, actor=staff[duty], given=given, at=at, intent=f"demo-restriction-{step}"
        )
    asked_at = began + timedelta(hours=2)
    words = "那天我请了假,不在办公室,有请假单"
    appealing.ask(case, words, at=asked_at, intent="demo-appeal")
