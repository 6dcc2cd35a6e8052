"""The gate's lists: who should have left, whose host is silent, who is expected, who is inside; and a code looked up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.codes import issuing
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.desk.gate_screens import card, gate_promise
from linli.desk.today import drawn
from linli.loops.models import Case
from linli.matters.visitors import facts, listing, passes
from linli.matters.visitors.listing import Listed
from linli.matters.visitors.loop import VisitPass
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, duties_now, may, requires, scopes_now

NAMES = {
    listing.OVER: ("overdue", N_("该走没走")),
    listing.ASKED: ("limit", N_("等户主答复")),
    listing.EXPECTED: ("waiting", N_("要来的")),
    listing.INSIDE: ("pass", N_("在小区里")),
}
"""List → shape and word, in the order of the page."""


@requires("visitor.see")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def visitors(request: HttpRequest) -> HttpResponse:
    """The four lists. A code that was scanned or typed comes by POST and opens its visit: it stands in no address."""
    at = now()
    if request.method == "POST":
        return _by_code(request, request.POST.get("code", "").strip()[:200], at)
    return _lists(request, at)


def _lists(request: HttpRequest, at: datetime, *, says: str = "", status: int = 200) -> HttpResponse:
    found = listing.listed(community_of(request), scopes_now(request), at)
    rows = _rows(request, [one for key in NAMES for one in found[key][: listing.SHOWN]], at)
    context = {
        "figures": [_figure(key, len(found[key])) for key in NAMES],
        "lists": [
            {
                "key": key,
                "word": _(NAMES[key][1]),
                "rows": [row for row in rows if row["list"] == key],
                "more": max(len(found[key]) - listing.SHOWN, 0),
            }
            for key in NAMES
            if found[key]
        ],
        "act": {"url": reverse("desk-visitor-find"), "word": _("登记来访"), "icon": "plus"}
        if may(request, "visitor.ask")
        else None,
        "may_scan": may(request, "visitor.gate"),
        "says": says,
        "here_url": request.path,
    }
    return page(request, "desk/visitors.html", context, here="visitors", at=at, status=status)


def _figure(key: str, n: int) -> dict[str, Any]:
    shape, word = NAMES[key]
    return {"n": n, "word": _(word), "shape": shape, "url": f"#l-{key}" if n else ""}


def _rows(request: HttpRequest, found: list[Listed], at: datetime) -> list[dict[str, Any]]:
    """As the worklist draws them; whoever is inside leaves by one tap."""
    rows = drawn([one.case for one in found], actor(request), duties_now(request), at=at)
    return [{**row, **_shown(one, row, at)} for one, row in zip(found, rows, strict=True)]


def _shown(one: Listed, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    tail = _("尾号 %(tail)s") % {"tail": one.who.tail} if one.who.tail else ""
    parts = (one.door, facts.heads(one.case), passes.window_words(one.case, at), tail, one.who.plate)
    own: dict[str, Any] = {
        "list": one.list,
        "status": None,  # the heading says it
        "promise": gate_promise(one.case, at),
        "url": reverse("desk-visitor", args=[one.case.pk]),
        "where": " · ".join(p for p in parts if p),
    }
    if row["verb"] and one.case.state == VisitPass.inside.key:
        own["verb"] = {
            **row["verb"],
            "url": reverse("desk-visitor-out", args=[one.case.pk]),
            "method": "post",
        }
    return own


def _by_code(request: HttpRequest, typed: str, at: datetime) -> HttpResponse:
    """The visit of a pass, with its one act; a dead pass says whom to call, never whose it is."""
    found = passes.find(typed)
    if found is None or not _is_mine(request, found.case):
        return _lists(request, at, says=_("没有这个码。请再扫一次,或请来访的人重新打开页面"), status=404)
    if found.case.closed_at or (
        found.case.state == VisitPass.ready.key and not issuing.is_alive(found.code, at)
    ):
        community = Community.objects.get(pk=found.case.community_id)
        says = _("这张通行证不能用了(过期、取消或已经离开)。不要放行,请打值班电话 %(phone)s")
        return _lists(request, at, says=says % {"phone": community.phone}, status=404)
    return card(request, found.case, at, code=typed)


def _is_mine(request: HttpRequest, case: Case) -> bool:
    try:
        case_seen_by(actor(request), case.pk, duties_now(request))
    except Http404:
        return False
    return True
