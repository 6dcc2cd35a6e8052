"""Cards for residents: of one, or of everybody behind a door; a lost one is replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.base.clock import now
from linli.codes import issuing
from linli.codes.cards.layout import CARD, LAYOUTS
from linli.codes.cards.residents import HOME, cards_of, printed
from linli.codes.models import Kind
from linli.desk.people_screens import dwelling_seen, person_seen
from linli.registry.models import Community, Person
from linli.roster.permissions import community_of, requires

AGAIN = timedelta(minutes=1)
"""A second press of "lost" within it prints the card that the first one made."""


@requires("person.card")
@require_POST
@never_cache
def card(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The card of one person; with `do` = lost another one, and the old one opens no door from now on."""
    at, who = now(), person_seen(request, person_id)
    if request.POST.get("do") == "lost":
        _replace(who, at)
    return _printed(request, [who], back=redirect("desk-person", who.pk), at=at)


def _replace(who: Person, at: datetime) -> None:
    own = issuing.live(Kind.PERSON, who.pk, community_id=who.community_id)
    if own and own.issued_at <= at - AGAIN:
        issuing.reissue(Kind.PERSON, who.pk, community_id=who.community_id, at=at)


@requires("person.card")
@require_POST
@never_cache
def cards(request: HttpRequest, dwelling_id: UUID) -> HttpResponse:
    """The cards of everybody who lives there."""
    home = dwelling_seen(request, dwelling_id)
    living = Person.objects.filter(household__dwelling=home, community_id=home.community_id)
    return _printed(request, living.select_related(*HOME), back=redirect("desk-dwelling", home.pk), at=now())


def _printed(
    request: HttpRequest,
    people: Iterable[Person],
    *,
    back: HttpResponse,
    at: datetime,
) -> HttpResponse:
    """A file whose name says nobody's; or `back` with a sentence where nobody is to have a card."""
    community = get_object_or_404(Community, pk=community_of(request))
    ready = cards_of(people, community=community, at=at)
    if not ready:
        messages.error(request, _("没有要发卡的人"))
        return back
    asked = request.POST.get("kind")
    layout = next((layout for key, layout in LAYOUTS.items() if key == asked), CARD)
    file = printed(ready, layout.kind, community=community, title="扫码卡", at=at, lists=False)
    answer = HttpResponse(file, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="cards.pdf"'
    return answer
