"""A day's street sweep: 35 venues × 4 rounds, 6 volunteers, beside sectors drawn by hand and a bound nobody can beat.

    python -m bench.patrols

Twenty towns from seeds: venues along the streets of four compounds, the office in one of them. By hand: every
volunteer has a compound or half of one and goes down its list by house number, from the office and back. The bound is
the larger of two: the 1-tree of Held and Karp (all walks of a round joined at the office are one closed walk through
every venue), and the radial one of Haimovich and Rinnooy Kan for walks of at most MOST visits.
1.2 m/s, streets 1.3 × the straight line, 4 minutes a visit.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.house import Figure, tell
from linli.matters.patrols import routing, walks
from linli.matters.patrols.walks import Leg, Point, Stop, Task, Walker

VENUES, ROUNDS, WALKERS, TOWNS = 35, 4, 6, 20
OPENS, CLOSES = 8 * 60, 21 * 60
SECONDS = 4.0
MOST = -(-VENUES // WALKERS)
"""Visits of one walk at most: as the solver is told."""


@dataclass(frozen=True)
class Town:
    """A drawn town; the compound of a venue is its path."""

    task: Task
    places: tuple[Point, ...]


def town(seed: int) -> Town:
    """Four compounds of 250 m around crossings of a grid; shops along their streets."""
    dice = random.Random(seed)
    centres = [
        (x * 350 + dice.uniform(-60, 60), y * 350 + dice.uniform(-60, 60)) for x in (0, 1) for y in (0, 1)
    ]
    places = []
    for n in range(VENUES):
        x, y = centres[n % 4]
        along, side = dice.uniform(-130, 130), dice.choice((-130, 130))
        places.append((x + along, y + side) if dice.random() < 0.5 else (x + side, y + along))
    cuts = [OPENS + (CLOSES - OPENS) * n / ROUNDS for n in range(ROUNDS + 1)]
    stops = tuple(
        Stop(f"{r}:{v:02}", place, cuts[r], cuts[r + 1], f"town/c{v % 4}/")
        for r in range(ROUNDS)
        for v, place in enumerate(places)
    )
    walkers = tuple(Walker(f"w{n}", ((OPENS, CLOSES),), ("town/",)) for n in range(WALKERS))
    return Town(Task(centres[0], stops, walkers), tuple(places))


def by_hand(task: Task, *, careful: bool = False) -> list[Leg]:
    """Sectors: two compounds have two volunteers, two have one; everybody goes by house number when a round begins.

    `careful`: everybody knows their sector well enough to go always to the nearest next.
    """
    sectors: list[list[int]] = []
    for compound, hands in enumerate((2, 2, 1, 1)):
        mine = [v for v in range(VENUES) if v % 4 == compound]
        half = -(-len(mine) // hands)
        sectors += [mine[:half], mine[half:]] if hands == 2 else [mine]
    stops = {stop.id: stop for stop in task.stops}
    legs: list[Leg] = []
    for r in range(ROUNDS):
        for walker, sector in zip(task.walkers, sectors, strict=True):
            route = [stops[f"{r}:{v:02}"] for v in sector]
            route = walks.nearest_first(task.office, route) if careful else route
            legs += walks.timed(task.office, route[0].opens, walker, route)
    return legs


def bound(office: Point, places: tuple[Point, ...]) -> float:
    """Metres below which no round can be."""
    radial = 2 * sum(walks.apart(office, place) for place in places) / MOST
    return max(radial, one_walk(office, places))


def one_walk(office: Point, places: tuple[Point, ...], steps: int = 400) -> float:
    """The same where one person could do it all: 1-trees with weights on the venues (Held and Karp 1970)."""
    points = [office, *places]
    n = len(points)
    apart = [[walks.apart(a, b) for b in points] for a in points]
    weights, best, step = [0.0] * n, 0.0, 20.0
    for _ in range(steps):
        cost, degrees = _one_tree(apart, weights)
        best = max(best, cost - 2 * sum(weights))
        weights = [w + step * (d - 2) for w, d in zip(weights, degrees, strict=True)]
        step *= 0.985
    return best


def _one_tree(apart: list[list[float]], weights: list[float]) -> tuple[float, list[int]]:
    """A tree over all but the first point, and the two shortest ways from that one."""
    n = len(apart)
    degrees, cost = [0] * n, 0.0
    near = {v: (apart[1][v] + weights[1] + weights[v], 1) for v in range(2, n)}
    while near:
        v = min(near, key=lambda k: near[k][0])
        length, parent = near.pop(v)
        cost += length
        degrees[v] += 1
        degrees[parent] += 1
        near = {u: min(way, (apart[v][u] + weights[v] + weights[u], v)) for u, way in near.items()}
    first = sorted((apart[0][v] + weights[0] + weights[v], v) for v in range(1, n))[:2]
    for length, v in first:
        cost += length
        degrees[v] += 1
    degrees[0] = 2
    return cost, degrees


@dataclass(frozen=True)
class Seen:
    """What a plan comes to: km, the largest gap between two visits of a venue, and its load's spread, in minutes."""

    km: float
    gap: float
    spread: float
    done: int


