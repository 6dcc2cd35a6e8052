"""Shopping rounds: pick what is waiting, preview what to buy altogether, make it, note what was bought, carry it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.base.scope import covers
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops import engine
from linli.loops.engine import Refused
from linli.matters.supplies import facts, rounds
from linli.matters.supplies.forms import worded
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import Round, SupplyOrder
from linli.matters.supplies.money import Account, accounts, yuan
from linli.matters.supplies.rounds import Item
from linli.roster.permissions import actor, community_of, duties_now, requires, scopes_now


class RoundForm(forms.Form):
    """Where to, who goes, and which orders. `intent` makes the same form sent twice one round."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    shop = forms.CharField(label=N_("去哪家店"), max_length=60)
    shopper = forms.CharField(label=N_("谁去买"), max_length=60)
    case = forms.TypedMultipleChoiceField(label=N_("哪些单"), coerce=UUID, widget=forms.MultipleHiddenInput)

    def __init__(
        self, data: Any = None, *, orders: Iterable[SupplyOrder], shopper: str = "", typed: Any = None
    ) -> None:
        begun = {"intent": f"round-{uuid7()}", "shopper": shopper}
        super().__init__(data, initial={k: typed.get(k, "") for k in (*begun, "shop")} if typed else begun)
        choices = [(str(o.case_id), o.code) for o in orders]
        self.fields["case"].choices = choices  # type: ignore[attr-defined]
        worded(self)
        self.fields["case"].error_messages |= {
            "required": _("请至少选一张单"),
            "invalid_choice": _("有的单已经有人去买了,请重新选"),
        }


@requires("supply.round")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Pick, preview, make. Whatever is picked stays picked between the three."""
    at = now()
    orders = rounds.waiting(community_of(request), scopes_now(request))
    picked = {str(v) for v in request.POST.getlist("case")}
    form = RoundForm(request.POST or None, orders=orders, shopper=actor(request).shown_name)
    if group := request.POST.get("pick"):  # one group more; nothing is asked yet
        picked |= {str(o.case_id) for o in orders if _group(o) == group}
        form = RoundForm(None, orders=orders, typed=request.POST)
    preview: list[Item] = []
    if form.is_bound and form.is_valid():
        if request.POST.get("do") == "make" and (made := _made(request, form, at)):
            return redirect("desk-round", made.pk)
        chosen = set(form.cleaned_data["case"])
        preview = rounds.shopping_list(o for o in orders if o.case_id in chosen)
    context = {
        "form": form,
        "groups": _groups(orders, picked, at),
        "preview": [_item(item) for item in preview],
        "count": len(picked),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/round_new.html", context, here="supplies", at=at, status=status)


def _made(request: HttpRequest, form: RoundForm, at: datetime) -> Round | None:
    said = form.cleaned_data
    try:
        return rounds.make(
            said["case"],
            community_id=community_of(request),
            shop=said["shop"],
            shopper_name=said["shopper"],
            actor=actor(request),
            at=at,
            intent=said["intent"],
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None


def _groups(orders: list[SupplyOrder], picked: set[str], at: datetime) -> list[dict[str, Any]]:
    """Waiting orders by shop and building, as `rounds.waiting` sorts them."""
    return [
        {
            "key": key,
            "shop": group[0].shop or _("哪家都行"),
            "building": facts.building(group[0]) or _("住址不详"),
            "rows": [_pickable(order, picked, at) for order in group],
        }
        for key, rows in groupby(orders, key=_group)
        for group in [list(rows)]
    ]


def _group(order: SupplyOrder) -> str:
    return f"{order.shop}|{facts.building(order)}"


def _pickable(order: SupplyOrder, picked: set[str], at: datetime) -> dict[str, Any]:
    return {
        "id": str(order.case_id),
        "code": order.code,
        "shape": "stop" if order.is_urgent else "waiting",
        "state": _(order.case.standing.title),
        "promise": words.promise(order.case.due_at, None, at),
        "lines": words.listed(f"{line.name} {line.amount}" for line in order.lines.all()),
        "picked": str(order.case_id) in picked,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "amount": f"{item.quantity}{item.unit}",
        "parts": words.listed(
            f"{order.code} {line.open}{line.unit}" + ("" if line.substitute else f"({_('不要换')})")
            for order, line in item.parts
        ),
    }


@requires("supply.round")
@require_safe
@never_cache
def round_page(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The list to the shop, what was bought, and the walk to the doors; prints as two sheets."""
    return _round_page(request, _round(request, round_id), {})


def _round(request: HttpRequest, round_id: UUID) -> Round:
    return get_object_or_404(Round, pk=round_id, community_id=community_of(request))


