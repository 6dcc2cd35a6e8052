"""A request to go to a hospital, taken down by telephone or at the desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk.frame import page
from linli.desk.isolation_screens import isolation_seen
from linli.loops.engine import Refused
from linli.matters.isolation import asking
from linli.matters.isolation.outing_forms import DeskAskForm
from linli.roster.permissions import actor, requires


@requires("isolation.outing")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Why, and by which way it came; then to the outing, which waits for its answer."""
    at, case = now(), isolation_seen(request, case_id)
    form = DeskAskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            outing = asking.ask(
                case.id,
                said["need"],
                community_id=case.community_id,
                channel=said["channel"],
                at=at,
                intent=said["intent"],
                actor=actor(request),
            )
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            messages.success(request, _("已登记:%(title)s") % {"title": outing.title})
            return redirect("desk-case", outing.id)
    context = {"case": case, "form": form, "last": asking.latest(case)}
    status = 422 if form.errors else 200
    return page(request, "desk/outing_ask.html", context, here="monitoring", at=at, status=status)
