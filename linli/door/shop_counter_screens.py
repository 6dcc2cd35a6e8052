"""At the counter of a shop: entries for whoever has no phone, by hand and by the printed card that the checker scans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.base.limits import Limit
from linli.codes.models import Code
from linli.door.open_door import may_knock, page
from linli.door.shop_screens import purpose_of, ready
from linli.loops.engine import Refused
from linli.matters.venues import visits
from linli.matters.venues.forms import Register, RowForm, opened_at, sent_intent
from linli.roster.permissions import requires

CARDS = Limit(30, seconds=60)
"""Cards typed or scanned from one address: a queue at the door gets in; eight characters are 31 bits, a guesser nowhere."""
ROWS = 5
"""Visitors on one screen of a phone."""


@requires("door.venue")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, token_text: str) -> HttpResponse:
    """Several visitors by hand: a number or none, how many. Good rows are kept, bad ones stay with what was typed."""
    found, at = ready(request, token_text), now()
    if isinstance(found, HttpResponse):
        return found
    mine, code = found
    intent = sent_intent(request.POST.get("intent", ""))
    rows = Register(RowForm, request.POST or None, rows=ROWS)
    good = list(rows.good())
    if good:
        _register(
            request,
            code,
            [form.row(at, code.subject, intent, made_at=opened_at(intent, at)) for form in good],
            at,
        )
    if good and not rows.faults:
        return redirect("door-shop-register", token_text)
    context = {
        "token_text": token_text,
        "name": mine.name,
        "rows": rows.forms,
        "faults": rows.faults,
        "empty": rows.bound and not rows.written,
        "intent": intent,
        "purpose": purpose_of(mine, at),
    }
    status = 422 if rows.bound else 200
    return page(request, "door/shop_register.html", context, community=mine.community, status=status)


def _register(request: HttpRequest, code: Code, rows: list[visits.Row], at: datetime) -> None:
    visits.register(rows, venue_id=code.subject, community_id=code.community_id, by=None, at=at)
    says = ngettext("已登记 %(n)d 行", "已登记 %(n)d 行", len(rows))
    messages.success(request, says % {"n": len(rows)})
    _stop(request, [row.colour for row in rows])


def _stop(request: HttpRequest, colours: list[str]) -> None:
    """What whoever stands at the door must do now."""
    if any(colour in ("yellow", "red") for colour in colours):
        messages.error(request, _("有黄码或红码:请别让他进,请他留在原地,社区马上联系您"))


@requires("door.venue")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, token_text: str) -> HttpResponse:
    """A resident's printed card is scanned or typed by the checker (反扫), who reads the masked name and nothing else."""
    found, at = ready(request, token_text), now()
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST" and (stopped := may_knock(request, CARDS)):
        return stopped
    mine, code = found
    said, colour, fault = request.POST.get("card", "").strip()[:300], _colour(request), ""
    if request.method == "POST":
        fault = _checked(request, code, said, colour, at)
        if not fault:
            return redirect("door-shop-check", token_text)
    context: dict[str, Any] = {
        "token_text": token_text,
        "name": mine.name,
        "said": said,
        "colour": colour,
        "colours": [(key, _(word)) for key, word in visits.COLOURS],
        "fault": fault,
        "intent": uuid7(),
        "purpose": purpose_of(mine, at),
    }
    return page(
        request, "door/shop_check.html", context, community=mine.community, status=422 if fault else 200
    )


def _colour(request: HttpRequest) -> str:
    said = request.POST.get("colour", "")
    return said if said in dict(visits.COLOURS) else ""


def _checked(request: HttpRequest, code: Code, said: str, colour: str, at: datetime) -> str:
    """The fault, or nothing when the entry is kept."""
    if not said:
        return _("请扫卡上的码,或输入八位编码")
    try:
        whose = visits.card(
            said,
            colour=colour,
            intent=sent_intent(request.POST.get("intent", "")),
            venue_id=code.subject,
            community_id=code.community_id,
            at=at,
        )
    except Refused as refused:
        return refused.sentence
    says = _("已登记 1 人:%(name)s") % {"name": whose} if whose else _("已登记 1 人")
    messages.success(request, says)
    _stop(request, [colour])
    return ""
