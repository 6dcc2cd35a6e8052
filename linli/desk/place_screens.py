"""Where somebody goes who was told with an address we do not know: choose the right compound, or pass the case on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.matters.returns import doubts, placing
from linli.matters.returns.models import Trip
from linli.registry.doors import read_parts
from linli.registry.models import Community, Compound
from linli.roster.permissions import actor, community_of, duties_now, requires


class PlaceForm(forms.Form):
    """One of our compounds, and the door in it; what could be read stands there already."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    compound = forms.ChoiceField(widget=forms.RadioSelect)
    door = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any, *, trip: Trip) -> None:
        compounds = list(Compound.objects.filter(community=trip.community).order_by("position", "name"))
        spot = read_parts(trip.community, trip.destination)
        chosen = next((str(c.pk) for c in compounds if c.name == spot.compound), None)
        door = "-".join(part for part in (spot.building, spot.unit, spot.room) if part)
        super().__init__(data, initial={"intent": f"place-{uuid7()}", "compound": chosen, "door": door})
        fields: dict[str, Any] = self.fields
        fields["compound"].choices = [(str(c.pk), c.name) for c in compounds]
        fields["compound"].label, fields["door"].label = _("小区"), _("楼号、单元和房号")
        fields["door"].help_text = _("例如 3-2-1101")
        for field in fields.values():
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


@requires("return.place")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The address as it was told, our compounds to choose from, and the step that passes the case on."""
    at, me = now(), actor(request)
    case = case_seen_by(me, case_id, duties_now(request))
    community = get_object_or_404(Community, pk=community_of(request))
    trip = get_object_or_404(Trip.objects.select_related("community", "case"), case=case, community=community)
    form = PlaceForm(request.POST or None, trip=trip)
    if form.is_bound and form.is_valid() and _settled(form, case_id, community, request):
        return redirect("desk-case", case.pk)
    context = {
        "case": case,
        "told": trip.destination or _("没有写"),
        "doubts": doubts.about_place(trip.doubts),
        "form": form,
        "can_refer": any(step.key == "refer" for step in case.declared.steps_from(case.state)),
    }
    return page(request, "desk/place.html", context, here="today", at=at, status=422 if form.errors else 200)


def _settled(form: PlaceForm, case_id: UUID, community: Community, request: HttpRequest) -> bool:
    said = form.cleaned_data
    try:
        placing.settle_place(
            case_id,
            compound_id=UUID(said["compound"]),
            door=said["door"],
            community=community,
            actor=actor(request),
            at=now(),
            intent=said["intent"],
        )
    except Refused as refused:
        for key, sentence in refused.faults.items():
            form.add_error(key if key in form.fields else None, sentence)
        return False
    messages.success(request, _("目的地已核对。"))
    return True
