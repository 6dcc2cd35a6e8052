"""Somebody behind a door asks for what they need, by the same personal link, and sees how far it has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.base.limits import Limit
from linli.door.open_door import may_knock, page, purpose
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.isolation import links
from linli.matters.supplies import asking, facts
from linli.matters.supplies.asking import PAGE
from linli.matters.supplies.forms import RequestForm
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyOrder
from linli.matters.supplies.money import Account, accounts
from linli.matters.supplies.rounds import CARRYING
from linli.registry import subjects
from linli.registry.models import Person
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks and requests from one address: a whole compound behind one router gets in, a guesser of 128 bits nowhere."""

SHOWN_CLOSED = timedelta(days=3)
"""How long a finished request is still shown."""

FIRST = ("lines", "substitute", "medicine", "prescription_at", "urgent", "pay")
"""What is asked at once; the rest is folded away."""

STATES = {
    "lines_wanted": N_("社区会打电话问您要买什么"),
    "asked": N_("已收到,等着去买"),
    "urgent": N_("急药,马上有人去买"),
    "shopping": N_("有人去买了"),
    "short": N_("这次没买成,社区在想办法"),
    "bought": N_("买到了,在装袋"),
    "packed": N_("装好了,马上送"),
    "at_door": N_("已放在您门口"),
    "to_settle": N_("已收到,钱还没清"),
    "refunding": N_("在给您退款"),
}
"""The same states in the words of whoever waits; closed ones keep their own title."""


@requires("door.supply")
@require_http_methods(["GET", "HEAD", "POST"])
def supplies(request: HttpRequest, token_text: str) -> HttpResponse:
    """A request and its status. A link that opens nothing is answered the same way, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), links.opened(token_text)
    who = subjects.person_of(link.case) if link else None
    if link is None or who is None:
        return page(request, "door/supplies_closed.html", {}, community=None, status=404)
    form = RequestForm(request.POST or None, pack=pack_for(link.community_id, at), at=at)
    if form.is_bound and form.is_valid():
        try:
            asking.ask(who, form.wish(PAGE), at=at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("door-supplies", token_text=token_text)
    context = {
        "orders": _orders(who, at),
        "form": form,
        "first": [form[key] for key in FIRST],
        "more": [form[key] for key in form.fields if key not in (*FIRST, "intent")],
        "token_text": token_text,
        "purpose": purpose(link.community, at),
    }
    status = 422 if form.errors else 200
    return page(request, "door/supplies.html", context, community=link.community, status=status)


def _orders(who: Person, at: datetime) -> list[dict[str, Any]]:
    """The person's own requests, open or just finished, the newest first."""
    rows = (
        SupplyOrder.objects.filter(
            Q(case__closed_at=None) | Q(case__closed_at__gt=at - SHOWN_CLOSED),
            community_id=who.community_id,
            person=who,
        )
        .select_related("case")
        .prefetch_related("lines")
        .order_by("-created_at")[:10]
    )
    orders = list(rows)
    money = accounts([o.pk for o in orders], community_id=who.community_id)
    return [_order(o, money[o.pk]) for o in orders]


def _order(order: SupplyOrder, money: Account) -> dict[str, Any]:
    state, closed = order.case.state, order.case.closed_at
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    return {
        "code": order.code,
        "state": _(STATES.get(state, order.case.standing.title)),
        "shape": "pass" if closed or state == Supply.at_door.key else "waiting",
        "word": order.word if state in CARRYING else "",
        "slot": facts.slot(order),
        "asked": f"{local(order.created_at):%H:%M}",
        "lines": [
            {"words": f"{line.name} {line.amount}", "became": facts.became_words(line)} for line in lines
        ],
        "money": facts.household_money(money),
    }
