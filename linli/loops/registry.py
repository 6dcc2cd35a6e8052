"""The loops this installation runs, by key; filled when the matters are imported."""

from __future__ import annotations

from typing import TypeVar

from linli.loops.spec import Loop

L = TypeVar("L", bound=type[Loop])

_loops: dict[str, type[Loop]] = {}


def register(loop: L) -> L:
    """Class decorator. Raises ValueError when the key is taken by another declaration."""
    known = _loops.get(loop.key)
    if known is not None and known.__qualname__ != loop.__qualname__:
        raise ValueError(f"loop key {loop.key!r} is taken by {known.__qualname__}")
    _loops[loop.key] = loop
    return loop


def loop_of(key: str) -> type[Loop]:
    """The declaration behind a case. Raises KeyError for a key nobody registered."""
    return _loops[key]


def all_loops() -> list[type[Loop]]:
    """Every declaration, in the order of registration."""
    return list(_loops.values())


def opened_by(event_name: str) -> list[type[Loop]]:
    """The loops that open in the same transaction as this event."""
    return [loop for loop in _loops.values() if event_name in loop.opens_on]


def taking_calls() -> list[type[Loop]]:
    """The loops a telephone call may be passed on to, in the order of registration."""
    return [loop for loop in _loops.values() if loop.takes_calls]


def ending_with(key: str) -> list[str]:
    """The keys of the loops whose cases end when the case of this loop they followed from closes."""
    return [
        loop.key
        for loop in _loops.values()
        if loop.ends_with_cause and any(name.partition(".")[0] == key for name in loop.opens_on)
    ]
