"""What every page of the desk has around it: the community, who I am, where I can go."""

from __future__ import annotations

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

PLACES = (
    ("today", N_("今天"), "today", "desk.today"),
    ("arrivals", N_("今晚到站"), "arrivals", "return.arrivals"),
    ("monitoring", N_("健康监测"), "homes", "isolation.monitor"),
    ("on-duty", N_("在岗"), "duty", "desk.on_duty"),
    ("people", N_("居民"), "people", "person.see"),
    ("import", N_("导入"), "import", "register.import"),
    ("ledger", N_("流水"), "ledger", "ledger.see"),
    ("settings", N_("设置"), "settings", "desk.home"),
)
"""Key (and URL name `desk-<key>`), word, icon, permission: the desk's navigation."""


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
        "nav": [
            {"url": reverse(f"desk-{key}"), "word": _(word), "icon": icon, "current": key == here}
            for key, word, icon, action in PLACES
            if may(request, action)
        ],
        "stream": stream_url(at),
        "now_iso": at.isoformat(),
    }


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
