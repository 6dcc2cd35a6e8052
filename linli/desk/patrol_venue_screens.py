"""One venue of the street sweep: its day and what it has to put right; and where everything lies on the plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.frame import page
from linli.desk.patrol_screens import visit_mark
from linli.loops.engine import Refused
from linli.matters.patrols import keepers, points
from linli.matters.patrols.keepers import Owed
from linli.registry.models import Community, Venue
from linli.roster.permissions import community_of, may, requires, scopes_now


def _venue(request: HttpRequest, venue_id: UUID) -> Venue:
    """A venue under the caller's places. Raises Http404."""
    venue = get_object_or_404(
        Venue.objects.select_related("community"), pk=venue_id, community_id=community_of(request)
    )
    if not any(covers(scope, venue.path) for scope in scopes_now(request)):
        raise Http404
    return venue


@requires("patrol.see")
@require_safe
def venue_page(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """Today's visits, open findings, and the way to the shop's link."""
    at, venue = now(), _venue(request, venue_id)
    context = {
        "venue": venue,
        "hours": words.listed("–".join(span) for span in venue.hours),
        "visits": [visit_mark(visit, at) for visit in keepers.visits(venue, at)],
        "owed": [_owed(one, at) for one in keepers.owed(venue, at)],
        "may_link": may(request, "venue.link"),
    }
    return page(request, "desk/patrol_venue.html", context, here="patrols", at=at)


def _owed(one: Owed, at: datetime) -> dict[str, Any]:
    return {
        "url": reverse("desk-case", args=[one.case.pk]),
        "title": one.title,
        "state": _(one.case.standing.title),
        "shape": "limit" if one.case.state == "found" else "stop",
        "promise": words.promise(one.case.due_at, None, at),
        "answered": words.moment(one.answered_at, at) if one.answered_at else "",
        "said": keepers.last_words(one.case),
    }


class PointsForm(forms.Form):
    """Every place with its metres, a line each; what is pasted from a list is read the same way."""

    lines = forms.CharField(
        label=N_("名称,向东几米,向北几米"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(
            attrs={"rows": 20, "class": "long", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def __init__(self, data: Any, *, text: str) -> None:
        super().__init__(data, initial={"lines": text})
        self.fields["lines"].label = _(str(self.fields["lines"].label))
        help_text = _("一行一个,可以从表格里粘贴。原点随便定,都从它量;没填的场所按小区的位置排。")
        self.fields["lines"].help_text = help_text


@requires("patrol.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def point_page(request: HttpRequest) -> HttpResponse:
    """Where the office, the compounds and the venues lie; every faulty line is said at once, and nothing is kept then."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    known = points.places(community)
    form = PointsForm(request.POST or None, text=points.as_text(known))
    if form.is_bound and form.is_valid():
        try:
            n = points.keep(community, points.read(form.cleaned_data["lines"], known))
        except Refused as refused:
            for line in refused.faults["lines"].split("\n"):
                form.add_error("lines", line)
        else:
            messages.success(request, _("已存 %(n)d 个位置。重排路线后生效。") % {"n": n})
            return redirect("desk-patrols")
    placed = sum(place.at is not None for place in known)
    context = {"form": form, "placed": placed, "of": len(known)}
    status = 422 if form.errors else 200
    return page(request, "desk/patrol_points.html", context, here="patrols", at=at, status=status)
