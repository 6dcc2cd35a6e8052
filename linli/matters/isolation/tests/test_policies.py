"""One person under every policy version in turn: the days move as each document says, and what was done stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.loops import check, registry
from linli.loops.models import Case, Event
from linli.loops.pack import read, shipped, shipped_keys
from linli.loops.replanning import adopt, preview
from linli.matters.isolation.opening import classes_of, open_for
from linli.matters.isolation.plan import day_of, planned_tests, rule_for
from linli.registry.models import Person
from tests.town import Town, make_town, minutes

ZERO = minutes(0)
VERSIONS = {
    # domain.md §2.5, row by row: class → measure, days, days after, tests, tests after
    "covid-v8": {
        "close_contact": ("central", 14, 7, [1, 4, 7, 14], [2, 7]),
        "contact_of_contact": ("central", 7, 0, [1, 4, 7], []),
    },
    "covid-v9": {
        "close_contact": ("central", 7, 3, [1, 2, 3, 5, 7], [3]),
        "contact_of_contact": ("home", 7, 0, [1, 4, 7], []),
        "high_risk": ("central", 7, 0, [1, 2, 3, 5, 7], []),
        "mid_risk": ("home", 7, 0, [1, 4, 7], []),
        "low_risk": ("monitor", 0, 3, [], []),
    },
    "covid-20": {
        "close_contact": ("central", 5, 3, [1, 2, 3, 5], [1, 3]),
        "high_risk": ("home", 7, 0, [1, 3, 5, 7], []),
        "mid_risk": ("none", 0, 0, [], []),
        "contact_of_contact": ("none", 0, 0, [], []),
    },
    "covid-new10": {
        "close_contact": ("home", 5, 0, [5], []),
        "infected": ("home", 7, 0, [6, 7], []),
        "high_risk": ("none", 0, 0, [], []),
    },
    "covid-b": {"close_contact": ("none", 0, 0, [], []), "infected": ("none", 0, 0, [], [])},
}


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.mark.parametrize("key", VERSIONS)
def test_each_version_says_what_its_document_says(key: str) -> None:
    pack = read(shipped(key))
    for history, (measure, days, after, tested, tested_after) in VERSIONS[key].items():
        rule = rule_for(history, pack)
        assert (rule["measure"], rule["isolation_days"], rule["monitor_days"]) == (measure, days, after)
        assert (rule["tests"], rule.get("monitor_tests", [])) == (tested, tested_after)
    asked = {k for k, (_, days, after, *_rest) in VERSIONS[key].items() if days or after}
    assert {k for k, _title in classes_of(pack)} == asked


def test_every_pack_that_ships_can_run_every_loop() -> None:
    assert {*VERSIONS, "changzhi-2022-04"} <= set(shipped_keys())
    for key in shipped_keys():
        assert check.faults(registry.all_loops(), due_keys=read(shipped(key)).body["due"]) == []


def contact(town: Town, name: str = "叶知秋") -> Case:
    """Somebody who met a case, under the eighth edition since T0."""
    adopt(town.id, shipped("covid-v8"), from_at=minutes(-1), at=ZERO, adopted_by="段秋实")
    person = Person.objects.select_related("household__dwelling__compound").get(pk=town.person[name].pk)
    return open_for(person, "close_contact", day_zero=ZERO, actor=town.health, at=ZERO, intent=f"open-{name}")


def test_from_14_and_7_to_7_and_3_to_5_and_3_to_5_to_none(town: Town) -> None:
    case = contact(town)
    began = Event.objects.filter(case=case).count()
    walk = (("covid-v9", 7, 3, "monitor"), ("covid-20", 5, 3, "home"), ("covid-new10", 5, 0, "monitor"))
    for n, (key, days, after, then) in enumerate((*walk, ("covid-b", 0, 0, "monitor")), 1):
        at = minutes(60 * n)
        seen = {c.case.id: c for c in preview(town.id, read(shipped(key)))}
        written = Event.objects.count()
        assert seen[case.id].due_after == ZERO + timedelta(days=days), "the difference is shown first"
        case.refresh_from_db()
        assert (seen[case.id].due_before, Event.objects.count()) == (case.due_at, written)
        adopt(town.id, shipped(key), from_at=at, at=at, adopted_by="段秋实")
        case.refresh_from_db()
        assert case.due_at == ZERO + timedelta(days=days)
        ends = [datetime.fromisoformat(case.anchors[k]) for k in ("isolation_ends", "monitor_ends")]
        assert ends == [ZERO + timedelta(days=days), ZERO + timedelta(days=days + after)]
        assert (case.anchors["then"], case.anchors["day_zero"]) == (then, ZERO.isoformat())
    assert case.state == "isolating", "a new pack moves promises, never people: letting out is somebody's act"
    told = Event.objects.filter(case=case, name="isolation.replanned").order_by("seq")
    assert [e.given["moved"]["isolation_days"] for e in told if "isolation_days" in e.given["moved"]] == [
        [14, 7],
        [7, 5],
        [5, 0],
    ]
    assert Event.objects.filter(case=case).count() == began + 4
    report = Case.objects.get(loop="health_report", cause=case)
    assert (report.anchors["report_by"], report.closed_at) == ("", None), (
        "nobody owes a report under 乙类乙管"
    )


def test_a_pack_that_says_nothing_about_a_class_moves_nobody_inside(town: Town) -> None:
    person = Person.objects.select_related("household__dwelling__compound").get(pk=town.person["叶知秋"].pk)
    case = open_for(person, "high_or_mid", day_zero=ZERO, actor=town.health, at=ZERO, intent="open-1")
    adopt(town.id, shipped("covid-v9"), from_at=minutes(60), at=minutes(60), adopted_by="段秋实")
    case.refresh_from_db()
    assert case.due_at == ZERO + timedelta(days=14)


def test_a_test_is_never_early_and_counts_to_the_hour(town: Town) -> None:
    case = contact(town)
    planned = planned_tests(case, read(shipped("covid-v8")))
    assert [(t.day, t.opens_at, t.closes_at - t.opens_at) for t in planned] == [
        (day, ZERO + timedelta(days=base + day), timedelta(days=1))
        for base, days in ((0, (1, 4, 7, 14)), (14, (2, 7)))
        for day in days
    ]
    assert day_of(case, ZERO) == (0, 21)
    assert day_of(case, ZERO + timedelta(days=3)) == (3, 21)
    assert day_of(case, ZERO + timedelta(days=40)) == (21, 21)
