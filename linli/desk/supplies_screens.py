"""Requests at the desk: the four lists, a new one by keyboard, whose call it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.desk.today import drawn
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.supplies import asking, facts
from linli.matters.supplies import listing as lists
from linli.matters.supplies.forms import DeskForm
from linli.matters.supplies.listing import Listed
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine
from linli.matters.supplies.money import balance_words
from linli.registry import search, subjects
from linli.registry.models import Community, Person
from linli.roster.permissions import actor, community_of, duties_now, may, requires, scopes_now

NAMES = {
    lists.WAITING: ("waiting", N_("等着买")),
    lists.ROUND: ("limit", N_("采购中")),
    lists.DOOR: ("pass", N_("送货上门")),
    lists.SETTLE: ("overdue", N_("要结清")),
}
"""List → shape and word; the first that is not empty opens by itself."""


@requires("supply.see")
@require_safe
def supplies(request: HttpRequest) -> HttpResponse:
    """One list of the four. Eight queries and the shell's own, however many requests."""
    at, community_id, scopes = now(), community_of(request), scopes_now(request)
    counts = lists.counts(community_id, scopes)
    show = request.GET.get("show", "")
    if show not in NAMES:
        show = next((key for key, n in counts.items() if n), lists.WAITING)
    found = lists.listed(community_id, scopes, show)
    rows = drawn([one.case for one in found], actor(request), duties_now(request), at=at)
    context = {
        "figures": [_figure(key, counts[key], key == show) for key in NAMES],
        "heading": _(NAMES[show][1]),
        "rows": [{**row, "where": _where(one)} for row, one in zip(rows, found, strict=True)],
        "rounds": lists.open_rounds(community_id, scopes) if may(request, "supply.round") else [],
        "carried": _carried(request, scopes) if show == lists.SETTLE else [],
        "more": counts[show] - len(found),
        "act": {"url": reverse("desk-supply-find"), "word": _("登记代购")}
        if may(request, "supply.ask")
        else None,
        "acts": [{"url": reverse("desk-round-new"), "word": _("编一批去买")}]
        if may(request, "supply.round")
        else [],
        "here_url": f"{request.path}?show={show}",
    }
    return page(request, "desk/supplies.html", context, here="supplies", at=at)


def _figure(key: str, n: int, current: bool) -> dict[str, Any]:
    shape, word = NAMES[key]
    url = f"{reverse('desk-supplies')}?show={key}"
    return {"n": n, "word": _(word), "shape": shape, "url": url, "current": current}


def _carried(request: HttpRequest, scopes: Sequence[str]) -> list[dict[str, str]]:
    """Closed by the desk's decision with something owed: here until it is cleared."""
    if not may(request, "supply.settle"):
        return []
    return [
        {
            "url": reverse("desk-supply-statement", args=[one.case.pk]),
            "title": one.case.title,
            "balance": balance_words(one.account.owed),
        }
        for one in lists.carried(community_of(request), scopes)
    ]


def _where(one: Listed) -> str:
    if one.order is None:
        return _("清单还没记")
    parts = [
        _("急用药") if one.order.is_urgent else "",
        _("%(n)d 样") % {"n": one.things},
        one.order.round.code if one.order.round else "",
        facts.slot(one.order),
        facts.money_words(one.account),
    ]
    return " · ".join(part for part in parts if part)


@requires("supply.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Whose request it is: one box, masked hits. What is typed comes by POST, so that it stands in no address."""
    return _find(request, {})


def _find(request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
    typed = request.POST.get("q", "").strip()
    community = get_object_or_404(Community, pk=community_of(request))
    found = search.find(typed, community=community, scopes=scopes_now(request))
    context = {
        "typed": typed,
        "found": found,
        "search": {
            "url": request.path,
            "value": typed,
            "label": _("姓名、拼音、电话尾号、房号"),
            "post": True,
        },
        **extra,
    }
    return page(request, "desk/supply_find.html", context, here="supplies", at=now())


def _person(request: HttpRequest, person_id: str | UUID) -> Person:
    """A resident under a place of the caller's duty. Raises Http404."""
    try:
        key = UUID(str(person_id))
    except ValueError:
        raise Http404 from None
    who = get_object_or_404(
        Person.objects.select_related(*subjects.HOMES), pk=key, community_id=community_of(request)
    )
    if not any(covers(scope, who.path) for scope in scopes_now(request)):
        raise Http404
    return who


@requires("supply.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A request for somebody of the register: the list first, a thing a row, Enter at the end."""
    at, who = now(), _person(request, person_id)
    pack = pack_for(who.community_id, at)
    form = DeskForm(request.POST or None, pack=pack, at=at, lines=_again(request, who))
    if form.is_bound and form.is_valid():
        try:
            case = asking.ask(who, form.wish(), at=at, actor=actor(request))
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("已登记:%(title)s") % {"title": case.title})
            return redirect("desk-supplies")
    status = 422 if form.errors else 200
    context = {"who": who, "place": asking.place(who), "form": form}
    return page(request, "desk/supply_new.html", context, here="supplies", at=at, status=status)


def _again(request: HttpRequest, who: Person) -> str:
    """What was short of an earlier order of the same person, to be asked for once more; only its id is in the address."""
    try:
        case_id = UUID(request.GET.get("again", ""))
    except ValueError:
        return ""
    short = SupplyLine.objects.filter(
        community_id=who.community_id, order__case=case_id, order__person=who, short__gt=0
    )
    return "\n".join(f"{line.name} {line.short}{line.unit}" for line in short.order_by("position"))


def supply_of(request: HttpRequest, case_id: UUID) -> Case:
    """A request the caller may see. Raises Http404."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != Supply.key:
        raise Http404
    return case


@requires("supply.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def whose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A call came without a name that is known: choose the resident, then take the list down."""
    case = supply_of(request, case_id)
    if not (chosen := request.POST.get("person")):
        return _find(request, {"case": case})
    who = _person(request, chosen)
    intent = f"whose:{case.pk}:{who.pk}"
    try:
        asking.belongs_to(case.pk, who, at=now(), intent=intent, actor=actor(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("desk-case", case.pk)
    return redirect("desk-step", case.pk, Supply.list_lines.key)
