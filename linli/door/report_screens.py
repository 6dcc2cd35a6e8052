"""Somebody reports their own way home in advance (报备): one calm page, plain HTML, and a reference number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.limits import Limit
from linli.codes import token
from linli.door.open_door import may_knock, page, purpose
from linli.matters.returns import notices
from linli.matters.returns.forms import JourneyForm
from linli.matters.returns.party import receive_party
from linli.registry.models import Community
from linli.roster.permissions import requires

REPORTS = Limit(10, seconds=600)
"""Reports from one address: a family sends a few, a whole compound behind one router some more."""


class ReportForm(JourneyForm):
    """The resident's own face. Nothing is asked that the way home does not need."""

    source = notices.REPORT

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = {
            "phone": _("手机号"),
            "origin": _("从哪里出发"),
            "service": _("车次或航班"),
            "eta_at": _("什么时候到"),
        }
        hints = {
            "phone": _("值班人员会打这个电话核实"),
            "id_number": _("开接收证明时要用,也可以等电话核实时再说"),
            "origin": _("省、市、县(区)"),
            "service": _("自驾可不填"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("请填写「%(title)s」") % {"title": label}
        for name, hint in hints.items():
            self.fields[name].help_text = hint
        self.fields["phone"].widget.attrs["autocomplete"] = "tel-national"
        self.fields["name"].widget.attrs["autocomplete"] = "name"


@requires("door.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report. The answer never tells whether a person is known here; the same form sent twice is one report."""
    community, at = get_object_or_404(Community, slug=slug), now()
    form = (
        ReportForm(more=request.POST.dict()) if "more" in request.POST else ReportForm(request.POST or None)
    )
    context: dict[str, Any] = {"form": form, "purpose": purpose(community, at)}
    if not form.is_bound:
        return page(request, "door/report.html", context, community=community)
    if stopped := may_knock(request, REPORTS):
        return stopped
    if not form.is_valid():
        return page(request, "door/report.html", context, community=community, status=422)
    outcomes = receive_party(form.told(), form.companions(), community=community, at=at)
    context["reference"] = token.grouped(outcomes[0].notice.id.hex[-8:].upper())
    context["people"] = len(outcomes)
    return page(request, "door/report_done.html", context, community=community)
