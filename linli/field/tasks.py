"""Which cases are somebody's tasks now, and which steps they may take there: read from the declarations and the roster."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from linli.base.scope import covers
from linli.loops.models import Case
from linli.loops.registry import all_loops
from linli.loops.spec import Loop, Step
from linli.roster.duties import standing_for

Held = Mapping[str, list[str]]
"""Duty → scope paths, as `permissions.duties_now` gives them."""

MOST = 2000
"""Tasks one phone carries, the nearest promise first: more than anybody walks in a day."""


def paths_for(held: Held, duty: str) -> frozenset[str]:
    """The places where the holder of these duties may act for `duty`."""
    return frozenset(path for d in standing_for(duty) for path in held.get(d, ()))


def tasks_of(user_id: UUID, community_id: UUID, held: Held) -> list[Case]:
    """Open cases with a step this person may take now, and those in their hands; only under the places of their shifts."""
    if not held:
        return []
    everywhere = {path for paths in held.values() for path in paths}
    mine = Q(holder_id=user_id) & _under(everywhere)
    for loop in all_loops():
        for step in loop.steps.values():
            if paths := paths_for(held, step.by):
                mine |= Q(loop=loop.key, state__in=[o.key for o in step.origins]) & _under(paths)
    return list(Case.objects.open().filter(mine, community_id=community_id).by_promise()[:MOST])


def _under(paths: frozenset[str] | set[str]) -> Q:
    found = Q()
    for path in sorted(paths):
        found |= Q(scope__under=path)
    return found


def steps_at(loop: type[Loop], scope: str, held: Held) -> list[Step]:
    """Every step of a loop that may be taken at a place, whatever state the case is in: offline one follows another."""
    return [s for s in loop.steps.values() if any(covers(path, scope) for path in paths_for(held, s.by))]
