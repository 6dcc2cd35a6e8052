"""A telephone call about somebody who comes home."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk.frame import page
from linli.matters.returns import notices
from linli.registry.announce import Described
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, requires


class CallForm(forms.Form):
    """What a caller says, in the order of a telephone call. Only the name is always known."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=N_("姓名"), max_length=50)
    phone = forms.CharField(label=N_("电话"), max_length=20, required=False)
    id_number = forms.CharField(label=N_("证件号"), max_length=30, required=False)
    origin = forms.CharField(label=N_("从哪里来"), max_length=80, required=False)
    service = forms.CharField(label=N_("车次"), max_length=20, required=False)
    eta_at = forms.DateTimeField(
        label=N_("到达时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    destination = forms.CharField(
        label=N_("回到哪一户"), max_length=160, help_text=N_("例如 3-2-1101,或小区名加门牌")
    )
    companions = forms.IntegerField(
        label=N_("同行人数(不含本人)"), min_value=0, max_value=20, initial=0, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": f"desk-{uuid7()}"})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
        phone, number = self.fields["phone"].widget.attrs, self.fields["id_number"].widget.attrs
        phone |= {"inputmode": "numeric", "autocomplete": "off"}
        number |= {"autocomplete": "off"}


@requires("return.note")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a notice by telephone; the same person told elsewhere joins the case that is there."""
    at, form = now(), CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        community = get_object_or_404(Community, pk=community_of(request))
        outcome = notices.receive(
            _told(request, form.cleaned_data), community=community, at=at, actor=actor(request)
        )
        if outcome.kind == notices.JOINED:
            messages.info(request, _("此人已有一件返乡,已并入。"))
        elif outcome.fresh:
            messages.success(request, _("已登记,请核实。"))
        return redirect("desk-case", outcome.trip.case_id) if outcome.trip else redirect("desk-today")
    return page(
        request,
        "desk/return_new.html",
        {"form": form},
        here="arrivals",
        at=at,
        status=422 if form.errors else 200,
    )


def _told(request: HttpRequest, said: dict[str, Any]) -> notices.NoticeIn:
    return notices.NoticeIn(
        source=notices.PHONE,
        key=said["key"],
        who=Described(
            name=said["name"], id_number=said["id_number"], phones=tuple(filter(None, [said["phone"]]))
        ),
        origin=said["origin"],
        service=said["service"].upper().replace(" ", ""),
        eta_at=said["eta_at"],
        companions=said["companions"] or 0,
        destination=said["destination"],
        sender_name=actor(request).shown_name,
    )
