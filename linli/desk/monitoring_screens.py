"""Health monitoring: who has symptoms, who has not reported, which report to look at, who is well; and the call taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.isolation import facts, observing
from linli.matters.isolation import monitoring as lists
from linli.matters.isolation.five_in_one import missing
from linli.matters.isolation.forms import CallForm
from linli.matters.isolation.monitoring import Watched
from linli.matters.isolation.phases import phase_of
from linli.matters.isolation.plan import next_test
from linli.matters.isolation.standing import CHECK, OUT, TEST, Standing, mark_of, standings
from linli.roster.permissions import actor, community_of, duties_now, requires, scopes_now

NAMES = {
    lists.SYMPTOMATIC: ("stop", N_("有症状")),
    lists.MISSING: ("overdue", N_("没报")),
    lists.REVIEW: ("limit", N_("要核对")),
    lists.WELL: ("pass", N_("正常")),
}
"""List → shape and word; the first that is not empty opens by itself."""

MARKS = {TEST: N_("今天采样或等结果"), CHECK: N_("漏查或异常"), OUT: N_("外出就医")}
"""What is due beside the reports; somebody may be in several, or in none."""

SHOWN = 200
"""Rows on the page; the figures count everybody."""


@requires("isolation.monitor")
@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """One list of the four, or whoever has something due beside it. Five queries and the shell's own, however many."""
    at, community_id = now(), community_of(request)
    everybody = lists.watched(community_id, scopes_now(request), at)
    counts = {key: sum(w.list == key for w in everybody) for key in NAMES}
    due = standings(community_id, [w.isolation for w in everybody], at)
    show = request.GET.get("show", "")
    if show not in NAMES and show not in MARKS:
        show = next((key for key, n in counts.items() if n), lists.WELL)
    pack = pack_for(community_id, at)
    chosen = [w for w in everybody if show in (w.list, *due[w.isolation.id].marks)]
    left = missing(community_id, [w.isolation.scope for w in chosen if phase_of(w.isolation)], pack)
    context = {
        "figures": [_figure(key, counts[key], key == show) for key in NAMES],
        "picks": [_pick(key, sum(key in d.marks for d in due.values()), key == show) for key in MARKS],
        "heading": _(NAMES[show][1] if show in NAMES else MARKS[show]),
        "rows": [_row(w, pack, at) | _beside(w, due[w.isolation.id], left, at) for w in chosen[:SHOWN]],
        "more": max(len(chosen) - SHOWN, 0),
        "people": len(everybody),
        "here_url": f"{request.path}?show={show}",
    }
    return page(request, "desk/monitoring.html", context, here="monitoring", at=at)


def _figure(key: str, n: int, current: bool) -> dict[str, Any]:
    shape, word = NAMES[key]
    url = f"{reverse('desk-monitoring')}?show={key}"
    return {"n": n, "word": _(word), "shape": shape, "url": url, "current": current}


def _pick(key: str, n: int, current: bool) -> dict[str, Any]:
    """What is due beside the reports, as a link with its number: a filter, no figure."""
    return {
        "word": _(MARKS[key]),
        "count": n,
        "url": f"{reverse('desk-monitoring')}?show={key}",
        "current": current,
    }


def _beside(who: Watched, due: Standing, left: dict[str, list[str]], at: datetime) -> dict[str, Any]:
    """Chips that open what is due, and the helpers nobody has named."""
    roles = left.get(who.isolation.scope, []) if phase_of(who.isolation) else []
    return {
        "due": [
            {
                "word": _(case.standing.title),
                "shape": "overdue" if case.due_at and case.due_at <= at else "limit",
                "url": reverse("desk-case", args=[case.id]),
            }
            for case in due.cases.values()
            if mark_of(case, at)
        ],
        "lacking": _("五包一缺 %(n)d 人") % {"n": len(roles)} if roles else "",
        "helpers_url": reverse("desk-helpers", args=[who.isolation.id]),
    }


def _row(who: Watched, pack: Pack, at: datetime) -> dict[str, Any]:
    shape, word = NAMES[who.list]
    last = who.last
    waits = who.list == lists.WELL and last is None
    return {
        "id": who.case.id,
        "url": reverse("desk-case", args=[who.fever_id or who.isolation.id]),
        "title": who.case.title,
        "status": {"shape": "waiting", "word": _("还没到时间")}
        if waits
        else {"shape": shape, "word": _(word)},
        "late": words.left(who.case.due_at, at) if who.is_late and who.case.due_at else "",
        "day": facts.day_words(who.isolation, at),
        "test": facts.test_words(next_test(who.isolation, pack, at)),
        "last": facts.observed(last) if last else _("还没有报过"),
        "doubts": [_(observing.DOUBTS[k]) for k in last.doubts if k in observing.DOUBTS] if last else [],
        "review": last.id if last and who.list == lists.REVIEW else None,
        "report_url": reverse("desk-health-report", args=[who.case.id]),
    }


def _report_seen_by(request: HttpRequest, case_id: UUID) -> Case:
    """The health report's case, under a place of the caller's duty. Raises Http404."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != "health_report":
        raise Http404
    return case


@requires("isolation.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A report by telephone: the number first, symptoms by the space bar, Enter; then back to the list."""
    at, case = now(), _report_seen_by(request, case_id)
    form = CallForm(request.POST or None, pack=pack_for(case.community_id, at))
    if form.is_bound and form.is_valid():
        try:
            told = form.told(form.cleaned_data["channel"])
            row = observing.receive(case.id, told, at=at, actor=actor(request))
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            _say(request, case, row.is_alert)
            return redirect("desk-monitoring")
    context = {
        "case": case,
        "form": form,
        "facts": [fact for fact in facts.report_facts(case) if not fact.url.endswith(request.path)],
        "promise": words.promise(case.due_at, case.closed_at, at),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/health_report.html", context, here="monitoring", at=at, status=status)


def _say(request: HttpRequest, case: Case, is_alert: bool) -> None:
    if is_alert:
        messages.warning(request, _("已登记,并开了告警:%(title)s。请马上联系医生。") % {"title": case.title})
    else:
        messages.success(request, _("已登记:%(title)s") % {"title": case.title})


@requires("isolation.report")
@require_POST
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Somebody has looked at the doubtful report; it counts as it stands."""
    case = _report_seen_by(request, case_id)
    last = case.observations.order_by("-received_at").first()
    if last:
        observing.review(last.id, community_id=case.community_id, actor=actor(request), at=now())
    return redirect("desk-monitoring")
