"""The street sweep: which venue is short of its visits, when the next is due; the walks, to print and re-plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import local, now
from linli.desk import words
from linli.desk.frame import page
from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.patrols import board, facts, giving, rounds
from linli.matters.patrols.board import Standing, Walk
from linli.matters.patrols.loop import MISSED_WHY, Patrol
from linli.matters.patrols.models import PatrolPlan, PatrolVisit
from linli.paper import making
from linli.registry.models import Community
from linli.roster.models import User
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

LISTS = {
    board.SHORT: ("overdue", N_("差次数")),
    board.OPEN: ("limit", N_("有问题没改好")),
    board.ON_TIME: ("waiting", N_("还有要去的")),
    board.WHOLE: ("pass", N_("今天齐了")),
}
"""List → shape and word; the first that is not empty opens by itself."""

OUTCOMES = {
    PatrolVisit.CHECKED: ("pass", N_("已查")),
    PatrolVisit.SHUT: ("limit", N_("关门")),
    PatrolVisit.MISSED: ("stop", N_("没去成")),
}


@requires("patrol.see")
@require_safe
def patrols(request: HttpRequest) -> HttpResponse:
    """The board of today. Four queries and the shell's own, however many venues."""
    at, community_id = now(), community_of(request)
    day = local(at).date()
    found = board.standings(community_id, scopes_now(request), day, at)
    lists = [standing.list(at) for standing in found]
    show = request.GET.get("show", "")
    if show not in LISTS:
        show = next((key for key in LISTS if key in lists), board.ON_TIME)
    plan = PatrolPlan.objects.filter(community_id=community_id, day=day).first()
    late = [visit for standing in found for visit in standing.late(at)]
    context = {
        "figures": [_figure(key, lists.count(key), key == show) for key in LISTS],
        "heading": _(LISTS[show][1]),
        "rows": [_row(s, at) for s, key in zip(found, lists, strict=True) if key == show],
        "venues": len(found),
        "rounds": rounds.rounds_of(pack_for(community_id, at)),
        "walks": [_walk(walk, at) for walk in board.walks_of(found)],
        "plan": _plan_words(plan, at),
        "late": len(late) if may(request, "patrol.plan") and show == board.SHORT else 0,
        "reasons": [(key, _(word)) for key, word in MISSED_WHY],
        "may_plan": may(request, "patrol.plan"),
        "may_print": may(request, "sheet.make"),
        "here_url": f"{request.path}?show={show}",
    }
    return page(request, "desk/patrols.html", context, here="patrols", at=at)


def _figure(key: str, n: int, current: bool) -> dict[str, Any]:
    shape, word = LISTS[key]
    url = f"{reverse('desk-patrols')}?show={key}"
    return {"n": n, "word": _(word), "shape": shape, "url": url, "current": current}


def _row(standing: Standing, at: datetime) -> dict[str, Any]:
    shape, word = LISTS[standing.list(at)]
    ahead = standing.next(at)
    return {
        "url": reverse("desk-patrol-venue", args=[standing.venue.pk]),
        "name": standing.venue.name,
        "address": standing.venue.address,
        "shape": shape,
        "word": _(word),
        "seen": standing.seen,
        "owed": standing.owed,
        "promise": words.promise(ahead.closes_at, None, at) if ahead else None,
        "findings": standing.findings,
        "visits": [visit_mark(visit, at) for visit in standing.visits],
    }


def visit_mark(visit: PatrolVisit, at: datetime) -> dict[str, Any]:
    """One visit as shape, time and word: when it was, else when it is planned, else until when."""
    late = not visit.outcome and visit.closes_at <= at
    waiting = ("overdue", N_("漏了")) if late else ("waiting", N_("要去"))
    shape, word = OUTCOMES.get(visit.outcome, waiting)
    moment = visit.walked_at or visit.planned_at or visit.closes_at
    return {
        "url": reverse("desk-case", args=[visit.case_id]),
        "shape": shape,
        "word": f"{facts.clock(moment)} {_(word)}",
        "who": visit.walked_by or visit.walker_name,
        "window": facts.window(visit),
        "scanned": visit.scanned,
    }


