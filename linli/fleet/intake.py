"""The rows of a list of vehicles: found again by plate, their driver among the volunteers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from linli.fleet.models import Vehicle
from linli.registry.intake import Outcome, Row, slots
from linli.registry.kinds import Batch, Item, Result
from linli.registry.models import Community
from linli.registry.phones import keep_phones
from linli.roster.intake import is_volunteer, known
from linli.roster.models import Volunteer

TAKEN = (Outcome.CREATE, Outcome.REVIEW_CELL)


def keep_vehicles(batch: Batch) -> None:
    """Keep the rows of a list of vehicles (`kinds.Apply`). One whose driver nobody knows waits for a person."""
    for item in batch.items:
        if item.outcome is Outcome.SKIP:
            item.came_to(Result.SKIPPED)
        elif item.outcome is Outcome.MERGE:
            item.came_to(Result.MERGED)
        elif item.outcome not in TAKEN:
            item.came_to(Result.HELD)
        elif not item.row.sure("plate"):
            item.came_to(Result.REFUSED, why="plate")
        elif not item.row.sure("seats").isdigit():
            item.came_to(Result.REFUSED, why="seats")
        else:
            _keep(batch.community, item)


def _keep(community: Community, item: Item) -> None:
    phones = [p for p in item.row.sure("phone").split("、") if p]
    facts = _facts(community, item.row, phones)
    vehicle = Vehicle.objects.filter(community=community, plate=facts["plate"]).first()
    is_new = vehicle is None
    vehicle = vehicle or Vehicle(community=community, plate=facts["plate"])
    changed = {k: v for k, v in facts.items() if v not in ("", None) and getattr(vehicle, k) != v}
    for key, value in changed.items():
        setattr(vehicle, key, value)
    if is_new or changed:
        vehicle.save()
    called = keep_phones(phones, community_id=community.id, owner_kind="vehicle", owner_id=vehicle.id)
    if is_new:
        item.came_to(Result.CREATED, vehicle.id)
    else:
        item.came_to(Result.UPDATED if changed or called else Result.UNCHANGED, vehicle.id)


def _facts(community: Community, row: Row, phones: list[str]) -> dict[str, Any]:
    driver = row.values.get("driver", "")[:50]
    begin, end = shift_of(row.sure("shift"))
    return {
        "plate": row.sure("plate")[:12],
        "seats": int(row.sure("seats")),
        "driver_name": driver,
        "driver": _driver(community, driver, phones),
        "shift_from": begin,
        "shift_to": end,
    }


def _driver(community: Community, name: str, phones: list[str]) -> Volunteer | None:
    return known(community, name, phones) if name and phones else None


def shift_of(text: str) -> tuple[time | None, time | None]:
    """Begin and end on the wall clock; round the clock is midnight to midnight. Nothing told: (None, None)."""
    if not text:
        return None, None
    slot = slots(text)[0]
    return slot.begin, time(0) if slot.end == time.max else slot.end


def answers(community: Community, at: datetime) -> Mapping[str, Any]:
    """What the reader of a list of vehicles may ask: whether a driver is on the list of volunteers.

    An office without any volunteer yet does not know, so nobody is called unknown.
    """
    if not Volunteer.objects.filter(community=community).exists():
        return {}
    return {"volunteer": lambda name, phone: is_volunteer(community, name, phone)}
