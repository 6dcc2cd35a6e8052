"""What every page of the desk has around it: the community, who I am, where I can go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base import clock
from linli.base.clock import now
from linli.desk.live import stream_url
from linli.desk.words import listed
from linli.roster.duties import title
from linli.roster.models import User
from linli.roster.permissions import actor, duties_now, may


@dataclass(frozen=True)
class Tab:
    """One page of a place: `key` (its URL name is `desk-<key>`, a view says it as `here`), word, permission."""

    key: str
    word: str
    action: str


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; with more than one page the person may see, these are tabs above the page."""

    word: str
    icon: str
    tabs: tuple[Tab, ...]


PLACES = (
    Place(N_("今天"), "today", (Tab("today", N_("今天"), "desk.today"),)),
    Place(N_("今晚到站"), "arrivals", (Tab("arrivals", N_("今晚到站"), "return.arrivals"),)),
    Place(
        N_("居家"),
        "homes",
        (
            Tab("monitoring", N_("健康监测"), "isolation.monitor"),
            Tab("door-rounds", N_("巡查和医废"), "isolation.rounds"),
            Tab("supplies", N_("代购送货"), "supply.see"),
            Tab("census", N_("入户核查"), "census.see"),
            Tab("campaigns", N_("集中采样"), "testing.see"),
            Tab("calls", N_("来电"), "call.take"),
            Tab("sheets", N_("纸质表"), "sheet.see"),
        ),
    ),
    Place(
        N_("居民"),
        "people",
        (
            Tab("people", N_("居民"), "person.see"),
            Tab("special-needs", N_("特殊群体"), "care.see"),
            Tab("cards", N_("扫码卡"), "person.card"),
            Tab("import", N_("导入"), "register.import"),
        ),
    ),
    Place(
        N_("场所"),
        "places",
        (
            Tab("venues", N_("场所码"), "venue.see"),
            Tab("patrols", N_("扫街"), "patrol.see"),
            Tab("alerts", N_("异常"), "alert.see"),
            Tab("visitors", N_("访客"), "visitor.see"),
            Tab("tracing", N_("行程追溯"), "trace.see"),
        ),
    ),
    Place(N_("在岗"), "duty", (Tab("on-duty", N_("在岗"), "desk.on_duty"),)),
    Place(
        N_("设置"),
        "settings",
        (
            Tab("settings", N_("设置"), "desk.home"),
            Tab("ledger", N_("流水"), "ledger.see"),
        ),
    ),
)
"""The desk's navigation: at most eight places, of which the first four stay in a phone's bottom bar."""


def around(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what desk/shell.html draws around every page of a signed-in member of staff.

    `page` says where we are; pages of layers below, which cannot know this one, count as settings.
    """
    if not isinstance(getattr(request, "user", None), User) or request.headers.get("HX-Request"):
        return {}
    user = actor(request)
    at: datetime = getattr(request, "desk_at", None) or now()
    here = getattr(request, "desk_place", "settings")
    words = [_(title(duty)) for duty in duties_now(request)]
    return {
        "community_name": user.community.name if user.community else "",
        "today": date_format(clock.local(at), "MONTH_DAY_FORMAT") + " " + date_format(clock.local(at), "l"),
        "me": {"name": user.shown_name, "duty": listed(words[:2]), "url": reverse("desk-settings")},
        **_whereabouts(request, here),
        "stream": stream_url(at),
        "now_iso": at.isoformat(),
    }


def _whereabouts(request: HttpRequest, here: str) -> dict[str, Any]:
    """The places this person may go to, and the tabs of the one they are at."""
    nav, tabs = [], []
    for place in PLACES:
        seen = [tab for tab in place.tabs if may(request, tab.action)]
        current = any(tab.key == here for tab in place.tabs)
        if seen:
            word = _(place.word if len(seen) > 1 else seen[0].word)
            nav.append(
                {"url": reverse(f"desk-{seen[0].key}"), "word": word, "icon": place.icon, "current": current}
            )
        if current and len(seen) > 1:
            tabs = [
                {"url": reverse(f"desk-{t.key}"), "word": _(t.word), "current": t.key == here} for t in seen
            ]
    return {"nav": nav, "place_tabs": tabs}


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk at its place in the navigation, as of `at`."""
    request.desk_place, request.desk_at = here, at  # type: ignore[attr-defined]
    return render(request, template, {**context, "now_iso": at.isoformat()}, status=status)
