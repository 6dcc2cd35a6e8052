"""How a phone is told what may be done: the loops it meets, their states, my steps, and what each asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.field.tasks import Held, may_keep, open_states, starts, steps_at
from linli.loops.evidence import Evidence
from linli.loops.pack import Pack, pack_for
from linli.loops.registry import loop_of
from linli.loops.spec import Loop, Start, Step
from linli.roster.duties import paths_for

KEPT = "kept"
"""What the promise of a case is kept under, as if it were a step: the engine's event has this verb."""
OPENED = "opened"
"""The same for a case opened by hand."""


def of(loops: set[str], held: Held, *, community_id: UUID | None, at: datetime) -> dict[str, Any]:
    """`loops` by key, and `starts`: what may be opened by hand beside one of them."""
    if not community_id or not held:
        return {"loops": {}, "starts": []}
    pack = pack_for(community_id, at)
    open_here = [(loop, start) for loop, start in starts() if _offered(start, loops, held)]
    met = sorted(loops | {loop.key for loop, _start in open_here})
    return {
        "loops": {key: _declared(loop_of(key), held, pack) for key in met},
        "starts": [_start(loop, start, pack) for loop, start in open_here],
    }


def _offered(start: Start, loops: set[str], held: Held) -> bool:
    near = loops if not start.beside else loops & set(start.beside)
    return bool(near) and any(paths_for(held, duty) for duty in start.duties)


def _declared(loop: type[Loop], held: Held, pack: Pack) -> dict[str, Any]:
    """States and the steps that may be mine, with what each asks, in the reader's language."""
    paths = {path for some in held.values() for path in some}
    mine = {step.key for path in paths for step in steps_at(loop, path, held)}
    kept = _kept(loop, pack) if any(may_keep(loop, path, held) for path in paths) else {}
    return {
        "title": _(loop.title),
        "states": {key: {"title": _(s.title), "open": s.is_open} for key, s in loop.states.items()},
        "steps": kept | {key: _step(step, pack) for key, step in loop.steps.items() if key in mine},
    }


def _step(step: Step, pack: Pack) -> dict[str, Any]:
    return {
        "title": _(step.title),
        "from": [origin.key for origin in step.origins],
        "to": step.target.key,
        "passes": list(step.passes) if step.passes else None,
        "needs": _needs(step.asked(pack)),
    }


def _kept(loop: type[Loop], pack: Pack) -> dict[str, Any]:
    """The keeping of a promise, told as a step that `stays`: the case is afterwards where it was."""
    if loop.keeping is None:
        return {}
    told = {"title": _(loop.keeping.title), "from": open_states(loop), "to": open_states(loop)[0]}
    return {KEPT: {**told, "stays": True, "passes": None, "needs": _needs(loop.keeping.asked(pack))}}


def _start(loop: type[Loop], start: Start, pack: Pack) -> dict[str, Any]:
    return {
        "loop": loop.key,
        "title": _(start.title),
        "state": start.into or loop.start().key,
        "needs": _needs(start.asked(pack)),
    }


def _needs(needs: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [_need(evidence) for evidence in needs]


def _need(evidence: Evidence) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "key": evidence.key,
        "title": _(evidence.title),
        "kind": evidence.kind,
        "required": evidence.required,
    }
    if evidence.hint:
        asked["hint"] = _(evidence.hint)
    if evidence.choices:
        asked["choices"] = [[value, _(word)] for value, word in evidence.choices]
    if evidence.must_be is not None:
        asked["must_be"] = evidence.must_be
    return asked
