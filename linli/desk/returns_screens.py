"""A telephone call about people who come home."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk.frame import page
from linli.matters.returns import notices
from linli.matters.returns.forms import JourneyForm
from linli.matters.returns.party import receive_party
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, requires


class CallForm(JourneyForm):
    """The caller's face: in the order of a telephone call. Only the name and where to are always known."""

    source = notices.PHONE
    unnamed = forms.IntegerField(
        label=N_("另有几人,还不知道姓名"),
        min_value=0,
        max_value=20,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("phone", "origin", "eta_at"):
            self.fields[name].required = False
        self.fields["name"].widget.attrs["autocomplete"] = "off"


@requires("return.note")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a notice by telephone; whoever was told of elsewhere joins the case that is there."""
    at, me = now(), actor(request)
    form = CallForm(more=request.POST.dict()) if "more" in request.POST else CallForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcomes = receive_party(
            form.told(sender_name=me.shown_name),
            form.companions(),
            community=get_object_or_404(Community, pk=community_of(request)),
            at=at,
            actor=me,
            unnamed=form.cleaned_data["unnamed"] or 0,
        )
        _say(request, outcomes)
        first = outcomes[0].trip
        return redirect("desk-case", first.case_id) if first else redirect("desk-today")
    status = 422 if form.errors else 200
    return page(request, "desk/return_new.html", {"form": form}, here="arrivals", at=at, status=status)


def _say(request: HttpRequest, outcomes: list[notices.Outcome]) -> None:
    joined = sum(o.kind in (notices.JOINED, notices.CORRECTED) for o in outcomes)
    if joined:
        said = ngettext("%(n)d 人已有一件返乡,已并入。", "%(n)d 人已有一件返乡,已并入。", joined)
        messages.info(request, said % {"n": joined})
    if fresh := sum(o.fresh for o in outcomes) - joined:
        said = ngettext("已登记 %(n)d 人,请逐人核实。", "已登记 %(n)d 人,请逐人核实。", fresh)
        messages.success(request, said % {"n": fresh})
