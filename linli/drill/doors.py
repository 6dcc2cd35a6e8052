"""A round half done in the demo community, with what the doors said, and some people who are looked after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.loops import engine
from linli.matters.census import care, rounds
from linli.matters.census.models import RoundDoor
from linli.registry.models import Building, Community, Person, SpecialNeed
from linli.roster.models import Shift, User

BUILDINGS = 2
"""Buildings in the round: one of them is walked, the other only begun."""

CARED = ("dialysis", "alone", "bedridden", "chronic")
"""A card for the first people of each of these classes."""

SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("answer", {}),
    ("answer", {}),
    ("absent", {}),
    ("answer", {"come": "田小禾 13900097001"}),
    ("answer", {}),
    ("refuse", {"reason": "说上周刚登记过"}),
    ("answer", {"phone": "1 13900097002"}),
    ("answer", {}),
    ("pass_on", {"party": "rental", "reason": "群租,没人开门"}),
    ("answer", {"need": "1 独居老人"}),
)
"""What comes of one door after the other, again and again."""


def walk(community: Community, *, at: datetime) -> None:
    """Open a round over the first buildings and let the grid worker walk until half of the doors are done."""
    shifts = Shift.objects.filter(community=community).select_related("user").order_by("starts_at", "pk")
    staff = {shift.duty: shift.user for shift in shifts}
    buildings = list(
        Building.objects.filter(community=community).order_by("compound__position", "position")[:BUILDINGS]
    )
    began = at - timedelta(hours=3)
    told = rounds.Told(
        name="第一轮入户核查",
        buildings=[building.pk for building in buildings],
        until=at + timedelta(hours=20),
        asks=("travel", "health"),
    )
    census = rounds.open_round(
        told, community=community, actor=staff["director"], at=began, intent="demo-round"
    )
    doors = census.doors.select_related("dwelling").order_by("building__path", "dwelling__position")
    for n, door in enumerate(doors[: census.doors.count() // 2]):
        _knock(door, n, staff["grid_worker"], began + timedelta(minutes=1 + n))
    _look_after(community, staff, at)


def _knock(door: RoundDoor, n: int, worker: User, at: datetime) -> None:
    step, said = SAID[n % len(SAID)]
    if door.dwelling.vacant:
        step, said = "empty", {}
    if step == "answer":
        said = {"people": len(door.people), "travel": "no", "health": "well", **said}
    engine.advance(door.case_id, step, actor=worker, given=said, at=at, intent=f"demo-door-{door.pk}")


def _look_after(community: Community, staff: dict[str, User], at: datetime) -> None:
    homes = Person.objects.select_related("household__dwelling__compound")
    for n, kind in enumerate(CARED):
        needs = SpecialNeed.objects.filter(community=community, kind=kind).order_by("person__path")[:3]
        for person in homes.filter(pk__in=needs.values_list("person_id", flat=True)).order_by("path"):
            weekdays = (1, 3, 5) if kind == "dialysis" else ()
            told = care.Told(
                helper_name=staff["grid_worker"].shown_name,
                weekdays=weekdays,
                every_days=1 + 2 * n,
                hospital="市人民医院" if kind != "alone" else "",
                needs_vehicle=kind == "dialysis",
                medicine_days=5 + 9 * n,
            )
            since = at - timedelta(days=1)
            care.keep_plan(
                person, told, actor=staff["director"], at=since, intent=f"demo-care-{person.pk.hex}"
            )
