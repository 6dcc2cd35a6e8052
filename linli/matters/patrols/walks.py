"""Who walks where when, in plain Python: waves of visits, a sweep round the office, nearest neighbour; always in hand.

Everything is in minutes from any origin and in metres. `solver` improves the walks of each wave; both share what is here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

METRES_A_MINUTE = 72.0
"""1.2 m/s: what crossings are timed for [K]."""
MINUTES_A_VISIT = 4.0
"""Looking at six things and a code; default."""
DETOUR = 1.3
"""Streets beside the straight line [K]."""
WAVE = 60.0
"""Minutes before its first deadline at which a wave begins at the latest, so that there is time to walk it."""

WALK = 30.0
"""Minutes that must be left of a shift when somebody sets out."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Stop:
    """One visit still owed: where, between which minutes, and its place in the tree (scope path)."""

    id: str
    at: Point
    opens: float
    closes: float
    path: str = ""


@dataclass(frozen=True)
class Walker:
    """Somebody on shift for some `hours` (from minute to minute), who may go wherever one of `paths` reaches."""

    id: str
    hours: tuple[tuple[float, float], ...]
    paths: tuple[str, ...] = ("",)

    def may(self, stop: Stop) -> bool:
        """Whether the stop lies in their places."""
        return any(stop.path.startswith(path) for path in self.paths)

    def is_on(self, minute: float) -> bool:
        """Whether they can set out then: their shift runs, and for long enough."""
        return any(begins <= minute <= ends - WALK for begins, ends in self.hours)


@dataclass(frozen=True)
class Task:
    """What is to be planned: from where everybody sets out, what is owed, who is there, and since when it counts."""

    office: Point
    stops: tuple[Stop, ...]
    walkers: tuple[Walker, ...]
    now: float = 0.0
    loads: dict[str, float] = field(default_factory=dict)  # minutes walked today already, by walker


@dataclass(frozen=True)
class Leg:
    """One stop of a walk: who, as which stop of that walk, at which minute."""

    stop: str
    walker: str
    number: int
    minute: float


@dataclass(frozen=True)
class Wave:
    """Visits that are walked together, from one minute on, by whoever is on shift then."""

    begins: float
    stops: tuple[Stop, ...]
    walkers: tuple[Walker, ...]


Routes = list[tuple[Walker, list[Stop]]]
Improve = Callable[[Point, Wave, Routes], Routes]


def plan(task: Task, improve: Improve | None = None) -> list[Leg]:
    """Every visit that somebody can make, given out. Visits nobody is on shift for are not in it."""
    loads: dict[str, float] = defaultdict(float, task.loads)
    legs: list[Leg] = []
    for wave in waves(task):
        routes = sweep(task.office, wave)
        if improve:
            routes = improve(task.office, wave, routes)
        for walker, route in fairly(task.office, routes, loads):
            loads[walker.id] += minutes(task.office, route)
            legs += timed(task.office, wave.begins, walker, route)
    return legs


def waves(task: Task) -> list[Wave]:
    """The visits in groups that can be walked together: a wave takes all whose windows are open when it begins."""
    left = sorted(task.stops, key=lambda s: (s.closes, s.id))
    found = []
    while left:
        edge = max(left[0].closes - WAVE, left[0].opens, task.now)
        here = [s for s in left if s.opens <= edge]
        begins = _begin(here, edge, task)
        walkers = tuple(w for w in task.walkers if w.is_on(begins))
        found.append(Wave(begins, tuple(here), walkers))
        taken = {s.id for s in here}
        left = [s for s in left if s.id not in taken]
    return found


def _begin(stops: Sequence[Stop], latest: float, task: Task) -> float:
    """In the middle of what their windows have in common; where nobody is on then, when most people are."""
    opens = max(task.now, *(s.opens for s in stops))
    closes = min(s.closes for s in stops)
    middle = max((opens + max(closes, opens) - WAVE) / 2, opens)
    moments = [min(middle, max(latest, opens))]
    edges = {m for w in task.walkers for begins, ends in w.hours for m in (begins, ends - WALK)}
    moments += sorted(m for m in edges if opens <= m < max(closes, opens + 1))
    return max(moments, key=lambda m: (sum(w.is_on(m) for w in task.walkers), -abs(m - moments[0])))


