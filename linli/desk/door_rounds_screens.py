"""The dwellings that are looked at and whose medical waste is fetched: what is due behind which door, late ones first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.loops.models import Case
from linli.matters.isolation import round_facts
from linli.matters.isolation.doors import labels
from linli.roster.permissions import community_of, requires, scopes_now

LOOPS = ("door_check", "waste", "door_alert")
MOST = 600
"""Cases in one look: three a dwelling, two hundred dwellings."""


@requires("isolation.rounds")
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every dwelling with what it is owed next. Two queries and the shell's own, however many."""
    at = now()
    found = Case.objects.open().within(community_of(request), scopes_now(request)).filter(loop__in=LOOPS)
    cases = list(found.by_promise()[:MOST])
    doors = labels(cases)
    by_door: dict[str, list[Case]] = {}
    for case in cases:
        by_door.setdefault(case.scope, []).append(case)
    rows = [_row(doors.get(scope) or theirs[0].title, theirs, at) for scope, theirs in by_door.items()]
    late = sum(duty["late"] for row in rows for duty in row["duties"])
    context = {"rows": rows, "late": late, "here_url": request.path}
    return page(request, "desk/door_rounds.html", context, here="door-rounds", at=at)


def _row(door: str, cases: list[Case], at: datetime) -> dict[str, Any]:
    return {"id": cases[0].id, "door": door, "duties": [_duty(case, at) for case in cases]}


def _duty(case: Case, at: datetime) -> dict[str, Any]:
    """One duty of a door: its hours, its chip, and the one act."""
    step = case.declared.steps_from(case.state)[0]
    opens = step.opens_at(case.anchors)
    is_open = opens is None or opens <= at
    late = case.due_at is not None and case.due_at < at
    shape, word = (
        ("overdue", _("漏了"))
        if late
        else ("limit", _("现在可办"))
        if is_open
        else ("waiting", _("还没到时间"))
    )
    return {
        "title": _(case.declared.title),
        "chip": {"shape": shape, "word": word},
        "late": late,
        "hours": round_facts.hours(case) or (words.left(case.due_at, at) if late and case.due_at else ""),
        "url": reverse("desk-case", args=[case.id]),
        "act": {"word": _(step.title), "url": reverse("desk-step", args=[case.id, step.key])}
        if is_open
        else None,
    }
