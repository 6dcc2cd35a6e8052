"""Thirty-five venues around the cast's two compounds, six volunteers and the pack of April 2022: a day to be walked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from linli.base.scope import path
from linli.matters.patrols import points
from linli.matters.patrols.models import MapPoint
from linli.registry.models import Venue
from linli.roster.models import User
from tests.town import Town

MORNING = datetime(2022, 4, 15, 22, 5, tzinfo=UTC)
"""06:05 on 16 April in Changzhi: five minutes after the day's visits are owed."""

WELL: dict[str, Any] = dict.fromkeys(("posted", "checker", "asked", "notice", "staff", "banned"), "ok")
"""A venue where everything is as it should be."""


def at(clock: str) -> datetime:
    """A time of 16 April, local, as the database keeps it."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2022, 4, 16, hour, minute, tzinfo=MORNING.tzinfo).replace(tzinfo=UTC) - EIGHT


EIGHT = datetime(2022, 1, 1, 8, tzinfo=UTC) - datetime(2022, 1, 1, tzinfo=UTC)


def venues(town: Town, n: int = 35) -> list[Venue]:
    """`n` shops, open from 08:00 to 21:00, placed on a ring round each compound."""
    rows = [
        Venue(
            community=town.community,
            name=f"店{i:02}",
            kind="商场/超市",
            address=f"底商{i + 1}号",
            hours=[["08:00", "21:00"]],
            path=path(town.community.slug, "ab"[i % 2]),
        )
        for i in range(n)
    ]
    Venue.objects.bulk_create(rows)
    points.keep(
        town.community,
        [(MapPoint.VENUE, v.pk, 400 * (i % 2) + i * 37 % 200, i * 91 % 300) for i, v in enumerate(rows)],
    )
    return rows


def volunteers(town: Town, n: int = 6) -> list[User]:
    """Of whom one is the cast's own."""
    return [town.patrol, *(town.hire("patrol", f"扫街员{i}") for i in range(2, n + 1))]
