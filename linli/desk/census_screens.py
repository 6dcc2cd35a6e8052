"""Rounds from door to door: the list, a new one, how far each building is, and the building drawn door by door."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.census_forms import RoundForm, buildings_under
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.census import corrections, coverage, facts, rounds
from linli.matters.census.asks import ABSENT, OUTCOMES, PASSED, REFUSED, UNVISITED
from linli.matters.census.models import CensusRound, RoundDoor
from linli.registry.models import Building, Community
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

LATEST = 20
"""Rounds on the page."""

STILL_OPEN = 100
"""Doors named one by one below the buildings; the drawing shows all of them."""


@requires("census.see")
@require_safe
def census(request: HttpRequest) -> HttpResponse:
    """Rounds, the latest first, with how far they are; and how many corrections wait. Five queries however many doors."""
    at, community_id = now(), community_of(request)
    found = list(
        CensusRound.objects.filter(community_id=community_id)
        .select_related("case")
        .order_by("-opened_at")[:LATEST]
    )
    parts = coverage.by_building(found)
    mine = _my_buildings(request, {pk for buildings in parts.values() for pk in buildings})
    waiting = corrections.waiting(community_id, scopes_now(request))
    rows = [_round_row(one, parts.get(one.pk, {}), mine, at) for one in found]
    context = {
        "rounds": [row for row in rows if row],
        "waiting": waiting if may(request, "census.decide") else 0,
        "can_open": may(request, "census.open"),
    }
    return page(request, "desk/census.html", context, here="census", at=at)


def _my_buildings(request: HttpRequest, ids: set[UUID]) -> dict[UUID, Building]:
    """Those of these buildings that lie under the caller's places."""
    rows = Building.objects.filter(community_id=community_of(request), pk__in=ids).select_related("compound")
    scopes = scopes_now(request)
    found = rows.order_by("compound__position", "compound__name", "position", "number")
    return {b.pk: b for b in found if any(covers(scope, b.path) for scope in scopes)}


def _round_row(
    one: CensusRound, parts: dict[UUID, coverage.Coverage], mine: dict[UUID, Building], at: datetime
) -> dict[str, Any] | None:
    seen = coverage.together(part for pk, part in parts.items() if pk in mine)
    if not seen.doors:
        return None
    return {
        "url": reverse("desk-census-round", args=[one.pk]),
        "name": one.name,
        "state": _(one.case.standing.title),
        "shape": "waiting" if one.case.closed_at is None else "pass",
        "promise": words.promise(one.case.due_at, one.case.closed_at, at),
        "percent": seen.percent,
        "covered": seen.covered,
        "doors": seen.doors,
        "says": facts.counted(seen.counts),
        "walker": one.walker_name,
    }