def seen(task: Task, legs: list[Leg]) -> Seen:
    """Measure a plan."""
    at: dict[str, list[float]] = {}
    loads = dict.fromkeys((w.id for w in task.walkers), 0.0)
    for leg in legs:
        at.setdefault(leg.stop.split(":")[1], []).append(leg.minute)
    for walker, route in walks.walked(task, legs):
        loads[walker] += walks.minutes(task.office, route)
    gap = max(
        b - a for moments in at.values() for a, b in zip(sorted(moments), sorted(moments)[1:], strict=False)
    )
    return Seen(walks.length(task, legs) / 1000, gap, max(loads.values()) - min(loads.values()), len(legs))


def main() -> None:
    """Twenty towns, each planned three ways."""
    ways: dict[str, list[Seen]] = {"hand": [], "careful": [], "plain": [], "solved": []}
    least, took = [], []
    for seed in range(TOWNS):
        here = town(seed)
        begun = time.process_time()
        plain = walks.plan(here.task)
        took.append((time.process_time() - begun) * 1000)
        least.append(ROUNDS * bound(here.task.office, here.places) / 1000)
        better = routing.solve_now(here.task, plain, seconds=SECONDS)
        assert not walks.faults(here.task, better)
        hands = {"hand": by_hand(here.task), "careful": by_hand(here.task, careful=True)}
        for key, legs in (hands | {"plain": plain, "solved": better}).items():
            ways[key].append(seen(here.task, legs))
    figures = told(ways, least)
    figures.append(
        Figure("the plain plan takes", max(took), "ms", f"of a processor, slowest of {TOWNS} towns", "<= 50")
    )
    figures.append(
        Figure("a killed solver leaves the plain plan", killed(), "m", "metres it differs by", "<= 0")
    )
    tell(figures)


def told(ways: dict[str, list[Seen]], least: list[float]) -> list[Figure]:
    """Means over the towns; the gap and the spread at their worst."""

    def mean(key: str) -> float:
        return statistics.mean(s.km for s in ways[key])

    assert all(s.done == VENUES * ROUNDS for each in ways.values() for s in each)
    hand, rival = ways["hand"], f"by hand {mean('hand'):.1f} km, bound {statistics.mean(least):.1f} km"
    saved = 100 * (1 - mean("solved") / mean("hand"))
    also = 100 * (1 - mean("solved") / mean("careful"))
    over = 100 * (mean("solved") / statistics.mean(least) - 1)
    figures = [
        Figure("walked in a day, plain plan", mean("plain"), "km", rival),
        Figure("walked in a day, solved", mean("solved"), "km", rival),
        Figure("  less than by hand", saved, "%", "hand-drawn sectors", ">= 30"),
        Figure(
            "  less than by a careful hand",
            also,
            "%",
            f"the same sectors, nearest first: {mean('careful'):.1f} km",
        ),
        Figure("  above the bound, which knows no fairness", over, "%", "Held-Karp or radial bound"),
    ]
    for key, words in (("plain", "plain plan"), ("solved", "solved")):
        gap, spread = max(s.gap for s in ways[key]), max(s.spread for s in ways[key])
        figures += [
            Figure(f"largest gap between visits, {words}", gap, "min", f"by hand {max(s.gap for s in hand):.0f}", "<= 240"),
            Figure(f"spread of load in a day, {words}", spread, "min", f"by hand {max(s.spread for s in hand):.0f}"),
        ]  # fmt: skip
    return figures


def killed() -> float:
    """Metres by which the plan in hand differs from the plain one when its solver dies at once."""
    here = town(0)
    plain = walks.plan(here.task)
    solving = routing.Solving(here.task, plain, seconds=30)
    solving.kill()
    return abs(walks.length(here.task, solving.finished() or plain) - walks.length(here.task, plain))


if __name__ == "__main__":
    assert subprocess.run([sys.executable, "-c", "import ortools"], check=True)
    main()
