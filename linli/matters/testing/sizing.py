"""How many sites, desks and people a round needs: plain arithmetic with the pack's numbers, each step shown.

Sources: one site per 2,000–3,000 people and samplers = people / 360 (third guide, 22 March 2022), one desk per 600–800
(NHC, 13 May 2022), a team of 1 + 2 + 3 (Luozhuang, April 2022). The numbers themselves are the pack's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from linli.loops.pack import Pack


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The pack's numbers. `per_hour`: samples one desk takes; minutes: what a queue, a way and a slot may last."""

    site: tuple[int, int]
    desk: tuple[int, int]
    sampler: int
    team: tuple[int, int, int]
    per_hour: int
    queue_minutes: int
    walk_minutes: int
    slot_minutes: int
    vaccinated_hours: int


def rules_of(pack: Pack) -> Rules | None:
    """What this pack says of mass testing; None where it asks for none."""
    said = pack.get("testing", {})
    if not said:
        return None
    team = said["team"]
    return Rules(
        site=_pair(said["people_per_site"]),
        desk=_pair(said["people_per_desk"]),
        sampler=said["people_per_sampler"],
        team=(team["sampler"], team["scanner"], team["volunteer"]),
        per_hour=said["desk_per_hour"],
        queue_minutes=said["queue_minutes"]["ok"],
        walk_minutes=said["walk_minutes"],
        slot_minutes=said["slot_minutes"],
        vaccinated_hours=said["vaccinated_hours"],
    )


def _pair(said: Any) -> tuple[int, int]:
    least, most = said
    return int(least), int(most)


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic: what is counted, from how many to how many, and how that comes about."""

    key: str
    least: int
    most: int
    how: str


def lines(people: int, rules: Rules) -> list[Line]:
    """Sites, desks, samplers and a shift's team for so many people, each with its arithmetic."""
    desks = _between(people, rules.desk)
    samplers = ceil(people / rules.sampler)
    size = sum(rules.team)
    return [
        _line("sites", people, rules.site),
        _line("desks", people, rules.desk),
        Line("samplers", samplers, samplers, f"{people} ÷ {rules.sampler}"),
        Line(
            "team",
            desks[0] * size,
            desks[1] * size,
            f"{_span(*desks)} × ({' + '.join(map(str, rules.team))})",
        ),
    ]


def _line(key: str, people: int, each: tuple[int, int]) -> Line:
    least, most = _between(people, each)
    return Line(key, least, most, f"{people} ÷ {each[1]}–{each[0]}")


def _span(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}–{most}"


def _between(people: int, each: tuple[int, int]) -> tuple[int, int]:
    """The fewest (most people each) and the most (fewest people each), one at least."""
    return max(1, ceil(people / each[1])), max(1, ceil(people / each[0]))
