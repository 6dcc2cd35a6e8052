"""A shopping round is made: pick what is waiting, preview what to buy altogether, make it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.frame import page
from linli.desk.rounds_screens import item_of
from linli.loops.engine import Refused
from linli.matters.supplies import facts, rounds
from linli.matters.supplies.forms import worded
from linli.matters.supplies.models import ShoppingRound, SupplyOrder
from linli.matters.supplies.rounds import Item
from linli.roster.permissions import actor, community_of, requires, scopes_now


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
        "preview": [item_of(item) for item in preview],
        "count": len(picked),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/round_new.html", context, here="supplies", at=at, status=status)


def _made(request: HttpRequest, form: RoundForm, at: datetime) -> ShoppingRound | None:
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
