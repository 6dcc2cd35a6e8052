"""What the queue model says is what a simulation of every single person says, and slots share the hours fairly."""

from __future__ import annotations

import heapq
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.loops.pack import read, shipped, shipped_keys
from linli.matters.testing.planning import divided
from linli.matters.testing.queueing import arrivals, desks_needed, shares, waits, worst
from linli.matters.testing.sizing import lines, rules_of

STEP = 15


def simulated(people: list[int], minutes: int, *, desks: int, per_hour: float, seed: int) -> list[float]:
    """The mean wait of whoever came in each step, person by person: random arrivals, random services."""
    random = Random(seed)
    came = sorted(
        random.uniform(begin, end)
        for n, (begin, end) in zip(people, shares(people, minutes, STEP), strict=True)
        for _ in range(n)
    )
    free = [0.0] * desks
    waited: dict[int, list[float]] = {}
    for moment in came:
        start = max(moment, heapq.heappop(free))
        heapq.heappush(free, start + random.expovariate(per_hour / 60))
        waited.setdefault(int(moment // STEP), []).append(start - moment)
    return [sum(w) / len(w) for _, w in sorted(waited.items())]


@pytest.mark.parametrize(
    ("people", "minutes", "desks"),
    [
        ([300, 280, 310, 290], 420, 3),
        ([100] * 6, 420, 1),
        ([120, 700, 90], 420, 2),
        ([400, 400], 180, 3),
        ([250, 250, 250], 420, 4),
    ],
)
def test_the_expected_wait_is_that_of_a_simulation(people: list[int], minutes: int, desks: int) -> None:
    days = [simulated(people, minutes, desks=desks, per_hour=100, seed=seed) for seed in range(60)]
    seen = max(sum(day[k] for day in days) / len(days) for k in range(min(map(len, days))))
    said = worst(people, minutes, STEP, desks=desks, per_hour=100)
    assert seen <= said + 1  # never promises less than what comes
    assert said <= 1.6 * seen + 10  # and is no empty warning


def test_fewer_desks_and_shorter_hours_make_people_wait_longer() -> None:
    people = [300, 280, 310, 290]
    needed = desks_needed(people, 420, STEP, per_hour=100, most=25)
    assert needed == 2
    waited = [worst(people, 420, STEP, desks=c, per_hour=100) for c in (3, 2, 1)]
    assert waited == sorted(waited)
    assert waited[1] <= 25 < waited[2]
    assert worst(people, 300, STEP, desks=2, per_hour=100) > 25
    assert worst(people, 420, STEP, desks=0, per_hour=100) == inf
    assert desks_needed([9000], 60, STEP, per_hour=100, most=25) is None


def test_a_backlog_is_carried_into_the_next_step() -> None:
    assert [round(w) for w in waits([50, 0, 0], STEP, desks=1, per_hour=100)] == [19, 15, 0]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=40), st.integers(15, 1440))
def test_every_building_has_a_slot_within_the_hours_and_nobody_is_lost(
    people: list[int], minutes: int
) -> None:
    slots = shares(people, minutes, STEP)
    last = max(1, minutes // STEP) * STEP
    assert all(0 <= begin < end <= last and begin % STEP == end % STEP == 0 for begin, end in slots)
    assert slots == sorted(slots)
    assert sum(arrivals(people, slots, STEP)) == pytest.approx(sum(people))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=30), st.integers(1, 6))
def test_sites_divide_the_buildings_without_leaving_one_out(counts: list[int], parts: int) -> None:
    found = divided(counts, parts)
    assert [k for first, last in found for k in range(first, last)] == list(range(len(counts)))
    assert len(found) <= max(parts, 1)


def test_the_arithmetic_for_five_thousand_people_is_that_of_the_guides() -> None:
    rules = rules_of(read(shipped("changzhi-2022-04")))
    assert rules
    found = {line.key: (line.least, line.most, line.how) for line in lines(5000, rules)}
    assert found == {
        "sites": (2, 3, "5000 ÷ 3000–2000"),
        "desks": (7, 9, "5000 ÷ 800–600"),
        "samplers": (14, 14, "5000 ÷ 360"),
        "team": (42, 54, "7–9 × (1 + 2 + 3)"),
    }


def test_every_pack_says_all_of_it_or_asks_for_nothing() -> None:
    asked = {key: rules_of(read(shipped(key))) is not None for key in shipped_keys()}
    assert [key for key, yes in asked.items() if not yes] == ["covid-b"]
