"""Five come to the demo community today: one expected, one whose host is silent, two inside, one who should be gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.loops import deadlines, engine
from linli.matters.visitors import people
from linli.matters.visitors.announcing import CALL, GATE, PAGE, Told, announce
from linli.registry.models import Community, Person
from linli.roster.models import Shift


@dataclass(frozen=True)
class Comer:
    """One visit: minutes ago it was announced, by which way, who, and whether they are in by now."""

    ago: int
    channel: str
    kind: str
    name: str
    agreed: bool
    is_in: bool = False


COMERS = (
    Comer(170, CALL, "repair", "冯修远", agreed=True, is_in=True),
    Comer(95, PAGE, "care", "田护理", agreed=True, is_in=True),
    Comer(60, PAGE, "guest", "温来客", agreed=True),
    Comer(12, GATE, "guest", "钟离远", agreed=False),
    Comer(8, GATE, "courier", "", agreed=False, is_in=True),
)
"""The repair had two hours."""

APART = 290
"""Households between two hosts, so that they live in several compounds."""


def receive_visitors(community: Community, *, at: datetime) -> None:
    """Let them come, every step through the engine; the silent host has been asked for once by now."""
    shift = Shift.objects.filter(community=community, duty="gatekeeper").select_related("user").get()
    homes = Person.objects.filter(community=community, relation="户主").select_related(*people.HOMES)
    hosts = list(homes.order_by("id"))[60::APART][: len(COMERS)]
    for n, (comer, host) in enumerate(zip(COMERS, hosts, strict=True)):
        came_at = at - timedelta(minutes=comer.ago)
        told = Told(
            kind=comer.kind,
            channel=comer.channel,
            intent=f"demo-visit-{n}",
            name=comer.name,
            phone=f"139000600{n:02d}" if comer.name else "",
        )
        actor = None if comer.channel == PAGE else shift.user
        case = announce(host, told, at=came_at, agreed=comer.agreed, actor=actor)
        if comer.is_in:
            given = {"code": case.anchors["word"]}
            in_at = came_at + timedelta(minutes=3)
            engine.advance(
                case.pk, "enter", actor=shift.user, given=given, at=in_at, intent=f"demo-visit-in-{n}"
            )
    for minutes in range(60, -1, -10):
        deadlines.wake_due(at=at - timedelta(minutes=minutes))
