"""Behind a door, by the same personal link: the 告知书 is read and signed, and going to a hospital is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.door.health_screens import KNOCKS
from linli.door.open_door import may_knock, page, purpose
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.isolation import asking, five_in_one, links, outing_facts, papers, phases, receipts
from linli.matters.isolation.models import HealthLink
from linli.matters.isolation.observing import PAGE
from linli.matters.isolation.outing_forms import AskForm
from linli.matters.isolation.paper_forms import ReceiptForm
from linli.roster.permissions import requires


@requires("door.notice")
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token_text: str) -> HttpResponse:
    """Period, rules and whom to call; signed by finger, or by a tick where no script runs."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), links.opened(token_text)
    if link is None:
        return _closed(request)
    form = ReceiptForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            receipts.sign(
                link.case_id,
                community_id=link.community_id,
                how=receipts.PAGE,
                drawing=form.cleaned_data["drawing"],
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("door-notice", token_text=token_text)
    context = _notice(link, at) | {"form": form, "token_text": token_text}
    return _shown(request, "door/notice.html", context, link, form)


def _closed(request: HttpRequest) -> HttpResponse:
    return page(request, "door/health_closed.html", {}, community=None, status=404)


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], link: HealthLink, form: Any
) -> HttpResponse:
    return page(request, template, context, community=link.community, status=422 if form.errors else 200)


def _notice(link: HealthLink, at: datetime) -> dict[str, Any]:
    case, pack = link.case, pack_for(link.community_id, at)
    signed = receipts.receipt_of(case)
    ends = "isolation_ends" if case.anchors["isolation_days"] else "monitor_ends"
    return {
        "first": _day(case, "day_zero"),
        "last": _day(case, ends),
        "rules": papers.rules_of(case, pack),
        "helpers": five_in_one.named(case),
        "signed": f"{local(signed.signed_at):%Y-%m-%d %H:%M}" if signed else "",
        "purpose": purpose(link.community, at),
    }


def _day(case: Case, anchor: str) -> str:
    return date_format(local(datetime.fromisoformat(case.anchors[anchor])), "DATE_FORMAT")


@requires("door.outing")
@require_http_methods(["GET", "HEAD", "POST"])
def outing(request: HttpRequest, token_text: str) -> HttpResponse:
    """Ask, and read the answer: agreed with hospital, way and hours, or not, with the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), links.opened(token_text)
    if link is None:
        return _closed(request)
    form = AskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            asking.ask(
                link.case_id,
                said["need"],
                community_id=link.community_id,
                channel=PAGE,
                at=at,
                intent=f"{link.case_id}:{said['intent']}",
            )
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            return redirect("door-outing", token_text=token_text)
    context = _outing(link, at) | {"form": form, "token_text": token_text}
    return _shown(request, "door/outing.html", context, link, form)


SHAPES = {"asked": "waiting", "approved": "pass", "out": "limit", "refused": "stop"}


def _outing(link: HealthLink, at: datetime) -> dict[str, Any]:
    last = asking.latest(link.case)
    return {
        "last": last,
        "shape": SHAPES.get(last.case.state, "pass") if last else "",
        "way": outing_facts.way(last.case) if last else [],
        "may_ask": bool(phases.phase_of(link.case)) and not (last and last.case.closed_at is None),
        "purpose": purpose(link.community, at),
    }