def _walk(walk: Walk, at: datetime) -> dict[str, Any]:
    left = walk.left
    return {
        "id": walk.walker_id or "",
        "name": walk.name,
        "done": len(walk.stops) - len(left),
        "of": len(walk.stops),
        "next": facts.clock(left[0].planned_at) if left and left[0].planned_at else "",
        "stops": [_stop(visit, at) for visit in walk.stops],
        "prints": bool(left) and walk.walker_id is not None,
    }


def _stop(visit: PatrolVisit, at: datetime) -> dict[str, Any]:
    return {**visit_mark(visit, at), "venue": visit.venue.name, "address": visit.venue.address}


def _plan_words(plan: PatrolPlan | None, at: datetime) -> str:
    if plan is None:
        return ""
    told = {"km": f"{plan.metres / 1000:.1f}", "at": words.moment(plan.made_at, at)}
    if plan.how == PatrolPlan.SOLVED:
        return _("%(at)s 排的路线,共 %(km)s 公里,已再缩短。") % told
    return _("%(at)s 排的路线,共 %(km)s 公里。") % told


@requires("patrol.plan")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Open today's visits by hand, and give them out."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    try:
        opened = rounds.open_day(community, at=at, actor=actor(request))
        if opened:
            giving.plan_day(community, at=at, actor=actor(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = ngettext("新开 %(n)d 次巡查。", "新开 %(n)d 次巡查。", opened) % {"n": opened}
        messages.success(request, said if opened else _("今天的巡查都已开好。"))
    return redirect("desk-patrols")


@requires("patrol.plan")
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Give out anew what is still open; what is done stays."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    try:
        made = giving.plan_day(community, at=at, actor=actor(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        km = f"{made.metres / 1000:.1f}"
        messages.success(request, _("已重排,共 %(km)s 公里;去过的不变。") % {"km": km})
    return redirect("desk-patrols")


@requires("patrol.plan")
@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """Every visit that is late was not made, for one reason that is kept on each of them."""
    at, why = now(), request.POST.get("why", "")
    late = PatrolVisit.objects.filter(community_id=community_of(request), outcome="", closes_at__lte=at)
    faults = [_give_up(request, visit, why, at) for visit in late.order_by("closes_at").only("case_id")]
    for fault in sorted({fault for fault in faults if fault}):
        messages.error(request, fault)
    if n := faults.count(""):
        messages.success(request, ngettext("%(n)d 次记为没去成。", "%(n)d 次记为没去成。", n) % {"n": n})
    return redirect("desk-patrols")


def _give_up(request: HttpRequest, visit: PatrolVisit, why: str, at: datetime) -> str:
    """What stands against it; "" when it is noted. One that somebody made meanwhile spoils no other."""
    made: dict[str, Any] = {"actor": actor(request), "at": at, "intent": f"missed:{visit.case_id}"}
    try:
        engine.advance(visit.case_id, Patrol.miss.key, given={"why": why}, **made)
    except Refused as refused:
        return next(iter(refused.faults.values()), refused.sentence)
    return ""


@requires("sheet.make")
@require_POST
def print_walk(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A walk as a sheet of paper: the stops that are left, the nearest first, as many as a sheet holds."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    walker = get_object_or_404(User, pk=user_id, community=community)
    left = PatrolVisit.objects.filter(
        community=community, day=local(at).date(), walker=walker, outcome="", planned_at__isnull=False
    ).order_by("planned_at")
    intent = f"walk:{user_id}:{request.POST.get('intent', '')[:40]}"
    try:
        sheet = making.make(
            f"{Patrol.key}.{Patrol.check.key}",
            community.path,
            actor=actor(request),
            at=at,
            intent=intent,
            only=list(left.values_list("case_id", flat=True)),
            ahead=timedelta(days=1),
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("desk-patrols")
    return redirect("desk-sheet", sheet.pk)
