"""The one link of a shop at the desk: issued, shown once, texted to the shop's own number, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import now
from linli.codes import qr
from linli.desk import texting, words
from linli.desk.frame import page
from linli.desk.venue_screens import file_of, venue_of
from linli.loops.engine import Refused
from linli.matters.venues import links
from linli.matters.venues.links import Owner
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import of
from linli.registry.models import Community, Venue
from linli.roster.permissions import actor, may, requires

FRESH_LINK = "fresh_shop_link"
"""Session slot in which a new link waits to be shown once: [id of the venue or application, token]."""


@requires("venue.link")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def venue_link(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """The link of a venue of the register, with a code or without."""
    return _link(request, venue_of(request, venue_id))


@requires("venue.link")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def file_link(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The link of an application that names no venue yet: for a shop that lost the one it got with its answer."""
    file = file_of(request, file_id)
    return redirect("desk-venue-link", file.venue_id) if file.venue_id else _link(request, file)


def _link(request: HttpRequest, owner: Owner) -> HttpResponse:
    if request.method == "POST":
        _change(request, owner)
        return redirect(request.path)
    at = now()
    kept = request.session.pop(FRESH_LINK, None) or ["", ""]
    token = kept[1] if kept[0] == str(owner.pk) else ""
    current = links.live(owner).first()
    context = {
        **_about(owner),
        **texting.offered(request, "venue.text", owner.community_id),
        "may_see": may(request, "venue.see"),
        "fresh": _fresh(token, owner.community) if token else None,
        "live": {"made": words.moment(current.made_at, at), "by": current.made_by} if current else None,
    }
    return page(request, "desk/venue_link.html", context, here="venues", at=at)


def _about(owner: Owner) -> dict[str, Any]:
    """What it is called; whether it is a venue of the register, and else whether its application is closed."""
    if isinstance(owner, Venue):
        return {"venue": owner, "name": owner.name, "closed": False}
    return {"file": owner, "name": of(owner).name, "closed": owner.case.closed_at is not None}


def _fresh(token: str, community: Community) -> dict[str, str]:
    """A new link in the three forms in which it reaches the shop."""
    url = links.url(token)
    return {"url": url, "qr": qr.data_address(url), "message": links.message(token, community)}


def _change(request: HttpRequest, owner: Venue | VenueFile) -> None:
    """Give out a new link (the earlier one dies), or take it back."""
    if request.POST.get("do") == "revoke":
        links.revoke(owner, at=now())
        messages.success(request, _("链接已停用"))
        return
    try:
        token = links.issue(owner, actor=actor(request), at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        request.session[FRESH_LINK] = [str(owner.pk), token]


@requires("venue.text")
@require_POST
@never_cache
def text_link(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """A new link goes to the shop's number in the register. What a stranger typed into an application is texted nothing."""
    venue = venue_of(request, venue_id)

    def words_() -> str:
        token = links.issue(venue, actor=actor(request), at=now())
        request.session[FRESH_LINK] = [str(venue.pk), token]
        return links.message(token, venue.community)

    texting.send(request, venue, words_, purpose="shop_link")
    return redirect("desk-venue-link", venue.pk)
