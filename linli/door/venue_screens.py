"""A shop asks for its code at the door of the community: one page, plain HTML, no sign-in; the answer is its own link."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.limits import Limit
from linli.door.open_door import may_knock, page, purpose
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.venues import applying, links
from linli.matters.venues.forms import ApplyForm
from linli.matters.venues.links import Shop
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import of
from linli.registry.models import Community
from linli.roster.permissions import requires

ASKED = Limit(10, seconds=600)
"""Applications from one address: a market hall behind one router sends some."""
KNOCKS = Limit(60, seconds=60)
"""Looks and entries from one address: a busy counter gets in, a guesser of 128 bits nowhere."""


@requires("door.venue_apply")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """The application. The same form sent twice is one, and leads to the same link."""
    community, at = get_object_or_404(Community, slug=slug), now()
    form = ApplyForm(request.POST or None, pack=pack_for(community.id, at))
    if form.is_bound:
        if stopped := may_knock(request, ASKED):
            return stopped
        if form.is_valid():
            intent = f"door-{form.cleaned_data['intent']}"
            file = applying.apply(form.told(), community=community, intent=intent, at=at)
            return redirect("door-shop", links.first(file, at=at))
    context = {"form": form, "purpose": purpose(community, at)}
    return page(
        request, "door/shop_apply.html", context, community=community, status=422 if form.errors else 200
    )


def shop_of(request: HttpRequest, token_text: str) -> Shop | HttpResponse:
    """The shop of a link, or the answer instead. One that opens nothing is answered the same way, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    mine = links.opened(token_text)
    if mine is None:
        return page(request, "door/shop_closed.html", {}, community=None, status=404)
    return mine


@requires("door.venue")
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, token_text: str) -> HttpResponse:
    """What was sent back, to be put right."""
    mine, at = shop_of(request, token_text), now()
    if isinstance(mine, HttpResponse):
        return mine
    file = mine.file
    if file is None or file.case.state != VenueCode.sent_back.key:
        return redirect("door-shop", token_text)
    form = ApplyForm(request.POST or None, pack=pack_for(file.community_id, at), known=of(file))
    if form.is_bound and form.is_valid() and _amended(form, file, at):
        return redirect("door-shop", token_text)
    context = {"form": form, "token_text": token_text, "purpose": purpose(mine.community, at)}
    status = 422 if form.errors else 200
    return page(request, "door/shop_apply.html", context, community=mine.community, status=status)


def _amended(form: ApplyForm, file: VenueFile, at: datetime) -> bool:
    try:
        applying.amend(
            file.pk,
            form.told(),
            community_id=file.community_id,
            intent=f"amend-{file.pk.hex}-{form.cleaned_data['intent']}"[:100],
            at=at,
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    return True
