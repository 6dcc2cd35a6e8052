"""An application at the desk: what the shop told, which venue of the register it may be, and the one button that says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.frame import page
from linli.desk.venue_screens import about, file_of, venue_of
from linli.loops.engine import Refused
from linli.loops.spec import Fact
from linli.matters.venues import applying
from linli.matters.venues.facts import told
from linli.matters.venues.likeness import SAME, Alike, alike, others
from linli.matters.venues.models import VenueFile
from linli.registry.models import Venue
from linli.registry.subjects import id_of
from linli.roster.permissions import actor, requires, scopes_now


@requires("venue.see")
@require_safe
def application(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """An application that names no venue yet, beside what the register and earlier applications have of the same shop."""
    at, file = now(), file_of(request, file_id)
    if file.venue_id:
        return redirect("desk-venue", file.venue_id)
    open_ = file.case.closed_at is None
    context = {
        "name": file.name,
        "alike": [_venue(request, one) for one in alike(file)] if open_ and not file.meant else [],
        "siblings": [_other(one) for one in others(file)],
        **about(request, file, at),
        "facts": [Fact(_("场所"), file.name), *told(file)],
    }
    return page(request, "desk/venue_application.html", context, here="venues", at=at)


def _venue(request: HttpRequest, one: Alike) -> dict[str, Any]:
    """With its page and button where it lies under the caller's places; elsewhere it is a hint."""
    mine = any(covers(scope, one.venue.path) for scope in scopes_now(request))
    return {"venue": one.venue, "by": words.listed(_(SAME[key]) for key in one.by), "mine": mine}


def _other(file: VenueFile) -> dict[str, Any]:
    return {"file": file, "state": _(file.case.standing.title), "made": words.moment(file.made_at, now())}


@requires("venue.manage")
@require_POST
def take_for(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """It is this venue (`venue`), or none of them after all."""
    file, said = file_of(request, file_id), request.POST.get("venue", "")
    venue = _said(request, said) if said else None
    try:
        applying.take_for(file.pk, venue, community_id=file.community_id, actor=actor(request), at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("desk-venue-file", file.pk)


def _said(request: HttpRequest, text: str) -> Venue:
    """The venue of a button, under the caller's places. Raises Http404."""
    venue_id = id_of(text)
    if venue_id is None:
        raise Http404
    return venue_of(request, venue_id)
