"""The telephone: one page that takes a call down by keyboard alone, and the list of those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import today, words
from linli.desk.call_search import known, who
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Step
from linli.matters.hotline import cards, lists, numbers, taking
from linli.matters.hotline.facts import about
from linli.matters.hotline.forms import CARD, JOIN, SAVE, CallForm
from linli.matters.hotline.loop import Call
from linli.registry.models import Community, Person
from linli.roster.duties import standing_for
from linli.roster.permissions import actor, community_of, duties_now, requires

NAMES = {lists.OPEN: N_("待办来电"), lists.MINE: N_("我手上"), lists.TODAY: N_("今天全部")}


@dataclass(frozen=True)
class Seat:
    """Whose telephone it is: the caller of the page, the places they answer for, the pack of this moment."""

    request: HttpRequest
    community_id: UUID
    scopes: list[str]
    pack: Pack
    at: datetime


def _seat(request: HttpRequest) -> Seat:
    held, at, community_id = duties_now(request), now(), community_of(request)
    paths = {path for duty in standing_for("hotline") for path in held.get(duty, ())}
    return Seat(request, community_id, sorted(paths, key=len), pack_for(community_id, at), at)


@requires("call.take")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """The empty record and the list; what is typed comes by POST, so that no name and no number stands in an address."""
    seat = _seat(request)
    if request.method != "POST":
        return _page(seat, CallForm(pack=seat.pack, at=seat.at))
    if (target := request.headers.get("HX-Target")) in ("who", "known"):
        return render(request, f"desk/call_{target}.html", _who(seat))
    by = next((button for button in (JOIN, CARD) if request.POST.get(button)), SAVE)
    form = CallForm(request.POST, pack=seat.pack, at=seat.at, by=by)
    if "find" in request.POST:
        return _page(seat, form, looking=True)
    case = _taken(seat, form)
    if case is None:
        return _page(seat, form)
    messages.success(request, _says(case, by))
    return redirect("desk-calls")


def _taken(seat: Seat, form: CallForm) -> Case | None:
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


def _says(case: Case, by: str) -> str:
    facts = {"title": case.title, "about": about(case), "state": _(case.standing.title)}
    if by == JOIN:
        return _("已并入:%(title)s · %(about)s · %(state)s") % facts
    return _("已记下:%(title)s · %(about)s · %(state)s") % facts


def _who(seat: Seat) -> dict[str, Any]:
    said = seat.request.POST
    afresh = seat.request.headers.get("HX-Target") == "who"
    found = who(said, community_id=seat.community_id, scopes=seat.scopes, afresh=afresh)
    return {
        "who": found,
        "known": known(
            found,
            kind=said.get("kind", ""),
            community_id=seat.community_id,
            scopes=seat.scopes,
            pack=seat.pack,
            at=seat.at,
        ),
        "said": said,
    }


def _page(seat: Seat, form: CallForm, *, looking: bool = False) -> HttpResponse:
    """The whole page. `looking`: somebody without scripts asked who it is; nothing is judged yet."""
    request = seat.request
    show = request.GET.get("show", "")
    show = show if show in lists.LISTS else lists.OPEN
    if looking:
        form = _unjudged(form, seat)
    context = {
        "form": form,
        **(_who(seat) if request.method == "POST" else {"who": None, "known": None, "said": {}}),
        "cards": [(card, _(cards.GRADES[card.grade])) for card in cards.cards_of(seat.pack)],
        "figures": _figures(lists.figures(seat.community_id, seat.scopes, seat.at)),
        "picks": [
            {"url": f"{reverse('desk-calls')}?show={key}", "word": _(word), "current": key == show}
            for key, word in NAMES.items()
        ],
        "rows": _rows(seat, show),
        "here_url": f"{request.path}?show={show}",
    }
    status = 422 if form.errors else 200
    return page(request, "desk/calls.html", context, here="calls", at=seat.at, status=status)


def _unjudged(form: CallForm, seat: Seat) -> CallForm:
    """The same boxes as they were filled, without a word about what is missing."""
    fresh = CallForm(pack=seat.pack, at=seat.at)
    fresh.initial.update({name: form.data[name] for name in fresh.fields if form.data.get(name)})
    return fresh


def _figures(n: lists.Figures) -> list[dict[str, Any]]:
    return [
        {"n": n.today, "word": _("今天来电"), "shape": "pass"},
        {"n": n.waiting, "word": _("在等"), "shape": "waiting"},
        {"n": n.overdue, "word": _("超时"), "shape": "overdue"},
    ]


def _rows(seat: Seat, show: str) -> Iterable[dict[str, Any]]:
    """As the worklist draws them, with what each is about."""
    me = actor(seat.request)
    found = lists.rows(show, seat.community_id, seat.scopes, me=me.id, at=seat.at)
    drawn = today.drawn(found, me, duties_now(seat.request), at=seat.at)
    return [{**row, "where": about(case)} for case, row in zip(found, drawn, strict=True)]


@requires("call.number")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def number(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The numbers by which to call back, in clear once; each look is logged with the reader's name."""
    at, case = now(), case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != Call.key:
        raise Http404
    shown: tuple[str, ...] = ()
    if request.method == "POST" and not case.closed_at:
        shown = numbers.reveal(case, reader=actor(request), at=at)
    context = {
        "case": case,
        "about": about(case),
        "shown": shown,
        "looked": request.method == "POST",
        "promise": words.promise(case.due_at, case.closed_at, at),
    }
    return page(request, "desk/call_number.html", context, here="calls", at=at)
