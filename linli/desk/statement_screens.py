"""The household's statement at the desk: what was asked, bought, paid and given back, and a payment noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.desk.supplies_screens import supply_of
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.matters.supplies import facts, settling
from linli.matters.supplies.forms import PaymentForm
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyOrder
from linli.matters.supplies.money import balance_words, yuan
from linli.matters.supplies.questions import WAY_WORDS
from linli.matters.supplies.rounds import CARRYING
from linli.registry.models import Community
from linli.roster.permissions import actor, requires


@requires("supply.settle")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def statement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The household's statement, to read and to print; money taken ahead or given back is noted here."""
    at, case = now(), supply_of(request, case_id)
    order = get_object_or_404(
        SupplyOrder.objects.select_related("case", *facts.HOMES), community_id=case.community_id, case=case
    )
    form = PaymentForm(request.POST or None)
    if form.is_bound and form.is_valid() and _paid(request, form, case, at):
        return redirect("desk-supply-statement", case.pk)
    told = settling.statement(order)
    context = {
        "case": case,
        "order": order,
        "pages": [_page(one, at) for one in told.pages],
        "total": _money(told.total),
        "balance": balance_words(told.total.owed),
        "form": form,
        "community": get_object_or_404(Community, pk=case.community_id),
        "may_pay": case.closed_at is None or case.state == Supply.carried.key,
        "again": f"{reverse('desk-supply-new', args=[order.person_id])}?again={case.pk}"
        if order.lines.filter(short__gt=0).exists()
        else "",
        "word": order.word if case.state in CARRYING else "",
        "printed": words.moment(at, at),
        "doors": _doors(case),
    }
    return page(
        request,
        "desk/supply_statement.html",
        context,
        here="supplies",
        at=at,
        status=422 if form.errors else 200,
    )


def _paid(request: HttpRequest, form: PaymentForm, case: Case, at: datetime) -> bool:
    said = form.cleaned_data
    try:
        made = settling.pay(
            case.pk,
            said["amount"] or 0,
            community_id=case.community_id,
            is_refund=said["do"] == "refund",
            way=said["way"],
            at=at,
            actor=actor(request),
            intent=said["intent"],
        )
    except Refused as refused:
        for key, sentence in refused.faults.items():
            form.add_error(key if key in form.fields else None, sentence)
        return False
    word = _("已记退款 %(yuan)s 元") if made.is_refund else _("已记收款 %(yuan)s 元")
    messages.success(request, word % {"yuan": yuan(made.fen)})
    return True


def _doors(case: Case) -> list[dict[str, str]]:
    """The steps that end the money's way, from where the case stands."""
    steps = (Supply.settle, Supply.refund, Supply.carry_over)
    return [
        {"word": _(s.title), "url": reverse("desk-step", args=[case.pk, s.key])}
        for s in steps
        if case.state in {o.key for o in s.origins}
    ]


def _money(account: Any) -> dict[str, str]:
    return {
        "spent": yuan(account.spent),
        "paid": yuan(account.paid),
        "refunded": yuan(account.refunded),
        "owed": balance_words(account.owed),
    }


def _page(one: settling.Page, at: datetime) -> dict[str, Any]:
    return {
        "code": one.order.code,
        "url": reverse("desk-case", args=[one.order.case_id]),
        "state": _(one.order.case.standing.title),
        "shape": "pass" if one.order.case.closed_at else "waiting",
        "lines": [
            {
                "name": line.name,
                "amount": line.amount,
                "became": facts.became_words(line),
                "price": yuan(line.price_fen) if line.got else "",
            }
            for line in one.lines
        ],
        "payments": [
            {
                "what": _("退款") if p.is_refund else _("收款"),
                "at": words.moment(p.at, at),
                "way": _(WAY_WORDS.get(p.way, p.way)),
                "by": p.by_name,
                "yuan": yuan(p.fen),
            }
            for p in one.payments
        ],
        "money": _money(one.account),
        "cap": yuan(one.order.cap_fen) if one.order.cap_fen is not None else "",
    }
