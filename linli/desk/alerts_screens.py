"""异常: what is open and where it stands on the ladder, who is restricted until when, who says that it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.frame import page
from linli.desk.today import drawn
from linli.loops.deadlines import is_loud, told
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.alerts import lists, raising
from linli.matters.alerts.forms import AlertForm
from linli.matters.alerts.words import about
from linli.registry.models import Community, Person, Venue
from linli.roster.duties import title
from linli.roster.permissions import actor, community_of, duties_now, may, requires, scopes_now

ALERTS, BINDING, APPEALS = "alerts", "binding", "appeals"
FIGURES = (
    (ALERTS, "limit", N_("异常在办")),
    (BINDING, "stop", N_("限制中")),
    (APPEALS, "waiting", N_("申诉待答复")),
)
"""What is counted on the page; each number leads to its list."""


@requires("alert.see")
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Four lists on one page. Three queries and the shell's own, however many cases."""
    at, community_id = now(), community_of(request)
    found = lists.open_under(community_id, scopes_now(request), at)
    drawn_ = _drawn(request, found, at)
    counts = {ALERTS: found.alerts, BINDING: found.binding, APPEALS: found.appeals}
    context = {
        "figures": [
            {"n": len(counts[key]), "word": _(word), "shape": shape, "url": f"#h-{key}"}
            for key, shape, word in FIGURES
        ],
        "alerts": _alerts(found.alerts, drawn_, pack_for(community_id, at)),
        "undecided": [drawn_[case.id] for case in found.undecided],
        "binding": _binding(found.binding, drawn_, at),
        "appeals": [drawn_[case.id] for case in found.appeals],
        "may_raise": may(request, "alert.raise"),
        "here_url": request.path,
    }
    return page(request, "desk/alerts.html", context, here="alerts", at=at)


def _drawn(request: HttpRequest, found: lists.Open, at: datetime) -> dict[UUID, dict[str, Any]]:
    """Every case as a row of a worklist, by its id."""
    cases = [*found.alerts, *found.undecided, *found.binding, *found.appeals]
    rows = drawn(cases, actor(request), duties_now(request), at=at)
    return {case.id: row for case, row in zip(cases, rows, strict=True)}


def _alerts(cases: Iterable[Case], rows: dict[UUID, dict[str, Any]], pack: Pack) -> list[dict[str, Any]]:
    """Each with what it is about, and who has been told by now."""
    return [rows[case.id] | {"where": " · ".join((_about(case), ladder(case, pack)))} for case in cases]


def _about(case: Case) -> str:
    """What an alert is about, in the reader's language."""
    return about(case.anchors.get("kind", ""), case.anchors.get("colour", ""))


def ladder(case: Case, pack: Pack) -> str:
    """Where it stands: every duty that was told so far."""
    if case.acknowledged_at:
        return _("%(who)s 已接下") % {"who": case.holder_name}
    if is_loud(case, pack):
        return _("所有人都告诉过了,还没有人应答")
    return _("已告诉 %(duties)s") % {"duties": words.listed(_(title(duty)) for duty in told(case, pack))}


def _binding(cases: Iterable[Case], rows: dict[UUID, dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Each with the moment it ends by itself: that is no promise of anybody's, and nothing is late here."""
    return [
        rows[case.id] | {"promise": _ends(case.due_at, at), "hears": "", "verb": None}
        for case in cases
        if case.due_at
    ]


def _ends(ends_at: datetime, at: datetime) -> dict[str, str]:
    by = _("%(at)s 自动解除") % {"at": words.moment(ends_at, at)}
    return {"level": "waiting", "word": words.left(ends_at, at), "by": by}


@requires("alert.raise")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, person_id: UUID | None = None) -> HttpResponse:
    """What somebody tells the desk, or the desk sees: what, where, about whom."""
    at = now()
    who = person_under(request, person_id) if person_id else None
    community = get_object_or_404(Community, pk=community_of(request))
    form = AlertForm(request.POST or None, venues=venues_under(community.id, scopes_now(request)))
    if form.is_bound and form.is_valid():
        try:
            case = raising.raise_alert(form.told(who), community=community, actor=actor(request), at=at)
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            messages.success(request, _("已登记:%(title)s") % {"title": case.title})
            return redirect("desk-case", case.id)
    context = {"form": form, "who": who}
    status = 422 if form.errors else 200
    return page(request, "desk/alert_new.html", context, here="alerts", at=at, status=status)


def person_under(request: HttpRequest, person_id: UUID) -> Person:
    """Somebody of the register under the caller's places. Raises Http404."""
    who = get_object_or_404(
        Person.objects.select_related("household__dwelling__compound", "household__dwelling__building"),
        pk=person_id,
        community_id=community_of(request),
    )
    if not any(covers(scope, who.path) for scope in scopes_now(request)):
        raise Http404
    return who


def venues_under(community_id: UUID, scopes: Iterable[str]) -> QuerySet[Venue]:
    """Venues under these places, by name."""
    rows = Venue.objects.filter(community_id=community_id).order_by("name", "pk")
    paths = list(scopes)
    mine = [pk for pk, path in rows.values_list("pk", "path") if any(covers(scope, path) for scope in paths)]
    return rows.filter(pk__in=mine)
