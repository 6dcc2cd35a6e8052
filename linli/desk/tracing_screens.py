"""Tracing at the desk: what was asked for, a new request about one person, the list once it is granted, a number to call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.frame import page
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.tracing import looking
from linli.matters.tracing.loop import Trace
from linli.matters.tracing.models import Contact, Scope
from linli.registry.models import Person
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

SHOWN = 100
"""Requests on the page: open ones first."""


class TraceForm(forms.Form):
    """How far back, how near, under which number, and why."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    number = forms.CharField(label=N_("流调编号"), max_length=60)
    days = forms.IntegerField(label=N_("往前查几天"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    minutes = forms.IntegerField(
        label=N_("前后几分钟算同处"), widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    reason = forms.CharField(label=N_("为什么要查"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"intent": f"trace-{uuid7()}", "days": 3, "minutes": 15})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}
            field.error_messages["invalid"] = _("「%(title)s」请写整数") % {"title": field.label}


@requires("trace.see")
@require_safe
def traces(request: HttpRequest) -> HttpResponse:
    """What was asked for, open ones first. Two queries."""
    at = now()
    found = Case.objects.within(community_of(request), scopes_now(request)).filter(loop=Trace.key)
    rows = list(found.select_related("trace_scope").order_by("closed_at", "-opened_at")[:SHOWN])
    rows.sort(key=lambda c: c.closed_at is not None)
    context = {"rows": [_row(case, at) for case in rows], "may_ask": may(request, "trace.ask")}
    return page(request, "desk/traces.html", context, here="tracing", at=at)


def _row(case: Case, at: Any) -> dict[str, Any]:
    return {
        "url": reverse("desk-case", args=[case.pk]),
        "title": case.title,
        "status": {"shape": "waiting" if case.due_at else "pass", "word": _(case.standing.title)},
        "promise": words.promise(case.due_at, case.closed_at, at),
        "look": reverse("desk-trace", args=[case.trace_scope.pk]) if case.state == Trace.granted.key else "",
        "asked": f"{local(case.opened_at):%m-%d %H:%M}",
    }


@requires("trace.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def trace_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask for a look at where one person was."""
    person = get_object_or_404(Person, pk=person_id, community_id=community_of(request))
    form, at = TraceForm(request.POST or None), now()
    if request.method == "POST" and form.is_valid():
        try:
            case = looking.ask(person, looking.Asked(**form.cleaned_data), actor=actor(request), at=at)
        except Refused as refused:
            for key, says in refused.faults.items():
                form.add_error(key or None, says)
        else:
            messages.success(request, _("已提交,等另一位审批人同意"))
            return redirect("desk-case", case.pk)
    context = {
        "form": form,
        "person": person,
        "most": pack_for(person.community_id, at).get(looking.MOST_DAYS, 14),
        "back": reverse("desk-person", args=[person.pk]),
    }
    return page(
        request, "desk/trace_new.html", context, here="tracing", at=at, status=422 if form.errors else 200
    )


@requires("trace.look")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trace(request: HttpRequest, scope_id: UUID) -> HttpResponse:
    """Who was there; those who are ticked get a call."""
    found = Scope.objects.select_related("case", "person")
    scope, at = get_object_or_404(found, pk=scope_id, community_id=community_of(request)), now()
    try:
        if request.method == "POST":
            keys = _keys(request.POST.getlist("who"))
            opened = looking.call(scope, keys, actor=actor(request), at=at)
            messages.success(request, _("已开出 %(n)d 个电话任务") % {"n": len(opened)})
            return redirect("desk-trace", scope.pk)
        lines = looking.look(scope, reader=actor(request), at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("desk-case", scope.case_id)
    context = {
        "scope": scope,
        "span": f"{local(scope.since):%m-%d %H:%M} – {local(scope.until):%m-%d %H:%M}",
        "case_url": reverse("desk-case", args=[scope.case_id]),
        "rows": [_line(line, at) for line in lines],
    }
    return page(request, "desk/trace.html", context, here="tracing", at=at)


def _keys(said: list[str]) -> list[bytes]:
    """Sixteen bytes each; anything else was never on the page."""
    found = []
    for text in dict.fromkeys(said):
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        found.append(key)
    return found


def _line(line: looking.Line, at: Any) -> dict[str, Any]:
    home = line.person.household.dwelling if line.person and line.person.household else None
    return {
        "key": line.key,
        "name": line.person.masked_name if line.person else _("外来人员"),
        "door": str(home) if home else "",
        "times": line.met.times,
        "last": words.moment(line.met.last_at, at),
        "called": reverse("desk-case", args=[line.called]) if line.called else "",
    }


@requires("trace.number")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trace_number(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The number a stranger left, for whoever calls now; the look is logged."""
    found = Contact.objects.select_related("scope", "case")
    contact = get_object_or_404(found, pk=contact_id, community_id=community_of(request))
    context = {
        "number": looking.number_of(contact, reader=actor(request), at=now())
        if request.method == "POST"
        else "",
        "asked": request.method == "POST",
        "case_url": reverse("desk-case", args=[contact.case_id]),
        "title": contact.case.title,
    }
    return page(request, "desk/trace_number.html", context, here="tracing", at=now())
