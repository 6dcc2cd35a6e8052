"""The same waves with shorter walks, by OR-Tools; a process of its own that may be killed at any moment.

    python -m linli.matters.patrols.solver < task.json > legs.json

Reads a task and a time limit, writes one line of JSON. Nothing of the house is loaded, no name is known here.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from linli.matters.patrols import walks
from linli.matters.patrols.walks import Leg, Point, Routes, Stop, Task, Walker, Wave

FAIR = 1
"""What a second of the longest walk costs beside a metre of all of them: the longest is shortened where it is cheap."""
DROPPED = 1_000_000
LATE = 1_000
"""Metres that a stop left out, and a minute beyond its window, count as."""


def main() -> None:
    """From standard input to standard output."""
    said = json.load(sys.stdin)
    legs = solve(task_of(said["task"]), seconds=float(said["seconds"]))
    json.dump([asdict(leg) for leg in legs], sys.stdout)


def task_of(said: dict[str, Any]) -> Task:
    """A task from its JSON (`dataclasses.asdict`)."""
    return Task(
        office=tuple(said["office"]),
        stops=tuple(Stop(**{**s, "at": tuple(s["at"])}) for s in said["stops"]),
        walkers=tuple(
            Walker(w["id"], tuple((a, b) for a, b in w["hours"]), tuple(w["paths"])) for w in said["walkers"]
        ),
        now=said["now"],
        loads=dict(said["loads"]),
    )


def solve(task: Task, *, seconds: float) -> list[Leg]:
    """A plan in at most about so many seconds, shared by the waves; a wave like one before it is not solved again."""
    each = seconds / max(len({_alike(wave) for wave in walks.waves(task)}), 1)
    solved: dict[Any, list[list[int]]] = {}

    def improve(office: Point, wave: Wave, routes: Routes) -> Routes:
        if not wave.stops or not wave.walkers:
            return routes
        key = _alike(wave)
        if key not in solved:
            solved[key] = _solved(office, wave, routes, each)
        stops = _ordered(wave)
        return [(w, [stops[n] for n in r]) for w, r in zip(wave.walkers, solved[key], strict=True)]

    return walks.plan(task, improve)


def _ordered(wave: Wave) -> list[Stop]:
    """The stops in an order that is the same for the same places."""
    return sorted(wave.stops, key=lambda s: (s.path, s.at, s.closes, s.id))


def _alike(wave: Wave) -> tuple[Any, ...]:
    stops = tuple((s.at, s.path, round(s.closes - wave.begins)) for s in _ordered(wave))
    return (stops, tuple(walker.paths for walker in wave.walkers))


def _solved(office: Point, wave: Wave, routes: Routes, seconds: float) -> list[list[int]]:
    """For each walker the places of their stops in `_ordered`."""
    stops = _ordered(wave)
    at = {stop.id: n for n, stop in enumerate(stops)}
    plain = {walker.id: [at[s.id] for s in route] for walker, route in routes}
    begun = [plain.get(walker.id, []) for walker in wave.walkers]
    manager, model = _model(office, wave, stops)
    known = model.ReadAssignmentFromRoutes([[n + 1 for n in route] for route in begun], True)
    found = model.SolveFromAssignmentWithParameters(known, _search(seconds)) if known else None
    if found is None:
        return begun
    return [[n - 1 for n in _route(manager, model, found, v)] for v in range(len(wave.walkers))]


def _model(office: Point, wave: Wave, stops: list[Stop]) -> tuple[Any, Any]:
    points = [office, *(s.at for s in stops)]
    apart = [[round(walks.apart(a, b)) for b in points] for a in points]
    manager = pywrapcp.RoutingIndexManager(len(points), len(wave.walkers), 0)
    model = pywrapcp.RoutingModel(manager)

    def metres(a: int, b: int) -> int:
        there: int = apart[manager.IndexToNode(a)][manager.IndexToNode(b)]
        return there

    def seconds(a: int, b: int) -> int:
        visit = round(walks.MINUTES_A_VISIT * 60) if manager.IndexToNode(a) else 0
        return visit + round(metres(a, b) / walks.METRES_A_MINUTE * 60)

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(metres))
    model.AddDimension(model.RegisterTransitCallback(seconds), 0, 24 * 3600, True, "time")
    _fair(model, manager, wave, stops)
    _bounds(model, manager, wave, stops)
    return manager, model


def _even(wave: Wave) -> bool:
    """Whether everybody may go everywhere: only then an equal share can be asked for."""
    return all(walker.may(stop) for walker in wave.walkers for stop in wave.stops)


def _fair(model: Any, manager: Any, wave: Wave, stops: list[Stop]) -> None:
    """Nobody looks at more venues than an equal share, rounded up; and the longest walk costs more than its metres."""
    model.GetDimensionOrDie("time").SetGlobalSpanCostCoefficient(FAIR)
    count = model.RegisterUnaryTransitCallback(lambda index: int(manager.IndexToNode(index) > 0))
    if _even(wave):
        model.AddDimension(count, 0, -(-len(stops) // len(wave.walkers)), True, "visits")


def _bounds(model: Any, manager: Any, wave: Wave, stops: list[Stop]) -> None:
    time = model.GetDimensionOrDie("time")
    for n, stop in enumerate(stops, 1):
        index = manager.NodeToIndex(n)
        model.AddDisjunction([index], DROPPED)
        if stop.closes > wave.begins:
            time.SetCumulVarSoftUpperBound(index, round((stop.closes - wave.begins) * 60), LATE)
        allowed = [v for v, walker in enumerate(wave.walkers) if walker.may(stop)]
        if 0 < len(allowed) < len(wave.walkers):
            model.SetAllowedVehiclesForIndex(allowed, index)


def _search(seconds: float) -> Any:
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(max(round(seconds * 1000), 50))
    return search


def _route(manager: Any, model: Any, found: Any, vehicle: int) -> list[int]:
    index, route = model.Start(vehicle), []
    while not model.IsEnd(index := found.Value(model.NextVar(index))):
        route.append(manager.IndexToNode(index))
    return route


if __name__ == "__main__":
    main()