def _seen(request: HttpRequest, one: Round) -> list[SupplyOrder]:
    """The orders of a round under the caller's places. Raises Http404 when it has others only."""
    orders, scopes = rounds.of_round(one), scopes_now(request)
    mine = [o for o in orders if any(covers(scope, o.case.scope) for scope in scopes)]
    if orders and not mine:
        raise Http404
    return mine


def _round_page(request: HttpRequest, one: Round, typed: dict[str, Any], status: int = 200) -> HttpResponse:
    at, orders = now(), _seen(request, one)
    money = accounts([o.pk for o in orders], community_id=one.community_id)
    shopping = [o for o in orders if o.case.state == Supply.shopping.key]
    context = {
        "round": one,
        "made": words.moment(one.made_at, at),
        "items": [_item(item) for item in rounds.shopping_list(shopping)],
        "shopping": [_to_note(o, typed) for o in shopping],
        "walk": [_stop(o, money[o.pk]) for o in orders if o.case.state in rounds.CARRYING],
        "done": [
            {"code": o.code, "state": _(o.case.standing.title), "case_id": o.case_id}
            for o in orders
            if o.case.state not in (Supply.shopping.key, *rounds.CARRYING)
        ],
    }
    return page(request, "desk/round.html", context, here="supplies", at=at, status=status)


def _to_note(order: SupplyOrder, typed: dict[str, Any]) -> dict[str, Any]:
    """One order's rows to fill in; what was typed and refused stays."""
    said = typed if typed.get("case_id") == order.case_id else {}
    told: dict[int, tuple[str, str, str]] = said.get("rows", {})
    return {
        "id": order.case_id,
        "code": order.code,
        "intent": f"bought-{uuid7()}",
        "cap": yuan(order.cap_fen) if order.cap_fen is not None else "",
        "prescription": facts.prescription(order),
        "faults": said.get("faults", []),
        "lines": [
            {
                "position": line.position,
                "words": facts.asked_words(line),
                "substitute": line.substitute,
                **dict(
                    zip(
                        ("got", "price", "took"),
                        told.get(line.position, (str(line.open), "", "")),
                        strict=True,
                    )
                ),
            }
            for line in sorted(order.lines.all(), key=lambda one: one.position)
            if line.open
        ],
    }


def _stop(order: SupplyOrder, money: Account) -> dict[str, Any]:
    lines = sorted(order.lines.all(), key=lambda one: one.position)
    return {
        "case_id": order.case_id,
        "code": order.code,
        "door": facts.door(order),
        "note": order.door_note,
        "state": _(order.case.standing.title),
        "things": words.listed(
            f"{line.took or line.name} {line.got}{line.unit}" for line in lines if line.got
        ),
        "short": words.listed(f"{line.name} {line.short}{line.unit}" for line in lines if line.short),
        "collect": yuan(-money.owed) if order.pay == "at_door" and money.owed < 0 else "",
    }


@requires("supply.round")
@require_POST
def bought(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was brought for one order of a round, or that nothing of it was to be had; it then stays open with a promise."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    order = (
        SupplyOrder.objects.filter(community_id=case.community_id, case=case).select_related("round").first()
    )
    if case.loop != Supply.key or order is None or order.round is None:
        raise Http404
    lines = list(order.lines.order_by("position"))
    rows = {line.position: _row(request, line.position) for line in lines}
    try:
        _note(request, order, rounds.bought_text(lines, rows), order.round)
    except Refused as refused:
        typed = {"case_id": case.pk, "rows": rows, "faults": list(dict.fromkeys(refused.faults.values()))}
        return _round_page(request, order.round, typed, status=422)
    return redirect("desk-round", order.round.pk)


def _row(request: HttpRequest, position: int) -> tuple[str, str, str]:
    got, price, took = (
        request.POST.get(f"{key}-{position}", "").strip()[:80] for key in ("got", "price", "took")
    )
    return got, price, took


def _note(request: HttpRequest, order: SupplyOrder, text: str, one: Round) -> None:
    intent = request.POST.get("intent", "")[:60] or f"bought-{uuid7()}"
    advance = partial(engine.advance, order.case_id, actor=actor(request), at=now(), intent=intent)
    if not text:
        reason = request.POST.get("reason", "").strip() or _("店里没有")
        advance(Supply.run_out.key, given={"reason": reason})
        messages.warning(request, _("%(code)s 没买成,仍开着,请再想办法") % {"code": order.code})
        return
    given: dict[str, Any] = {"giver": one.shop, "taker": one.shopper_name, "bought": text}
    if request.POST.get("over_cap"):
        given["over_cap"] = True
    if receipt := request.POST.get("receipt", "").strip()[:80]:
        given["receipt"] = receipt
    advance(Supply.buy.key, given=given)
    messages.success(request, _("%(code)s 已买到") % {"code": order.code})
