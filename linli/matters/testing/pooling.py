"""How many people to put into one tube: what Dorfman's scheme (1943) saves at a prevalence, and what it risks.

A pool of n costs one tube; if it is positive, each of its people is sampled alone. At prevalence p a person costs
1/n + 1 − (1 − p)ⁿ tubes on average. Nothing here decides anything: the pack and a person do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Choice:
    """One type of tube. `recalled`: people expected to be called back; `hours` of the laboratory, None if unknown."""

    kind: str
    holds: int
    tubes: int
    positive: float
    recalled: int
    saved: int
    hours: float | None


def choices(
    people: int, prevalence: float, holds: Mapping[str, int], *, tubes_per_hour: int | None = None
) -> list[Choice]:
    """Every type of tube for so many people at this prevalence (0 to 1), the fewest tubes first."""
    found = [_choice(people, prevalence, kind, n, tubes_per_hour) for kind, n in holds.items()]
    return sorted(found, key=lambda one: (one.tubes, one.holds))


def _choice(people: int, prevalence: float, kind: str, holds: int, per_hour: int | None) -> Choice:
    pools = ceil(people / holds)
    positive = pools * (1 - (1 - prevalence) ** holds)
    recalled = ceil(positive * holds) if holds > 1 else 0
    tubes = pools + recalled
    hours = tubes / per_hour if per_hour else None
    return Choice(kind, holds, tubes, positive, recalled, people - tubes, hours)
