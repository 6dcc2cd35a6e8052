"""One case: its custody line, what is known, its story, and the one thing to do next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import timeline, words
from linli.desk.frame import page
from linli.desk.step_form import form_for
from linli.desk.today import Held, hears, holds
from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, LateNote
from linli.loops.pack import pack_for
from linli.loops.spec import Fact, Step
from linli.notify import ack
from linli.paper.forms import form_of
from linli.paper.loop import PaperRound
from linli.roster.models import User
from linli.roster.permissions import actor, duties_now, requires

FOLLOW_UPS = 20
"""Cases that followed from this one, as links; a round over a thousand doors has a page of its own."""


def case_seen_by(user: User, case_id: UUID, held: Held) -> Case:
    """The only door to a case: open or closed, under a place of one's duty, or in one's own hands. Raises Http404."""
    case = get_object_or_404(Case, pk=case_id, community_id=user.community_id)
    if case.holder_id == user.id or any(
        covers(path, case.scope) for paths in held.values() for path in paths
    ):
        return case
    raise Http404


@requires("case.see")
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case as a whole."""
    at, user = now(), actor(request)
    case = case_seen_by(user, case_id, duties_now(request))
    events = list(Event.objects.filter(case=case).order_by("seq"))
    held = duties_now(request)
    mine, later = steps_of(case, held, at)
    context = {
        "case": case,
        "loop_title": _(case.declared.title),
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
        "line": timeline.line(case, events, at),
        "events": timeline.story(case, events, at),
        "facts": known_of(case, at),
        "hears": "" if case.closed_at else hears(case, pack_for(case.community_id, at), at),
        "primary": verb_of(case, mine[0]) if mine else None,
        "others": [verb_of(case, s) for s in mine[1:]],
        "later": [{"word": _(s.title), "at": words.moment(opens, at)} for s, opens in later],
        "can_acknowledge": not case.closed_at and case.acknowledged_at is None and _is_told(case, held),
        "follow_ups": [
            _followed(c) for c in Case.objects.filter(cause=case).order_by("opened_at", "id")[:FOLLOW_UPS]
        ],
        "late_notes": [
            {"note": n, "step": _late_step(case, n)}
            for n in case.late_notes.select_related("event")
            if not n.decided_at
        ],
    }
    return page(request, "desk/case.html", context, here="today", at=at)


def _late_step(case: Case, note: LateNote) -> str:
    """What came late, as it is called: a step, a round on paper, or the name of one that is no more."""
    step, form = case.declared.steps.get(note.step), form_of(note.step)
    return _(step.title) if step else form.title if form else note.step


def _followed(case: Case) -> dict[str, Any]:
    """What came of a case, told apart: 上门采样 · 张*三 · 等待采样."""
    words_ = (_(case.declared.title), case.title, _(case.standing.title))
    return {"id": case.id, "title": " · ".join(words_)}


def known_of(case: Case, at: datetime) -> list[Fact]:
    """What is known, and what of it is true today."""
    known = case.declared.facts(case) if case.declared.facts else []
    return known + (case.declared.today(case, at) if case.declared.today else [])


def steps_of(case: Case, held: Held, at: datetime) -> tuple[list[Step], list[tuple[Step, datetime]]]:
    """The reader's steps from here: those that may be taken now, and those whose hour is still to come."""
    mine = [s for s in case.declared.steps_from(case.state) if not case.closed_at and holds(held, s.by)]
    opening = [(s, s.opens_at(case.anchors)) for s in mine]
    return (
        [s for s, opens in opening if opens is None or opens <= at],
        [(s, opens) for s, opens in opening if opens is not None and opens > at],
    )


def verb_of(case: Case, step: Step) -> dict[str, str]:
    """A step as a button."""
    return {"word": _(step.title), "url": reverse("desk-step", args=[case.id, step.key])}


def _is_told(case: Case, held: Held) -> bool:
    return any(holds(held, duty) for duty in (*case.standing.tell, "director"))


@requires("case.act")
def step_page(request: HttpRequest, case_id: UUID, step_key: str) -> HttpResponse:
    """Take one step: evidence in the order it is met, errors all at once, safe to send twice."""
    at, user = now(), actor(request)
    case = case_seen_by(user, case_id, duties_now(request))
    step = case.declared.steps.get(step_key)
    if step is None:
        raise Http404
    if step is PaperRound.finish and request.method != "POST":
        return HttpResponseRedirect(reverse("desk-sheet", args=[case.subject]))  # its rows are the form
    known = case.declared.known(case, step) if case.declared.known else {}
    form = form_for(step, known, request.POST or None, pack=pack_for(case.community_id, at))
    if request.method == "POST" and form.is_valid():
        try:
            engine.advance(
                case.id, step.key, actor=user, given=form.given(), at=at, intent=form.cleaned_data["intent"]
            )
        except Refused as refused:
            form.refuse(refused.faults)
        else:
            messages.success(
                request, _("已%(step)s:%(title)s") % {"step": _(step.title), "title": case.title}
            )
            return HttpResponseRedirect(reverse("desk-case", args=[case.id]))
    context: dict[str, Any] = {
        "case": case,
        "step": step,
        "title": _(step.title),
        "state": _(case.standing.title),
        "target": _(step.target.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
        "form": form,
        "facts": known_of(case, at),
    }
    return page(request, "desk/step.html", context, here="today", at=at, status=422 if form.errors else 200)


@requires("case.acknowledge")
@require_POST
def acknowledge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """“我来处理”: the ladder holds still, the promise stays."""
    at, user = now(), actor(request)
    case = case_seen_by(user, case_id, duties_now(request))
    intent = f"ack:{case.id}:{case.stay}:{case.rung}:{user.id}"
    try:
        ack.acknowledge(case.id, user=user, at=at, intent=intent, stay=case.stay)
        messages.success(request, _("您已接下:%(title)s") % {"title": case.title})
    except Refused as refused:
        messages.error(request, refused.sentence)
    return HttpResponseRedirect(reverse("desk-case", args=[case.id]))


@requires("case.decide_late")
@require_POST
def decide_late(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """A person has read the late record and decided; it leaves the list, the ledger keeps it."""
    at, user = now(), actor(request)
    note = get_object_or_404(
        LateNote.objects.select_related("case"), pk=note_id, community_id=user.community_id
    )
    case_seen_by(user, note.case_id, duties_now(request))
    LateNote.objects.filter(pk=note.pk, decided_at=None).update(decided_at=at, decided_by=user.shown_name)
    return HttpResponseRedirect(reverse("desk-case", args=[note.case_id]))
