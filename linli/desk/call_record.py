"""What was typed at the telephone becomes a call, or says what must be put right first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from linli.base.clock import now
from linli.base.scope import covers
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Step
from linli.matters.hotline import cards, taking
from linli.matters.hotline.forms import CARD, JOIN, CallForm
from linli.matters.hotline.loop import Call
from linli.registry.models import Community, Person
from linli.roster.duties import paths_for
from linli.roster.permissions import actor, community_of, duties_now


@dataclass(frozen=True)
class Seat:
    """Whose telephone it is: the caller of the page, the places they answer for, the pack of this moment."""

    request: HttpRequest
    community_id: UUID
    scopes: list[str]
    pack: Pack
    at: datetime


def seat_of(request: HttpRequest) -> Seat:
    """The caller at the telephone. Raises PermissionDenied for nobody's community."""
    held, at, community_id = duties_now(request), now(), community_of(request)
    paths = paths_for(held, "hotline")
    return Seat(request, community_id, sorted(paths, key=len), pack_for(community_id, at), at)


def taken(seat: Seat, form: CallForm) -> Case | None:
    """The call, written down or joined; None when something must be put right first."""
    if not form.is_valid():
        return None
    person = _person(seat, form.cleaned_data["person"])
    if form.cleaned_data["person"] and person is None:
        form.add_error(None, _("没有找到这个人,请再找一次"))
        return None
    try:
        return _write(seat, form, person)
    except Refused as refused:
        form.refuse(refused.faults)
        return None


def _write(seat: Seat, form: CallForm, person: Person | None) -> Case:
    community, me = get_object_or_404(Community, pk=seat.community_id), actor(seat.request)
    told = form.told(person=person, place=seat.scopes[0])
    if form.by == JOIN:
        earlier = _uuid(seat.request.POST[JOIN])
        return taking.join(earlier, told, community=community, at=seat.at, actor=me)
    step: Step | None
    step, given = form.step()
    if form.by == CARD:
        card = cards.card_of(seat.pack, seat.request.POST[CARD])
        told = form.told(person=person, place=seat.scopes[0], kind=card.about if card else "question")
        step, given = Call.answer, {"card": seat.request.POST[CARD]}
    return taking.take(told, community=community, at=seat.at, actor=me, step=step, given=given)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _person(seat: Seat, person_id: UUID | None) -> Person | None:
    """Somebody under the places this telephone answers for."""
    people = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    found = people.filter(pk=person_id, community_id=seat.community_id).first() if person_id else None
    return found if found and any(covers(scope, found.path) for scope in seat.scopes) else None
