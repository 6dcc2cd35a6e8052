"""What is wrong with a declaration, in sentences, before any case can suffer from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linli.loops.spec import ROUTED, Loop, State


def faults(loops: Iterable[type[Loop]], *, due_keys: Iterable[str] | None = None) -> list[str]:
    """Every fault of every declaration. `due_keys` are the deadlines the default pack knows (None: not checked)."""
    loops = list(loops)
    known = set(due_keys) if due_keys is not None else None
    ended = {e.split(".")[0] for loop in loops if loop.ends_with_cause for e in loop.opens_on}
    found = [fault for loop in loops for fault in _of(loop, known)]
    names = {name for loop in loops for name in loop.event_names()}
    found += [
        f"{loop.key}.{state.key}: lapses, but what ends with its cause would stay open behind it"
        for loop in loops
        for state in loop.states.values()
        if state.lapses and loop.key in ended
    ]
    here = {
        loop.key for loop in loops
    }  # a matter this house does not run opens nothing, and that is no fault
    for loop in loops:
        found += [
            f"{loop.key}: opens on {e!r}, which no loop ever records"
            for e in loop.opens_on
            if e not in names and e.partition(".")[0] in here
        ]
        if loop.opens_on and loop.opening is None:
            found.append(f"{loop.key}: opens on an event but does not say what its case is about (`opening`)")
        beside = loop.by_hand.beside if loop.by_hand else ()
        known_loops = {other.key for other in loops}
        found += [
            f"{loop.key}: opened beside {k!r}, which is no loop" for k in beside if k not in known_loops
        ]
    return found + _circles({loop.key: {e.split(".")[0] for e in loop.opens_on} for loop in loops})


def _of(loop: type[Loop], known: set[str] | None) -> list[str]:
    if not loop.states:
        return [f"{loop.key}: declares no state"]
    found = [f"{loop.key}: has no title"] if not loop.title else []
    for state in loop.states.values():
        found += _of_state(loop, state, known)
    reachable = _reachable(loop, loop.start()) | {loop.ends_with_cause}
    if loop.ends_with_cause and not loop.opens_on:
        found.append(f"{loop.key}: ends with its cause, but opens on nothing and so has none")
    if loop.ends_with_cause and (
        loop.ends_with_cause not in loop.states or loop.states[loop.ends_with_cause].is_open
    ):
        found.append(f"{loop.key}: ends with its cause in {loop.ends_with_cause!r}, which is no closed state")
    found += [f"{loop.key}: no step ever reaches {k!r}" for k in loop.states if k not in reachable]
    if loop.takes_calls and ROUTED not in loop.opens_on:
        found.append(f"{loop.key}: says it takes calls, but does not open on {ROUTED!r}")
    if not loop.start().is_open:
        found.append(f"{loop.key}: starts closed, so nothing could ever be owed")
    for step in loop.steps.values():
        asked = {e.key for e in step.needs}
        if step.passes and not set(step.passes) <= asked:
            found.append(f"{loop.key}.{step.key}: passes somebody on but does not ask for both names")
        if step.hands_on and step.hands_on not in asked:
            found.append(f"{loop.key}.{step.key}: hands on to {step.hands_on!r}, which it does not ask for")
        if step.not_before and loop.plan is None:
            found.append(f"{loop.key}.{step.key}: waits for {step.not_before!r}, which no `plan` ever gives")
        found += [
            f"{loop.key}.{step.key}: leaves {o.key!r}, which is closed" for o in step.origins if not o.is_open
        ]
    return found


def _of_state(loop: type[Loop], state: State, known: set[str] | None) -> list[str]:
    name = f"{loop.key}.{state.key}"
    if not state.is_open:
        return [f"{name}: is closed but tells somebody"] if state.tell else []
    end = loop.states.get(state.lapses) if state.lapses else None
    if state.lapses and (end is None or end.is_open):
        return [f"{name}: lapses into {state.lapses!r}, which is no closed state"]
    found = [] if state.tell else [f"{name}: is open and nobody is told"]
    if known is not None and state.due not in known:
        found.append(f"{name}: its promise {state.due!r} is in no default pack")
    ends = bool(loop.ends_with_cause)
    if not ends and not any(not loop.states[k].is_open for k in _reachable(loop, state)):
        found.append(f"{name}: a case here can never close")
    return found


def _reachable(loop: type[Loop], origin: State) -> set[str]:
    seen, queue = {origin.key}, [origin.key]
    while queue:
        here = queue.pop()
        lapsed = loop.states[here].lapses if here in loop.states else ""
        onward = [step.target.key for step in loop.steps_from(here)] + ([lapsed] if lapsed else [])
        for key in onward:
            if key not in seen:
                seen.add(key)
                queue.append(key)
    return seen


def _circles(opens: Mapping[str, set[str]]) -> list[str]:
    found: list[str] = []
    for key in opens:
        seen: set[str] = set()
        queue = list(opens[key])
        while queue:
            parent = queue.pop()
            if parent == key:
                found.append(f"{key}: opens itself in a circle of opens_on")
                break
            if parent not in seen:
                seen.add(parent)
                queue += opens.get(parent, set())
    return found
