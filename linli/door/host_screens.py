"""A household's own page: who comes to us, yes or no to whoever stands at the gate, and somebody announced in advance."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.limits import Limit
from linli.codes.token import grouped
from linli.door.open_door import may_knock, page
from linli.door.pass_screens import purpose
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.visitors import announcing, facts, hosts, links, passes, people
from linli.matters.visitors.forms import VisitForm
from linli.matters.visitors.kinds import WORDS
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.models import HostLink
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks and answers from one address: a whole compound behind one router gets in, a guesser of 128 bits nowhere."""

SHAPES = {"asked": "limit", "ready": "pass", "inside": "waiting", "refused": "stop", "turned_away": "stop"}


@requires("door.host")
@require_http_methods(["GET", "HEAD", "POST"])
def host(request: HttpRequest, token_text: str) -> HttpResponse:
    """Answer first, announce below. A link that opens nothing is answered the same way, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at = now()
    link = links.opened(token_text, at=at)
    if link is None:
        return page(request, "door/host_closed.html", {}, community=None, status=404)
    if request.POST.get("visit"):
        return _answer(request, link, token_text, at)
    form = VisitForm(request.POST or None, pack=pack_for(link.community_id, at), at=at)
    if form.is_bound and form.is_valid():
        try:
            announcing.announce(link.person, form.told(), at=at, agreed=True)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已登记。把下面的通行证发给来的人"))
            return redirect("door-host", token_text=token_text)
    visits = _visits(link, at)
    context = {
        "waiting": [v for v in visits if v["asks"]],
        "visits": [v for v in visits if not v["asks"]],
        "form": form,
        "token_text": token_text,
        "purpose": purpose(link.community, at),
    }
    status = 422 if form.errors else 200
    return page(request, "door/host.html", context, community=link.community, status=status)


def _answer(request: HttpRequest, link: HostLink, token_text: str, at: datetime) -> HttpResponse:
    """Yes, no, or not coming after all."""
    try:
        case_id = UUID(request.POST["visit"])
    except ValueError:
        case_id = UUID(int=0)
    said = request.POST.get("do", "")
    try:
        hosts.answer(link, case_id, said, reason=request.POST.get("reason", ""), at=at)
        done = {"agree": _("已同意,门岗会放行"), "refuse": _("已告诉门岗:您不同意")}
        messages.success(request, done.get(said, _("已取消,通行证作废了")))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("door-host", token_text=token_text)


def _visits(link: HostLink, at: datetime) -> list[dict[str, Any]]:
    cases = hosts.visits(link, at=at)
    who = people.shown([case.pk for case in cases], community_id=link.community_id)
    return [_visit(case, who[case.pk].name, link) for case in cases]


def _visit(case: Case, name: str, link: HostLink) -> dict[str, Any]:
    code = passes.code_of(case) if case.state == VisitPass.ready.key else None
    return {
        "id": case.pk,
        "asks": case.state == VisitPass.asked.key,
        "can_call_off": case.state == VisitPass.ready.key,
        "state": _(case.standing.title),
        "shape": SHAPES.get(case.state, "waiting"),
        "name": name or _(WORDS[case.anchors["kind"]]),
        "about": facts.about(case),
        "window": passes.window_words(case),
        "word": case.anchors.get("word", "") if code else "",
        "url": passes.url(code) if code else "",
        "short": grouped(code.short_code) if code else "",
        "message": passes.message(case, code, link.community.name) if code else "",
    }
