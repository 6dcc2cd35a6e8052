"""How long people wait at a site, and how its hours are shared among buildings.

The model: the people of a building come evenly spread over its slot, at random (Poisson); every desk takes `per_hour`
samples, one after another, on average. A wait is what two things add up to:

1. the backlog: whoever came before and could not be taken, carried from one step to the next, divided by what all desks
   take together;
2. chance: people do not come evenly. In the long run that is Erlang's formula C; a step is no long run, so it is never
   more than the queue of the step before can have grown by chance: by √(2 (arrivals + services) / π), in squares.

Both are expectations. tests/test_queueing.py compares it with a simulation of every single person.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, pi, sqrt

MOST_DESKS = 40
"""A site with more desks is two sites."""


def shares(people: Sequence[int], minutes: int, step: int) -> list[tuple[int, int]]:
    """Each building's slot as (from, to) in minutes from the beginning, one after another, in whole steps.

    In proportion to its people; the smallest is one step, which it may share with the next.
    """
    total, steps, before = sum(people), max(1, minutes // step), 0
    found: list[tuple[int, int]] = []
    for n in people:
        first = min(before * steps // total, steps - 1) if total else 0
        before += n
        last = -(-before * steps // total) if total else 1
        found.append((first * step, max(last, first + 1) * step))
    return found


def arrivals(people: Sequence[int], slots: Sequence[tuple[int, int]], step: int) -> list[float]:
    """How many are expected in each step."""
    found = [0.0] * (max((end for _begin, end in slots), default=0) // step)
    for n, (begin, end) in zip(people, slots, strict=True):
        for k in range(begin // step, end // step):
            found[k] += n * step / (end - begin)
    return found


def waits(coming: Sequence[float], step: int, *, desks: int, per_hour: float) -> list[float]:
    """The expected wait in minutes at the worst moment of each step."""
    each, service = per_hour / 60, desks * per_hour / 60
    backlog = chance = 0.0
    found: list[float] = []
    for n in coming:
        after = max(0.0, backlog + n - service * step)
        chance = _chance(chance, n / step, desks, each, step)
        found.append((max(backlog, after) + chance) / service)
        backlog = after
    return found


def _chance(before: float, rate: float, desks: int, each: float, minutes: float) -> float:
    """People who wait only because others did not come evenly, a step later."""
    if rate == 0:
        return 0.0
    grown = sqrt(before**2 + 2 * (rate + desks * each) * minutes / pi)
    return min(grown, _erlang(rate, desks, each))


def _erlang(rate: float, desks: int, each: float) -> float:
    """The mean queue of M/M/c in the long run; infinite where more come than are taken."""
    load = rate / each
    if load >= desks:
        return inf
    blocked = 1.0
    for c in range(1, desks + 1):
        blocked = load * blocked / (c + load * blocked)
    waiting = blocked / (1 - load / desks * (1 - blocked))
    return waiting * load / (desks - load)


def worst(people: Sequence[int], minutes: int, step: int, *, desks: int, per_hour: float) -> float:
    """The longest expected wait of a day in which these buildings share the hours; infinite without desk or hours."""
    if desks < 1 or minutes < step:
        return inf
    slots = shares(people, minutes, step)
    return max(waits(arrivals(people, slots, step), step, desks=desks, per_hour=per_hour), default=0.0)


def desks_needed(
    people: Sequence[int], minutes: int, step: int, *, per_hour: float, most: float
) -> int | None:
    """The fewest desks with which nobody is expected to wait longer than `most` minutes; None if MOST_DESKS do not do."""
    counts = range(1, MOST_DESKS + 1)
    return next((c for c in counts if worst(people, minutes, step, desks=c, per_hour=per_hour) <= most), None)
