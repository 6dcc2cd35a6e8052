"""One visit at the gate: who, where to, the pass to show; in or out in one tap; whom to telephone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.codes import qr
from linli.codes.token import grouped
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.visitors import facts, listing, passes, people
from linli.matters.visitors.loop import VisitPass
from linli.notify import residents
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, duties_now, may, requires


def visit_of(request: HttpRequest, case_id: UUID) -> Case:
    """A visit the caller may see. Raises Http404."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != VisitPass.key:
        raise Http404
    return case


@requires("visitor.see")
@require_http_methods(["GET", "HEAD"])
@never_cache
def visitor(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One visit: who, where to, the pass as QR and characters to show or to print, in or out."""
    return card(request, visit_of(request, case_id), now())


def card(
    request: HttpRequest, case: Case, at: datetime, *, code: str = "", says: str = "", status: int = 200
) -> HttpResponse:
    """The page of one visit; `code` is what was scanned for it, `says` why the gate stays closed."""
    live, shape = passes.code_of(case), "pass"
    if listing.is_over(case, at):
        shape = "overdue"
    elif case.state != VisitPass.inside.key:
        shape = "waiting" if not case.closed_at else "stop"
    context = {
        "case": case,
        "state": _(case.standing.title),
        "shape": shape,
        "promise": gate_promise(case, at),
        "facts": _facts(request, case),
        "window": passes.window_words(case),
        "pass": _pass(case, at) if live and case.state == VisitPass.ready.key else None,
        "code": code,
        "says": says,
        "intent": f"gate-{uuid7()}",
        "can": _can(request, case),
        "may_text": _may_text(request, case),
    }
    return page(request, "desk/visitor.html", context, here="visitors", at=at, status=status)


def gate_promise(case: Case, at: datetime) -> dict[str, str]:
    """What the gate counts: until when a pass is good and a visitor may stay; what the clock waits for is later."""
    timed = case.state in (VisitPass.ready.key, VisitPass.inside.key)
    return words.promise(passes.window(case)[1] if timed else case.due_at, case.closed_at, at)


def _facts(request: HttpRequest, case: Case) -> list[Fact]:
    """What is known, but for this page itself; a resident's page is a link for whoever may open it."""
    found = [fact for fact in facts.facts(case) if not fact.url.endswith(f"/{case.pk}/")]
    if may(request, "person.see"):
        return found
    return [replace(fact, url="") if "/desk/people/" in fact.url else fact for fact in found]


def _pass(case: Case, at: datetime) -> dict[str, str]:
    code = passes.code_of(case)
    assert code
    name = Community.objects.get(pk=case.community_id).name
    url = passes.url(code)
    return {
        "qr": qr.data_address(url),
        "short": grouped(code.short_code),
        "message": passes.message(case, code, name),
    }


def _can(request: HttpRequest, case: Case) -> str:
    """The one act of the gate: in, out, or to hear the host; "" for whoever may not, or when it is over."""
    acts = {"ready": "enter", "inside": "leave", "asked": "agree", "told": "take_down"}
    is_call = case.state == VisitPass.told.key
    return acts.get(case.state, "") if may(request, "visitor.ask" if is_call else "visitor.gate") else ""


def _may_text(request: HttpRequest, case: Case) -> bool:
    asks = case.state in (VisitPass.asked.key, VisitPass.ready.key)
    return asks and may(request, "visitor.text") and residents.channel_for(case.community_id) is not None


@requires("visitor.gate")
@require_POST
@never_cache
def enter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """In: with the code that was scanned, or that is typed here. The second gate reads when and that they are in."""
    at, case = now(), visit_of(request, case_id)
    code = request.POST.get("code", "").strip()[:200]
    try:
        engine.advance(
            case.pk,
            VisitPass.enter.key,
            actor=actor(request),
            given={"code": code} if code else {},
            at=at,
            intent=request.POST.get("intent", "")[:60] or f"gate-{uuid7()}",
        )
    except Refused as refused:
        case.refresh_from_db()
        return card(request, case, at, says=_why(case, refused), status=422)
    messages.success(request, _("已放行:%(title)s") % {"title": case.title})
    return redirect("desk-visitors")


def _why(case: Case, refused: Refused) -> str:
    """What the gate reads; somebody who is in already is in since when."""
    if came := case.anchors.get("in_at"):
        since = f"{local(datetime.fromisoformat(came)):%H:%M}"
        return _("这张通行证在 %(at)s 已经进过门。人若还在门外,请打电话问户主") % {"at": since}
    return refused.faults.get("code") or refused.sentence


@requires("visitor.gate")
@require_POST
@never_cache
def leave(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Out, by one tap; again is harmless."""
    case = visit_of(request, case_id)
    try:
        engine.advance(
            case.pk,
            VisitPass.leave.key,
            actor=actor(request),
            given={},
            at=now(),
            intent=f"out:{case.pk}:{actor(request).pk}",
        )
        messages.success(request, _("已离开:%(title)s") % {"title": case.title})
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("desk-visitors")


@requires("visitor.number")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def number(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The numbers of visitor and host, in clear once; each look is logged with the reader's name."""
    at, case = now(), visit_of(request, case_id)
    looked = request.method == "POST" and not case.closed_at
    shown = people.reveal(case, reader=actor(request), at=at) if looked else {}
    context = {
        "case": case,
        "about": facts.about(case),
        "shown": [(_("户主"), shown["host"]), (_("来的人"), shown["visitor"])] if looked else [],
        "looked": looked,
        "promise": words.promise(case.due_at, case.closed_at, at),
    }
    return page(request, "desk/visitor_number.html", context, here="visitors", at=at)


def community_here(request: HttpRequest) -> Community:
    """The caller's own."""
    return get_object_or_404(Community, pk=community_of(request))
