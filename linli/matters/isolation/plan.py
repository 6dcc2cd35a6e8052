"""What the pack decides for one person: the measure, how long each phase lasts, and when tests may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.pack import Pack

NONE: dict[str, Any] = {"measure": "none", "isolation_days": 0, "monitor_days": 0, "tests": []}
"""Nothing compulsory."""

ANY = "any"
"""A rule of this class matches whoever no rule before it matched."""


def matching(history: str, pack: Pack) -> dict[str, Any] | None:
    """The first rule of the pack that matches a class of history; None when the pack says nothing about it."""
    rules: list[dict[str, Any]] = pack.get("isolation.history_rules", [])
    return next((r for r in rules if r["history"] in (history, ANY)), None)


def rule_for(history: str, pack: Pack) -> dict[str, Any]:
    """The rule that matches; nothing compulsory when none does."""
    return matching(history, pack) or NONE


def days(case: Case, pack: Pack) -> Given:
    """When isolation and monitoring end, counted day for day to the hour (对日对时) from day zero.

    A pack that says nothing about a class moves nobody of it who is already inside.
    """
    rule = matching(case.anchors.get("history", "none"), pack)
    if rule is None and "isolation_ends" in case.anchors:
        return {}
    rule = rule or NONE
    zero = datetime.fromisoformat(case.anchors["day_zero"])
    isolation_ends = zero + timedelta(days=rule["isolation_days"])
    rule = _as_member(rule, pack) if "member_of" in case.anchors else rule
    return {
        "measure": rule["measure"],
        "then": rule.get("then", "monitor"),
        "isolation_days": rule["isolation_days"],
        "monitor_days": rule["monitor_days"],
        "tests": rule["tests"],
        "monitor_tests": rule.get("monitor_tests", []),
        **({"last_tests": rule["last_tests"]} if "last_tests" in rule else {}),
        "isolation_ends": isolation_ends.isoformat(),
        "monitor_ends": (isolation_ends + timedelta(days=rule["monitor_days"])).isoformat(),
    }


def _as_member(rule: dict[str, Any], pack: Pack) -> dict[str, Any]:
    """Who shares a dwelling is bound while its door is closed, and free while somebody is only monitored (§2.6).

    `isolation.household_ends = "together"` binds them to the end of the other's monitoring as well.
    """
    if pack.get("isolation.household_ends", "isolation") != "isolation" or rule.get("then") == "home":
        return rule
    return {**rule, "monitor_days": 0, "monitor_tests": []} if rule["isolation_days"] else rule


@dataclass(frozen=True)
class Test:
    """One test that is owed: the n-th day of its phase, and the stretch in which the sample may be taken."""

    __test__ = False  # not a test of ours: pytest looks for this name

    day: int
    opens_at: datetime
    closes_at: datetime
    phase: str = "tests"  # or "monitor_tests": the anchor that lists its day

    @property
    def key(self) -> str:
        """`tests:7`: what is done keeps its name when the pack changes."""
        return f"{self.phase}:{self.day}"


def planned_tests(case: Case, pack: Pack) -> list[Test]:
    """Every test of both phases. None may be early: day 7 begins seven times 24 hours after day zero."""
    return tests_of(case.anchors, pack)


def tests_of(known: Given, pack: Pack) -> list[Test]:
    """The same from the anchors alone."""
    first, last = (timedelta(hours=h) for h in pack.get("isolation.test_window_hours", [0, 24]))
    phases = (("day_zero", "tests"), ("isolation_ends", "monitor_tests"))
    return [
        Test(day, zero + timedelta(days=day) + first, zero + timedelta(days=day) + last, key)
        for start, key in phases
        for zero in [datetime.fromisoformat(known[start])]
        for day in known.get(key, [])
    ]


def tests_at_home(known: Given, pack: Pack) -> list[Test]:
    """Those the community takes at the door: whoever is isolated centrally is sampled there until they come home."""
    away = {"tests"} if known["measure"] == "central" else set()
    return [test for test in tests_of(known, pack) if test.phase not in away]


def next_test(case: Case, pack: Pack, at: datetime) -> Test | None:
    """The first test whose stretch is not over."""
    return next((t for t in planned_tests(case, pack) if t.closes_at > at), None)


def day_of(case: Case, at: datetime) -> tuple[int, int]:
    """(n, m): today is day n of m, isolation and monitoring together; day 1 is the first full day after day zero."""
    zero = datetime.fromisoformat(case.anchors["day_zero"])
    all_days = case.anchors["isolation_days"] + case.anchors["monitor_days"]
    passed = (local(at).date() - local(zero).date()).days
    return min(max(passed, 0), all_days), all_days
