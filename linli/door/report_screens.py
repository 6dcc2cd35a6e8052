"""Somebody reports their own way home in advance (报备): one calm page, plain HTML, and a reference number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.base.limits import Limit
from linli.codes import token
from linli.door.open_door import may_knock, page
from linli.loops.pack import pack_for
from linli.matters.returns import notices
from linli.registry.announce import Described
from linli.registry.models import Community
from linli.roster.permissions import requires

REPORTS = Limit(10, seconds=600)
"""Reports from one address: a family sends a few, a whole compound behind one router some more."""


class ReportForm(forms.Form):
    """Nothing is asked that the way home does not need."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=N_("姓名"), max_length=50)
    phone = forms.CharField(label=N_("手机号"), max_length=20, help_text=N_("值班人员会打这个电话核实"))
    id_number = forms.CharField(
        label=N_("证件号"),
        max_length=30,
        required=False,
        help_text=N_("开接收证明时要用,也可以等电话核实时再说"),
    )
    origin = forms.CharField(label=N_("从哪里出发"), max_length=80, help_text=N_("省、市、县(区)"))
    service = forms.CharField(
        label=N_("车次或航班"), max_length=20, required=False, help_text=N_("自驾可不填")
    )
    eta_at = forms.DateTimeField(
        label=N_("什么时候到"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    destination = forms.CharField(
        label=N_("回到哪一户"), max_length=160, help_text=N_("例如 3-2-1101,或小区名加门牌")
    )
    companions = forms.IntegerField(
        label=N_("同行人数(不含本人)"), min_value=0, max_value=20, initial=0, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": f"report-{uuid7()}"})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}
        self.fields["phone"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "tel-national"}
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}


@requires("door.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report. The answer never tells whether a person is known here; the same form sent twice is one report."""
    community, at = get_object_or_404(Community, slug=slug), now()
    form = ReportForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "purpose": _purpose(community)}
    if request.method != "POST":
        return page(request, "door/report.html", context, community=community)
    if stopped := may_knock(request, REPORTS):
        return stopped
    if not form.is_valid():
        return page(request, "door/report.html", context, community=community, status=422)
    outcome = notices.receive(_told(form.cleaned_data), community=community, at=at)
    reference = token.grouped(outcome.notice.id.hex[-8:].upper())
    return page(request, "door/report_done.html", {**context, "reference": reference}, community=community)


def _told(said: dict[str, Any]) -> notices.NoticeIn:
    return notices.NoticeIn(
        source=notices.REPORT,
        key=said["key"],
        who=Described(name=said["name"], id_number=said["id_number"], phones=(said["phone"],)),
        origin=said["origin"],
        service=said["service"].upper().replace(" ", ""),
        eta_at=said["eta_at"],
        companions=said["companions"] or 0,
        destination=said["destination"],
    )


def _purpose(community: Community) -> dict[str, str]:
    pack = pack_for(community.id, now())
    days = pack.get("retention.case_days_after_close", 90)
    return {
        "who": _("%(community)s 值班台") % {"community": community.name},
        "rule": f"{pack.body['issuer']} {pack.body['document']}",
        "kept": _("办结后 %(days)d 天删除") % {"days": days},
    }
