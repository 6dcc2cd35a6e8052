"""Codes of venues in the demo community: most posters hang, some are to be put up, two shops have just asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.codes.issuing import live_of
from linli.codes.models import Kind
from linli.loops import engine
from linli.matters.venues import applying
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import Particulars
from linli.registry.models import Community, Venue
from linli.roster.models import Shift, User

WITHOUT, UNPOSTED = 2, 4
"""Of the venues of the register: the last ones have no code yet, those before them no poster."""

APPLIED = (
    Particulars(
        name="阳光水果店",
        kind="商场/超市",
        address="清漳园底商40号",
        manager="原晓光",
        checker="原晓光",
        hours=[["08:00", "21:30"]],
        phone="13900097011",
    ),
    Particulars(
        name="小区门口早点摊",
        kind="餐厅",
        address="迎春苑南门",
        manager="葛早起",
        checker="葛早起",
        hours=[["06:00", "10:00"]],
        phone="13900097012",
    ),
)
"""Two that apply at the door; the second one's address is sent back."""


def open_shops(community: Community, *, at: datetime) -> None:
    """Let the venues get their codes and posters since last night."""
    shifts = Shift.objects.filter(community=community).select_related("user").order_by("starts_at", "pk")
    staff = {shift.duty: shift.user for shift in shifts}
    venues = list(Venue.objects.filter(community=community).order_by("pk"))
    coded = venues[:-WITHOUT]
    applying.issue_all(coded, actor=staff["venue_officer"], at=at - timedelta(hours=20), intent="demo")
    _post(coded[:-UNPOSTED], staff["patrol"], at - timedelta(hours=19))
    _ask(community, staff, at)


def _post(venues: list[Venue], volunteer: User, began: datetime) -> None:
    """One poster after the other is scanned at its door."""
    ids = [venue.pk for venue in venues]
    codes = live_of(Kind.VENUE, ids, community_id=venues[0].community_id)
    for n, file in enumerate(VenueFile.objects.filter(venue__in=ids).order_by("made_at", "pk")):
        given: dict[str, Any] = {"code": codes[file.venue_id].short_code, "entrance": True}  # type: ignore[index]
        moment = began + timedelta(minutes=4 * n)
        engine.advance(
            file.case_id, "post", actor=volunteer, given=given, at=moment, intent=f"demo-post-{file.pk}"
        )


def _ask(community: Community, staff: dict[str, User], at: datetime) -> None:
    for n, told in enumerate(APPLIED):
        asked = at - timedelta(hours=3 + n)
        file = applying.apply(told, community=community, intent=f"demo-apply-{n}", at=asked)
    engine.advance(
        file.case_id,
        "send_back",
        actor=staff["venue_officer"],
        given={"reason": "请写清是哪一号门、有没有营业执照"},
        at=at - timedelta(hours=2),
        intent="demo-send-back",
    )
