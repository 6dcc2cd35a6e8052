"""A shopping round on its way: the list to the shop, what was bought, and the walk to the doors."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.base.scope import covers
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops import engine
from linli.loops.engine import Refused
from linli.matters.supplies import facts, rounds
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyOrder
from linli.matters.supplies.money import Account, accounts, yuan
from linli.matters.supplies.rounds import Item
from linli.roster.permissions import actor, community_of, duties_now, requires, scopes_now


def item_of(item: Item) -> dict[str, Any]:
    """One thing to buy, and for whom how much of it."""
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


def _round(request: HttpRequest, round_id: UUID) -> ShoppingRound:
    return get_object_or_404(ShoppingRound, pk=round_id, community_id=community_of(request))


def _seen(request: HttpRequest, one: ShoppingRound) -> list[SupplyOrder]:
    """The orders of a round under the caller's places. Raises Http404 when it has others only."""
    orders, scopes = rounds.of_round(one), scopes_now(request)
    mine = [o for o in orders if any(covers(scope, o.case.scope) for scope in scopes)]
    if orders and not mine:
        raise Http404
    return mine


def _round_page(
    request: HttpRequest, one: ShoppingRound, typed: dict[str, Any], status: int = 200
) -> HttpResponse:
    at, orders = now(), _seen(request, one)
    money = accounts([o.pk for o in orders], community_id=one.community_id)
    shopping = [o for o in orders if o.case.state == Supply.shopping.key]
    context = {
        "round": one,
        "made": words.moment(one.made_at, at),
        "items": [item_of(item) for item in rounds.shopping_list(shopping)],
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


def _note(request: HttpRequest, order: SupplyOrder, text: str, one: ShoppingRound) -> None:
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
