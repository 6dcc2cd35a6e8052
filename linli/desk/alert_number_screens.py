"""The number of a stranger in an alert: looked at for a reason, called, and the call written down, on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.matters.alerts import calling
from linli.matters.alerts.forms import CalledForm, LookForm
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.words import about
from linli.roster.permissions import actor, duties_now, requires


@requires("alert.number")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def number(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Two short forms: why somebody looks, and how the call ended. Each look is logged with the reader's name."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != Alert.key:
        raise Http404
    called = "called" in request.POST
    look = LookForm(request.POST if request.method == "POST" and not called else None)
    form = CalledForm(request.POST if called else None)
    if called and (answer := _written(request, case, form)):
        return answer
    shown = "" if called else _shown(request, case, look)
    return _page(request, case, {"look": look, "called": form, "number": shown})


def _shown(request: HttpRequest, case: Case, form: LookForm) -> str:
    """The number in clear, where the form gives a reason; "" otherwise."""
    if not (form.is_bound and form.is_valid()):
        return ""
    try:
        reason = form.cleaned_data["reason"]
        return calling.reveal(case, reader=actor(request), reason=reason, at=now())
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return ""


def _written(request: HttpRequest, case: Case, form: CalledForm) -> HttpResponse | None:
    """Back to the alert once the call is written down; None where something must be put right."""
    if not form.is_valid():
        return None
    try:
        intent = form.cleaned_data["intent"]
        calling.record(case.pk, form.given(), actor=actor(request), at=now(), intent=intent)
    except Refused as refused:
        for key, sentence in refused.faults.items():
            form.add_error(key if key in form.fields else None, sentence)
        return None
    messages.success(request, _("电话已记下"))
    return redirect("desk-case", case.pk)


def _page(request: HttpRequest, case: Case, parts: dict[str, Any]) -> HttpResponse:
    at = now()
    left = None if case.closed_at else calling.left(case)
    wrong = parts["look"].errors or parts["called"].errors
    context = {
        "case": case,
        "about": about(case.anchors.get("kind", ""), case.anchors.get("colour", "")),
        "masked": left.masked if left else "",
        "promise": words.promise(case.due_at, case.closed_at, at),
        "form": parts["look"] if parts["look"].errors else parts["called"],
        **parts,
    }
    status = 422 if wrong else 200
    return page(request, "desk/alert_number.html", context, here="alerts", at=at, status=status)