def sweep(office: Point, wave: Wave) -> Routes:
    """The wave's stops by their bearing from the office, cut into equal parts: of all ways to begin, the shortest."""
    routes: Routes = []
    for walkers, stops in _by_reach(wave):
        around = sorted(stops, key=lambda s: (math.atan2(s.at[1] - office[1], s.at[0] - office[0]), s.id))
        best: list[list[Stop]] = []
        for first in range(len(around) // len(walkers) + 1):  # further round the parts are the same again
            parts = [nearest_first(office, p) for p in _cut(around[first:] + around[:first], len(walkers))]
            if not best or _length(office, parts) < _length(office, best):
                best = parts
        routes += list(zip(walkers, [straightened(office, part) for part in best], strict=True))
    return routes


def _length(office: Point, parts: Iterable[list[Stop]]) -> float:
    return sum(metres(office, part) for part in parts)


def _by_reach(wave: Wave) -> list[tuple[list[Walker], list[Stop]]]:
    """Walkers with the same places, each group with its share of the stops: first to whoever can go nowhere else."""
    groups: dict[tuple[str, ...], list[Walker]] = defaultdict(list)
    for walker in wave.walkers:
        groups[walker.paths].append(walker)
    shares: dict[tuple[str, ...], list[Stop]] = {paths: [] for paths in groups}
    reach = {stop.id: [p for p in groups if groups[p][0].may(stop)] for stop in wave.stops}
    for stop in sorted(wave.stops, key=lambda s: (len(reach[s.id]), s.path, s.id)):
        if reach[stop.id]:
            least = min(reach[stop.id], key=lambda p: (len(shares[p]) / len(groups[p]), p))
            shares[least].append(stop)
    return [(groups[paths], shares[paths]) for paths in groups]


def _cut(stops: list[Stop], parts: int) -> list[list[Stop]]:
    each, more = divmod(len(stops), parts)
    cuts = [n * each + min(n, more) for n in range(parts + 1)]
    return [stops[a:b] for a, b in pairwise(cuts)]


def nearest_first(office: Point, stops: list[Stop]) -> list[Stop]:
    """Always to the nearest next."""
    here, left, route = office, list(stops), []
    while left:
        nearest = min(left, key=lambda s: apart(here, s.at))
        left.remove(nearest)
        route.append(nearest)
        here = nearest.at
    return route


def straightened(office: Point, route: list[Stop]) -> list[Stop]:
    """Without crossings: a stretch is turned round as long as that shortens the walk."""
    best = list(route)
    shorter = True
    while shorter:
        shorter = False
        for i in range(len(best) - 1):
            for j in range(i + 1, len(best)):
                turned = best[:i] + best[i : j + 1][::-1] + best[j + 1 :]
                if metres(office, turned) < metres(office, best) - 1e-6:
                    best, shorter = turned, True
    return best


def fairly(office: Point, routes: Routes, loads: dict[str, float]) -> Routes:
    """The same walks, the longest to whoever has walked least so far, where places allow it."""
    found: Routes = []
    groups: dict[tuple[str, ...], list[tuple[Walker, list[Stop]]]] = defaultdict(list)
    for walker, route in routes:
        groups[walker.paths].append((walker, route))
    for members in groups.values():
        walks = sorted((route for _w, route in members), key=lambda r: -minutes(office, r))
        rested = sorted((walker for walker, _r in members), key=lambda w: (loads.get(w.id, 0.0), w.id))
        found += zip(rested, walks, strict=True)
    return found


def timed(office: Point, begins: float, walker: Walker, route: list[Stop]) -> list[Leg]:
    """When the walker is at each stop."""
    here, minute, legs = office, begins, []
    for number, stop in enumerate(route, 1):
        minute = max(minute + apart(here, stop.at) / METRES_A_MINUTE, stop.opens)
        legs.append(Leg(stop.id, walker.id, number, round(minute, 2)))
        minute, here = minute + MINUTES_A_VISIT, stop.at
    return legs


def apart(a: Point, b: Point) -> float:
    """Metres to walk from one point to another."""
    return math.hypot(a[0] - b[0], a[1] - b[1]) * DETOUR


def metres(office: Point, route: Sequence[Stop]) -> float:
    """Of a walk from the office and back to it."""
    points = [office, *(s.at for s in route), office]
    return sum(apart(a, b) for a, b in pairwise(points)) if route else 0.0


def minutes(office: Point, route: Sequence[Stop]) -> float:
    """Walking and looking together."""
    return metres(office, route) / METRES_A_MINUTE + MINUTES_A_VISIT * len(route)


def walked(task: Task, legs: Iterable[Leg]) -> list[tuple[str, list[Stop]]]:
    """The walks of a plan as (walker, stops in order), one for each time somebody sets out."""
    stops = {s.id: s for s in task.stops}
    found: list[tuple[str, list[Stop]]] = []
    for leg in legs:
        if leg.number == 1:
            found.append((leg.walker, []))
        found[-1][1].append(stops[leg.stop])
    return found


def length(task: Task, legs: Iterable[Leg]) -> float:
    """Metres of a whole plan."""
    return sum(metres(task.office, route) for _walker, route in walked(task, legs))


def faults(task: Task, legs: Sequence[Leg]) -> list[str]:
    """What makes a plan useless: a visit twice, one unknown, a walker where they may not go."""
    stops, walkers = {s.id: s for s in task.stops}, {w.id: w for w in task.walkers}
    found = [f"{leg.stop}: nobody asked for it" for leg in legs if leg.stop not in stops]
    found += [f"{leg.stop}: {leg.walker} may not go there" for leg in legs if not _goes(leg, stops, walkers)]
    seen = [leg.stop for leg in legs]
    return found + [f"{stop}: twice" for stop in set(seen) if seen.count(stop) > 1]


def _goes(leg: Leg, stops: dict[str, Stop], walkers: dict[str, Walker]) -> bool:
    stop, walker = stops.get(leg.stop), walkers.get(leg.walker)
    return stop is not None and walker is not None and walker.may(stop)
