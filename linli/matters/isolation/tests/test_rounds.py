"""A dwelling is looked at and its waste fetched at the pack's hours, once a door, until the last one is let out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.base.clock import local
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import read, shipped
from linli.loops.replanning import adopt
from linli.matters.isolation import windows
from linli.matters.isolation.tests.behind import DAY, FIT, HOUR, ZERO, isolated, take, tick
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
LOOK = {"found": "home", "how": "knock"}


def round_of(loop: str) -> Case:
    return Case.objects.get(loop=loop)


def hours(case: Case) -> tuple[str, str]:
    case.refresh_from_db()
    return tuple(  # type: ignore[return-value]
        f"{local(datetime.fromisoformat(case.anchors[key])):%d %H:%M}" for key in ("round_from", "round_by")
    )


def two_behind_a_door(town: Town) -> tuple[Case, Case]:
    """牛德胜 and 潘桂枝, under the same rules since ZERO."""
    first = isolated(town, "牛德胜")
    second = isolated(town, "潘桂枝")
    for case in (first, second):
        take(case, "begin", town.health, ZERO + HOUR, **FIT)
    return first, second


def test_one_round_a_door_that_climbs_when_missed_and_ends_with_the_last_one_behind_it() -> None:
    town = make_town()
    first, second = two_behind_a_door(town)
    check, waste = round_of("door_check"), round_of("waste")
    assert check.title == "香阅四季B区1-1-***"
    assert (hours(check), hours(waste)) == (("15 09:00", "15 18:00"), ("15 17:00", "15 19:00"))
    morning = ZERO + 9 * HOUR  # 10:10
    with pytest.raises(Refused, match="才满"):
        take(check, "look", town.home_care, ZERO + 2 * HOUR, **LOOK)
    take(check, "look", town.home_care, morning, **LOOK)
    opens, closes = hours(check)
    assert "15 19:00" <= opens < closes <= "15 22:30"
    assert datetime.fromisoformat(check.anchors["round_by"]) - datetime.fromisoformat(
        check.anchors["round_from"]
    ) == timedelta(hours=1)
    evening = datetime.fromisoformat(check.anchors["round_by"])
    assert tick(check, evening + HOUR / 2) == ["reminded", "overdue", "climbed"]
    assert Event.objects.filter(case=check, name="door_check.reminded").get().at == evening - HOUR
    written = Event.objects.count()
    wrong = (
        ({"bags": 2}, {"double", "taker"}),
        ({"bags": -1}, {"bags"}),
        ({"bags": 2, "double": True}, {"taker"}),
    )
    for given, fields in wrong:
        with pytest.raises(Refused) as refused:
            take(waste, "collect", town.home_care, ZERO + 16 * HOUR, **given)
        assert set(refused.value.faults) == fields
    assert Event.objects.count() == written
    take(waste, "collect", town.home_care, ZERO + 16 * HOUR, bags=2, double=True, taker="康洁 医废员")
    assert hours(waste)[0] == "16 17:00"
    assert waste.declared.carry
    assert waste.declared.carry([waste])[waste.id].known == {"collect": {"taker": "康洁 医废员"}}
    take(first, "move", town.health, ZERO + DAY, reason="送医")
    check.refresh_from_db()
    assert (check.closed_at, check.cause_id) == (None, second.id), "somebody is still behind that door"
    take(second, "move", town.health, ZERO + DAY + HOUR, reason="送医")
    for case in (check, waste):
        case.refresh_from_db()
        assert (case.state, case.closed_at) == ("ended", ZERO + DAY + HOUR)


def test_nobody_answering_is_an_alarm_of_its_own_and_only_one() -> None:
    town = make_town()
    take(isolated(town), "begin", town.health, ZERO + HOUR, **FIT)
    check = round_of("door_check")
    take(check, "look", town.home_care, ZERO + 9 * HOUR, found="no_answer", how="knock", note="灯亮着")
    alert = round_of("door_alert")
    assert alert.due_at == ZERO + 9.5 * HOUR
    assert Remark.objects.get(key="note").text == "灯亮着"
    check.refresh_from_db()
    night = datetime.fromisoformat(check.anchors["round_from"])
    take(check, "look", town.home_care, night, found="out", how="sensor")
    assert Case.objects.filter(loop="door_alert").count() == 1
    take(alert, "settle", town.grid_lead_b, night, outcome="at_home", reason="睡着了")
    alert.refresh_from_db()
    assert alert.state == "settled"


def test_monitoring_is_spot_checked_has_no_medical_waste_and_isolation_at_home_stays_closed() -> None:
    town = make_town()
    watched = isolated(town, history="low_risk")  # 3天2检: monitoring only
    assert (watched.state, round_of("door_check").anchors["phase"]) == ("monitoring", "monitor")
    assert not Case.objects.filter(loop="waste").exists()
    central = isolated(town, "石敢当", history="close_contact", pack="covid-20")
    assert not Case.objects.filter(scope=central.scope, loop="door_check").exists(), (
        "the door is not theirs yet"
    )
    adopt(town.id, shipped("covid-20"), from_at=ZERO + HOUR, at=ZERO + HOUR, adopted_by="段秋实")
    central.refresh_from_db()
    assert (central.state, central.anchors["then"]) == ("isolating", "home")


def test_random_hours_lie_within_their_stretch_and_differ_from_day_to_day_and_door_to_door() -> None:
    rules = read(shipped("covid-v9")).get("isolation.door_checks")[1:]
    seen = set()
    since = ZERO
    for seed in ("a", "b"):
        since = ZERO
        for _ in range(20):
            window = windows.next_of(since, rules, seed=seed)
            assert window
            since = window.opens_at
            clock = f"{local(window.opens_at):%H:%M}"
            assert "19:00" <= clock <= "21:30"
            assert window == windows.last_opened(window.opens_at, rules, seed=seed)
            seen.add((seed, clock))
    assert len({clock for _, clock in seen}) > 20
