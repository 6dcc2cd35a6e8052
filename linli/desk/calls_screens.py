"""The telephone: one page that takes a call down by keyboard alone, and the list of those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk import today, words
from linli.desk.call_record import Seat, seat_of, taken
from linli.desk.call_search import known, who
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.models import Case
from linli.matters.hotline import cards, lists, numbers
from linli.matters.hotline.facts import about
from linli.matters.hotline.forms import CARD, JOIN, SAVE, CallForm
from linli.matters.hotline.loop import Call
from linli.roster.permissions import actor, duties_now, requires

NAMES = {lists.OPEN: N_("待办来电"), lists.MINE: N_("我手上"), lists.TODAY: N_("今天全部")}


@requires("call.take")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """The empty record and the list; what is typed comes by POST, so that no name and no number stands in an address."""
    seat = seat_of(request)
    if request.method != "POST":
        return _page(seat, CallForm(pack=seat.pack, at=seat.at))
    if (target := request.headers.get("HX-Target")) in ("who", "known"):
        return render(request, f"desk/call_{target}.html", _who(seat))
    by = next((button for button in (JOIN, CARD) if request.POST.get(button)), SAVE)
    form = CallForm(request.POST, pack=seat.pack, at=seat.at, by=by)
    if "find" in request.POST:
        return _page(seat, form, looking=True)
    case = taken(seat, form)
    if case is None:
        return _page(seat, form)
    messages.success(request, _says(case, by))
    return redirect("desk-calls")


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
