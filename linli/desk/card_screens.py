"""Cards for residents without a phone: printed for one, or for everybody behind a door; a lost one is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.base.clock import now
from linli.codes import issuing
from linli.codes.address import card_url
from linli.codes.models import Code, Kind
from linli.codes.paper import CardFields, resident_cards
from linli.codes.token import grouped
from linli.desk.people_screens import dwelling_seen, person_seen
from linli.registry.models import Community, Person
from linli.roster.permissions import requires

AGAIN = timedelta(minutes=1)
"""A second press of "lost" within it prints the card that the first one made."""
HAVE_NONE = (Person.LEFT, Person.DECEASED)


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
    """The cards of everybody who lives there, on one sheet."""
    home = dwelling_seen(request, dwelling_id)
    living = Person.objects.filter(household__dwelling=home, community_id=home.community_id)
    living = living.select_related("community").order_by("id")
    return _printed(request, list(living), back=redirect("desk-dwelling", home.pk), at=now())


def _printed(
    request: HttpRequest, people: Sequence[Person], *, back: HttpResponse, at: datetime
) -> HttpResponse:
    """A file whose name says nobody's; or `back` with a sentence where nobody is to have a card."""
    ready = [_fields(who, at) for who in people if who.standing not in HAVE_NONE]
    if not ready:
        messages.error(request, _("没有要发卡的人"))
        return back
    answer = HttpResponse(resident_cards(ready, at=at), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="cards.pdf"'
    return answer


def _fields(who: Person, at: datetime) -> CardFields:
    code: Code = issuing.issue(Kind.PERSON, who.pk, community_id=who.community_id, at=at)
    community: Community = who.community
    return CardFields(
        community=community.name,
        phone=community.phone,
        name=who.masked_name,
        url=card_url(code.token),
        short_code=grouped(code.short_code),
        issued_at=code.issued_at,
    )
