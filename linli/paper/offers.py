"""Which rounds somebody may print now, and for which places: read from the declarations, the roster and the open cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.base.scope import covers
from linli.base.scope import path as scope_path
from linli.loops.models import Case
from linli.paper.forms import PaperForm, all_forms
from linli.paper.loop import CLERK
from linli.paper.models import SheetRow
from linli.paper.walking import natural
from linli.registry.models import Building, Community, Compound, Grid
from linli.roster.duties import paths_for

Held = Mapping[str, list[str]]
"""Duty → scope paths, as `permissions.duties_now` gives them."""

MOST = 2000
"""Open cases one look holds, the nearest promise first: more than anybody walks in a day."""


@dataclass(frozen=True)
class Offer:
    """A round and the cases that wait for it; `on_paper` of them stand on a sheet that is out."""

    form: PaperForm
    cases: list[Case]
    on_paper: int


@dataclass(frozen=True)
class Place:
    """Where a round can be walked, with how many cases wait there. `depth`: 0 community, 1 compound, 2 grid, 3 building."""

    scope: str
    name: str
    waiting: int
    depth: int = 0


def offers(community_id: UUID, held: Held, at: datetime) -> list[Offer]:
    """Every round with at least one case that the holder of these duties may print and take. Two queries."""
    mine = paths_for(held, CLERK)
    cases = list(Case.objects.open().within(community_id, mine).by_promise()[:MOST])
    standing = _on_paper(community_id)
    found = (_offer(form, cases, held, standing, at) for form in all_forms())
    return [offer for offer in found if offer.cases or offer.on_paper]


def offer_of(form: PaperForm, cases: Iterable[Case], at: datetime) -> list[Case]:
    """Those of `cases` that this round visits and that stand on no sheet of it that is out. One query."""
    waiting = [case for case in cases if case.loop == form.loop and form.fits(case, at)]
    standing = _on_paper(waiting[0].community_id) if waiting else set()
    return [case for case in waiting if (form.key, case.id) not in standing]


def _offer(
    form: PaperForm, cases: list[Case], held: Held, standing: set[tuple[str, UUID]], at: datetime
) -> Offer:
    paths = paths_for(held, form.by)
    waiting = [
        case
        for case in cases
        if case.loop == form.loop and form.fits(case, at) and any(covers(path, case.scope) for path in paths)
    ]
    free = [case for case in waiting if (form.key, case.id) not in standing]
    return Offer(form, free, len(waiting) - len(free))


def _on_paper(community_id: UUID) -> set[tuple[str, UUID]]:
    """(form, case) of every row that is still open on a sheet that is out."""
    rows: QuerySet[SheetRow] = SheetRow.objects.filter(
        community_id=community_id, outcome="", sheet__case__closed_at=None
    )
    return set(rows.values_list("sheet__form", "case_id"))


def places(community_id: UUID, cases: Iterable[Case], within: Iterable[list[str]]) -> list[Place]:
    """Compounds, grids and buildings in which cases wait, in walking order. Four queries.

    `within` holds scope paths by duty: a place lies under one of each. The community itself is one where the cases of
    several compounds wait.
    """
    scopes, within = [case.scope for case in cases], list(within)
    every = all_places(community_id)
    counted = (
        Place(p.scope, p.name, sum(covers(p.scope, scope) for scope in scopes), p.depth)
        for p in every
        if all(any(covers(path, p.scope) for path in paths) for paths in within)
    )
    found = [place for place in counted if place.waiting]
    several = sum(place.depth == 1 for place in found) > 1
    return [place for place in found if place.depth or several]


def all_places(community_id: UUID) -> list[Place]:
    """A community, its compounds, grids and buildings, each inside the one before it; nothing counted."""
    community = Community.objects.get(pk=community_id)
    slug = community.slug
    compounds = Compound.objects.filter(community_id=community_id).order_by("position", "name")
    grids = list(Grid.objects.filter(community_id=community_id))
    buildings = list(Building.objects.filter(community_id=community_id).select_related("compound"))
    found = [Place(community.path, community.name, 0)]
    for compound in compounds:
        found.append(Place(scope_path(slug, compound.code), compound.name, 0, 1))
        for grid in sorted((g for g in grids if g.compound_id == compound.id), key=lambda g: natural(g.name)):
            found.append(Place(scope_path(slug, compound.code, grid.code), grid.name, 0, 2))
            inside = [b for b in buildings if b.grid_id == grid.id]
            inside.sort(key=lambda b: (b.position, natural(b.number)))
            found += [Place(b.path, f"{compound.name}{b}", 0, 3) for b in inside]
    return found