@requires("census.open")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new round; a thousand doors are open a moment later."""
    at = now()
    community = get_object_or_404(Community, pk=community_of(request))
    pack = pack_for(community.id, at)
    known = buildings_under(community, scopes_now(request))
    form = RoundForm(request.POST or None, buildings=known, pack=pack, at=at)
    if form.is_bound and form.is_valid():
        try:
            made = rounds.open_round(
                form.told(),
                community=community,
                actor=actor(request),
                at=at,
                intent=form.cleaned_data["intent"],
            )
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            messages.success(request, _("已开:%(name)s,网格员的手机上已有这些住户。") % {"name": made.name})
            return redirect("desk-census-round", made.pk)
    context = {"form": form, "pack": pack.title, "has_buildings": bool(known)}
    status = 422 if form.errors else 200
    return page(request, "desk/census_new.html", context, here="census", at=at, status=status)


@requires("census.see")
@require_safe
def census_round(request: HttpRequest, census_id: UUID) -> HttpResponse:
    """One round: a line per building, what is still open, and the way to its end."""
    at, one = now(), _round(request, census_id)
    parts = coverage.by_building([one]).get(one.pk, {})
    mine = _my_buildings(request, set(parts))
    if not mine:
        raise Http404
    whole = coverage.together(parts[pk] for pk in mine)
    left = _left(one, list(mine))
    context = {
        "round": one,
        "promise": words.promise(one.case.due_at, one.case.closed_at, at),
        "state": _(one.case.standing.title),
        "whole": whole,
        "figures": _figures(whole),
        "buildings": [_building_row(one, building, parts[pk]) for pk, building in mine.items()],
        "left": [_left_row(door) for door in left[:STILL_OPEN]],
        "more": len(left) > STILL_OPEN,
        "may_end": one.case.closed_at is None and may(request, "census.open"),
        "unvisited": whole.counts.get(UNVISITED, 0),
    }
    return page(request, "desk/census_round.html", context, here="census", at=at)


def _round(request: HttpRequest, census_id: UUID) -> CensusRound:
    rows = CensusRound.objects.filter(community_id=community_of(request)).select_related("case")
    return get_object_or_404(rows, pk=census_id)


def _figures(whole: coverage.Coverage) -> list[dict[str, Any]]:
    return [
        {"n": whole.counts.get(key, 0), "word": _(word), "shape": shape}
        for key, (shape, word, _mark) in OUTCOMES.items()
    ]


def _building_row(one: CensusRound, building: Building, part: coverage.Coverage) -> dict[str, Any]:
    return {
        "name": f"{building.compound.name}{building}",
        "url": reverse("desk-census-building", args=[one.pk, building.pk]),
        "percent": part.percent,
        "covered": part.covered,
        "doors": part.doors,
        "says": facts.counted(part.counts),
    }


def _left(one: CensusRound, buildings: list[UUID]) -> list[RoundDoor]:
    """The doors that still owe something, in walking order."""
    open_ = RoundDoor.objects.filter(
        community_id=one.community_id,
        round=one,
        building__in=buildings,
        outcome__in=(UNVISITED, ABSENT, REFUSED, PASSED),
    )
    rows = open_.select_related("dwelling__compound").order_by(
        "building__path", "dwelling__position", "dwelling_id"
    )
    return list(rows[: STILL_OPEN + 1])


def _left_row(door: RoundDoor) -> dict[str, Any]:
    shape, word, _mark = OUTCOMES[door.outcome]
    return {
        "url": reverse("desk-case", args=[door.case_id]),
        "name": str(door.dwelling),
        "shape": shape,
        "word": _(word),
        "again": facts.again_words(door.again_from) if door.outcome == ABSENT else "",
    }


@requires("census.see")
@require_safe
def census_building(request: HttpRequest, census_id: UUID, building_id: UUID) -> HttpResponse:
    """The building as it stands: units side by side, floors from the top, every door with its shape and mark."""
    at, one = now(), _round(request, census_id)
    building = _my_buildings(request, {building_id}).get(building_id)
    units = coverage.drawn(one, building_id) if building else []
    if not building or not units:
        raise Http404
    part = coverage.by_building([one])[one.pk][building_id]
    context = {
        "round": one,
        "building": f"{building.compound.name}{building}",
        "part": part,
        "says": facts.counted(part.counts),
        "legend": [_legend(key, part) for key in OUTCOMES],
        "units": [_unit(unit) for unit in units],
        "drawn_at": words.moment(at, at),
    }
    return page(request, "desk/census_building.html", context, here="census", at=at)


def _legend(key: str, part: coverage.Coverage) -> dict[str, Any]:
    shape, word, mark = OUTCOMES[key]
    return {
        "key": key or "unvisited",
        "shape": shape,
        "word": _(word),
        "mark": _(mark),
        "n": part.counts.get(key, 0),
    }


def _unit(unit: coverage.Drawing[coverage.Cell]) -> dict[str, Any]:
    return {
        "name": unit.unit,
        "columns": unit.columns,
        "floors": [(floor, [_cell(cell) for cell in cells]) for floor, cells in unit.floors],
    }


def _cell(cell: coverage.Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    shape, word, mark = OUTCOMES[cell.outcome]
    again = facts.again_words(cell.door.again_from) if cell.outcome == ABSENT else ""
    return {
        "url": reverse("desk-case", args=[cell.door.case_id]),
        "room": cell.room,
        "key": cell.outcome or "unvisited",
        "shape": shape,
        "word": _(word),
        "mark": _(mark),
        "again": again,
    }
