"""How far a round is: every building, one drawn door by door; the queue; what a bigger tube would save."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.desk import testing_words, words
from linli.desk.frame import page
from linli.desk.testing_screens import campaign_of, tell
from linli.loops.ledger import Refused
from linli.loops.pack import pack_for
from linli.matters.testing import listing, pooling, queues, tubes
from linli.matters.testing.coverage import DOORS, Door, drawn
from linli.matters.testing.models import Campaign, SamplingSite
from linli.registry.elevation import Drawing
from linli.registry.models import Building
from linli.roster.permissions import actor, community_of, may, requires


@requires("testing.see")
@require_safe
def cover(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A line for every building: how many of its people are sampled or explained."""
    at, one = now(), campaign_of(request, campaign_id)
    context = {"campaign": one, "whole": listing.covered(one), "rows": _buildings(one)}
    return page(request, "desk/campaign_cover.html", context, here="campaigns", at=at)


def _buildings(one: Campaign) -> list[dict[str, Any]]:
    people = dict(one.listed.order_by().values_list("building_id").annotate(n=Count("pk")))
    left = Counter(listing.missed(one).order_by().values_list("building_id", flat=True))
    found = Building.objects.filter(community_id=one.community_id, pk__in=people).select_related("compound")
    return [
        {
            "name": f"{b.compound.name}{b}",
            "url": reverse("desk-campaign-building", args=[one.pk, b.pk]),
            "people": people[b.pk],
            "done": people[b.pk] - left[b.pk],
            "left": left[b.pk],
        }
        for b in found.order_by("compound__position", "compound__name", "position", "number")
    ]


@requires("testing.see")
@require_safe
def building(request: HttpRequest, campaign_id: UUID, building_id: UUID) -> HttpResponse:
    """The building as it stands, every door with its shape and mark."""
    at, one = now(), campaign_of(request, campaign_id)
    place = Building.objects.filter(community_id=one.community_id, pk=building_id).first()
    units = drawn(one, building_id) if place else []
    if not place or not units:
        raise Http404
    seen = Counter(d.state for unit in units for _floor, row in unit.floors for d in row if d)
    context = {
        "campaign": one,
        "building": f"{place.compound.name}{place}",
        "units": [_unit(unit, may(request, "place.see")) for unit in units],
        "legend": [
            {"key": key, "shape": shape, "word": _(word), "mark": _(mark), "n": seen[key]}
            for key, (shape, word, mark) in DOORS.items()
        ],
        "drawn_at": words.moment(at, at),
    }
    return page(request, "desk/campaign_building.html", context, here="campaigns", at=at)


def _unit(unit: Drawing[Door], opens: bool) -> dict[str, Any]:
    floors = [(floor, [_cell(door, opens) if door else None for door in row]) for floor, row in unit.floors]
    return {"name": unit.unit, "columns": unit.columns, "floors": floors}


def _cell(door: Door, opens: bool) -> dict[str, Any]:
    shape, word, mark = DOORS[door.state]
    return {
        "url": reverse("desk-dwelling", args=[door.dwelling.pk]) if opens else "",
        "room": door.dwelling.room,
        "key": door.state,
        "shape": shape,
        "word": _(word),
        "mark": _(mark),
        "n": f"{door.sampled}/{door.people}",
    }


class QueueForm(forms.Form):
    """How many stand in the queue of a site."""

    waiting = forms.IntegerField(
        label=gettext_lazy("现在排着多少人"),
        min_value=0,
        help_text=gettext_lazy("数一数就报,最后一次算数;半小时没人报,居民看到的就是没有最新情况"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autofocus": True}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        title = {"title": self.fields["waiting"].label}
        self.fields["waiting"].error_messages["required"] = _("请填写「%(title)s」") % title


@requires("testing.tubes")
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Whoever stands there says how long the queue is; residents see the light."""
    at = now()
    rows = SamplingSite.objects.filter(community_id=community_of(request))
    site = get_object_or_404(rows.select_related("campaign", "compound"), pk=site_id)
    form = QueueForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            queues.count(site, form.cleaned_data["waiting"], actor=actor(request), at=at)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("已报"))
            return redirect("desk-campaign", site.campaign_id)
    context = {"form": form, "site": site, "name": testing_words.site_name(site)}
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_site.html", context, here="campaigns", at=at, status=status)


class PoolForm(forms.Form):
    """For how many, at which prevalence, and how fast the laboratory is."""

    people = forms.IntegerField(label=gettext_lazy("多少人"), min_value=1, max_value=10_000_000)
    per_ten_thousand = forms.FloatField(
        label=gettext_lazy("每一万人大约几个阳性"), min_value=0, max_value=10_000
    )
    tubes_per_hour = forms.IntegerField(
        label=gettext_lazy("实验室一小时做几管"), min_value=1, max_value=1_000_000, required=False
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


@requires("testing.see")
@require_safe
def pool_size(request: HttpRequest) -> HttpResponse:
    """Tubes, hours and recalls for every type of tube. Nothing is decided here."""
    at = now()
    holds = {k: n for k, n in tubes.kinds(pack_for(community_of(request), at)).items() if k != "household"}
    form = PoolForm(request.GET or None)
    rows: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        found = pooling.choices(
            said["people"], said["per_ten_thousand"] / 10_000, holds, tubes_per_hour=said["tubes_per_hour"]
        )
        rows = [_choice(one) for one in found]
    context = {"form": form, "rows": rows}
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_pools.html", context, here="campaigns", at=at, status=status)


def _choice(one: pooling.Choice) -> dict[str, Any]:
    return {
        "word": _(tubes.KINDS[one.kind]),
        "tubes": one.tubes,
        "saved": one.saved,
        "positive": f"{one.positive:.1f}",
        "recalled": one.recalled,
        "hours": f"{one.hours:.1f}" if one.hours is not None else "",
    }
