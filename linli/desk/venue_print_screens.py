"""Papers of venues: one poster, all of them in one file, sheets for whoever comes without a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.base.clock import local, now
from linli.codes.hand_register import MOST_PAGES
from linli.codes.issuing import live
from linli.codes.models import Code, Kind
from linli.codes.poster import MOST, Size
from linli.desk.venue_screens import open_file, venue_of
from linli.matters.venues import listing, paper
from linli.matters.venues.models import VenueFile
from linli.registry.models import Community
from linli.roster.permissions import community_of, requires, scopes_now


def _size(request: HttpRequest) -> Size:
    return paper.size_of(request.GET.get("size", ""))


def _file(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _printed(request: HttpRequest, ready: Sequence[tuple[VenueFile, Code]], name: str) -> HttpResponse:
    community = get_object_or_404(Community, pk=community_of(request))
    return _file(paper.posters(ready, _size(request), community=community, at=now()), name)


@requires("venue.print")
@require_safe
@never_cache
def posters(request: HttpRequest) -> HttpResponse:
    """The posters of everyone whose code lives, in the order somebody walks; `show=post` leaves out those that hang."""
    ready = listing.with_poster(community_of(request), scopes_now(request))
    if request.GET.get("show") == listing.POST:
        ready = [(file, code) for file, code in ready if listing.OF_STATE[file.case.state] == listing.POST]
    if not ready:
        raise Http404
    return _printed(request, ready[:MOST], f"posters-{_size(request)}")


@requires("venue.print")
@require_safe
@never_cache
def poster(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """The poster of one venue. Its name says the code and no more."""
    venue = venue_of(request, venue_id)
    file, code = open_file(venue), live(Kind.VENUE, venue.pk, community_id=venue.community_id)
    if file is None or code is None:
        raise Http404
    return _printed(request, [(file, code)], f"{code.short_code}-{_size(request)}")


@requires("venue.print")
@require_safe
@never_cache
def sheets(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """Numbered pages of the hand register for a day: `day`, `pages`, `first`; today and one page where nothing is said."""
    at, venue = now(), venue_of(request, venue_id)
    file = open_file(venue)
    if file is None:
        raise Http404
    body = paper.register_pdf(
        file,
        live(Kind.VENUE, venue.pk, community_id=venue.community_id),
        community=venue.community,
        day=_day(request.GET.get("day", ""), local(at).date()),
        pages=_number(request.GET.get("pages", ""), MOST_PAGES),
        first_page=_number(request.GET.get("first", ""), 999),
        at=at,
    )
    return _file(body, "register")


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return today


def _number(said: str, most: int) -> int:
    return min(max(int(said), 1), most) if said.isascii() and said.isdigit() and len(said) < 6 else 1
