"""Which cases are somebody's tasks now, and what they may do there: read from the declarations and the roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from linli.base.scope import covers
from linli.loops.models import Case
from linli.loops.registry import all_loops
from linli.loops.spec import ByHand, Loop, Start, Step
from linli.roster.duties import paths_for

Held = Mapping[str, list[str]]
"""Duty → scope paths, as `permissions.duties_now` gives them."""

MOST = 2000
"""Tasks one phone carries, the nearest promise first: more than anybody walks in a day."""


def tasks_of(user_id: UUID, community_id: UUID, held: Held) -> list[Case]:
    """Open cases with a step this person may take now, and those in their hands; only under the places of their shifts."""
    if not held:
        return []
    everywhere = {path for paths in held.values() for path in paths}
    mine = Q(holder_id=user_id) & _under(everywhere)
    for loop in all_loops():
        for duty, states in _asking(loop):
            if paths := paths_for(held, duty):
                mine |= Q(loop=loop.key, state__in=states) & _under(paths)
    return list(Case.objects.open().filter(mine, community_id=community_id).by_promise()[:MOST])


def _asking(loop: type[Loop]) -> list[tuple[str, list[str]]]:
    """Which duty has something to do in which states."""
    asking = [(step.by, [origin.key for origin in step.origins]) for step in loop.steps.values()]
    if loop.keeping:
        asking += [(duty, open_states(loop)) for duty in loop.keeping.duties]
    return asking


def open_states(loop: type[Loop]) -> list[str]:
    """The states in which something is owed."""
    return [state.key for state in loop.states.values() if state.is_open]


def _under(paths: Iterable[str]) -> Q:
    found = Q()
    for path in sorted(paths):
        found |= Q(scope__under=path)
    return found


def steps_at(loop: type[Loop], scope: str, held: Held) -> list[Step]:
    """Every step of a loop that may be taken at a place, whatever state the case is in: offline one follows another."""
    return [s for s in loop.steps.values() if any(covers(path, scope) for path in paths_for(held, s.by))]


def may_keep(loop: type[Loop], scope: str, held: Held) -> bool:
    """Whether the recurring promise of such a case may be kept at a place."""
    return loop.keeping is not None and _may(loop.keeping, scope, held)


def starts_at(beside: type[Loop], scope: str, held: Held) -> list[type[Loop]]:
    """The loops of which a case may be opened beside one of `beside` at a place."""
    return [loop for loop, start in starts() if _fits(start, beside) and _may(start, scope, held)]


def starts() -> list[tuple[type[Loop], Start]]:
    """Every loop that is opened by hand."""
    return [(loop, loop.by_hand) for loop in all_loops() if loop.by_hand]


def _fits(start: Start, beside: type[Loop]) -> bool:
    return not start.beside or beside.key in start.beside


def _may(hand: ByHand, scope: str, held: Held) -> bool:
    return any(covers(path, scope) for duty in hand.duties for path in paths_for(held, duty))
