"""A test behind a door is a duty: its day and hour, its tube, its result, and what a positive one sets going."""

from __future__ import annotations

from datetime import datetime

import pytest

from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import read, shipped
from linli.loops.replanning import adopt, preview
from linli.loops.spec import Carried
from linli.matters.isolation.models import ReleaseNote
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import DAY, FIT, HOUR, ZERO, isolated, of, person_of, take, tick
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
OUT = {"checked": True}


def owed(test: Case) -> tuple[int, str]:
    test.refresh_from_db()
    opens = test.anchors["test_from"]
    return test.anchors["test_day"], str(datetime.fromisoformat(opens) - ZERO) if opens else ""


def sampled(town: Town, test: Case, at: datetime, tube: str = "K20220415-07") -> Case:
    take(test, "sample", town.sampling, at, tube=tube)
    return of(test, "home_result")


def test_seven_days_at_home_with_a_missed_day_an_unclear_tube_and_the_recorded_release() -> None:
    town = make_town()
    case = isolated(town)
    take(case, "begin", town.health, ZERO + HOUR / 2, **FIT)
    test = of(case, "home_test")
    assert owed(test) == (1, "1 day, 0:00:00")
    before = Event.objects.count()
    with pytest.raises(Refused, match="才满"):
        take(test, "sample", town.sampling, ZERO + DAY - HOUR, tube="K1")
    with pytest.raises(Refused, match="不在这个岗位"):
        take(test, "sample", town.patrol, ZERO + DAY, tube="K1")
    assert Event.objects.count() == before
    first = sampled(town, test, ZERO + DAY + HOUR)
    assert owed(test) == (4, "4 days, 0:00:00")
    assert Remark.objects.get(key="tube").text == "K20220415-07"
    event = Event.objects.get(name="home_test.sample")
    assert (event.given["test"], event.given["by"]) == ("tests:1", town.sampling.shown_name)
    assert "K20220415" not in str(event.given)
    take(first, "report_unclear", town.health, ZERO + DAY + 6 * HOUR)
    take(first, "sample_again", town.sampling, ZERO + DAY + 8 * HOUR, tube="K20220415-09")
    take(first, "report_negative", town.health, ZERO + DAY + 16 * HOUR, source="检验报告单")
    # Day 4 is missed: reminded four hours before its end, broken at its end, then rung by rung.
    assert tick(test, ZERO + 5 * DAY + HOUR) == ["reminded", "overdue", "climbed", "climbed"]
    late = sampled(town, test, ZERO + 5 * DAY + 2 * HOUR)
    assert (late.anchors["test"], owed(test), test.rung) == ("tests:4", (7, "7 days, 0:00:00"), 0)
    take(late, "report_negative", town.health, ZERO + 6 * DAY)
    out = ZERO + 7 * DAY + 9 * HOUR
    with pytest.raises(Refused) as refused:
        take(case, "release", town.health, out, **OUT)
    assert set(refused.value.faults) == {"last_test", "tested_where", "tested_at"}, "day 4 does not let out"
    last = sampled(town, test, ZERO + 7 * DAY + HOUR)
    assert owed(test) == (0, "")
    with pytest.raises(Refused, match="等待结果"):
        take(case, "release", town.health, out, **OUT)
    assert not ReleaseNote.objects.exists()
    take(last, "report_negative", town.health, out)
    take(case, "release", town.health, out + HOUR, **OUT)
    assert ReleaseNote.objects.get().tested_at == ZERO + 7 * DAY + HOUR, "as recorded, typed by nobody"
    test.refresh_from_db()
    assert test.state == "ended"
    assert not Case.objects.open().filter(loop__in=("home_test", "home_result")).exists()


def test_a_positive_result_is_kept_apart_reported_and_handed_over_and_lets_nobody_out() -> None:
    town = make_town()
    case = isolated(town)
    take(case, "begin", town.health, ZERO + HOUR / 2, **FIT)
    result = sampled(town, of(case, "home_test"), ZERO + DAY)
    take(result, "report_positive", town.health, ZERO + DAY + HOUR)
    alert = of(result, "positive_at_home")
    assert (alert.state, alert.due_at, alert.subject) == ("found", ZERO + DAY + 1.25 * HOUR, case.subject)
    at = ZERO + 7 * DAY
    typed = {"last_test": "negative", "tested_at": (ZERO + HOUR).isoformat(), "tested_where": "县医院"}
    with pytest.raises(Refused, match="阳性"):
        take(case, "release", town.health, at, **OUT, **typed)
    with pytest.raises(Refused):
        take(alert, "keep_apart", town.health, ZERO + DAY + HOUR, told=False)
    take(alert, "keep_apart", town.health, ZERO + DAY + HOUR, told=True, advice="无不适")
    take(alert, "report_up", town.desk, ZERO + DAY + 1.2 * HOUR, to="区疾控 值班员")
    passed = take(
        alert, "hand_over", town.transport, ZERO + DAY + 3 * HOUR, giver="温知暖", taker="120 葛医生"
    )
    assert (passed.giver, passed.taker) == ("温知暖", "120 葛医生")
    alert.refresh_from_db()
    assert (alert.state, alert.holder_name) == ("handed_over", "120 葛医生")


def test_a_new_pack_keeps_the_days_done_and_shows_the_next_one_first() -> None:
    town = make_town()
    theirs = of(isolated(town), "home_test")
    sampled(town, theirs, ZERO + DAY)
    pack = read(shipped("covid-v9").replace("2022-06-27", "2022-06-29").replace(
        'history = "contact_of_contact", measure = "home", isolation_days = 7, monitor_days = 0, tests = [1, 4, 7]',
        'history = "contact_of_contact", measure = "home", isolation_days = 7, monitor_days = 0, tests = [1, 2, 3, 5, 7]',
    ))  # fmt: skip
    (change,) = [c for c in preview(town.id, pack) if c.case == theirs]
    assert change.anchors["test_day"] == (4, 2)
    assert (change.due_before, change.due_after) == (ZERO + 5 * DAY, ZERO + 3 * DAY)
    assert owed(theirs)[0] == 4, "the difference is shown, nothing is moved yet"
    adopt(town.id, shipped("covid-20"), from_at=ZERO + 2 * DAY, at=ZERO + 2 * DAY, adopted_by="段秋实")
    assert owed(theirs) == (0, ""), "the twenty measures ask nothing of contacts of contacts"
    assert theirs.anchors["done"] == ["tests:1"]
    assert Case.objects.get(loop="home_result").anchors["test"] == "tests:1"


def test_the_infected_are_let_out_by_two_days_of_high_ct() -> None:
    town = make_town()
    case = isolated(town, history="infected", pack="covid-new10")
    take(case, "begin", town.health, ZERO + HOUR, **FIT)
    test, out = of(case, "home_test"), ZERO + 7 * DAY + 5 * HOUR
    six = sampled(town, test, ZERO + 6 * DAY)
    with pytest.raises(Refused, match="35"):
        take(six, "report_ct", town.health, ZERO + 6 * DAY + HOUR, ct=34.9)
    take(six, "report_ct", town.health, ZERO + 6 * DAY + HOUR, ct=35)
    with pytest.raises(Refused) as refused:
        take(case, "release", town.health, out, **OUT)
    assert "last_test" in refused.value.faults, "one of two days is not enough"
    seven = sampled(town, test, ZERO + 7 * DAY)
    take(seven, "report_ct", town.health, ZERO + 7 * DAY + HOUR, ct=36.2)
    take(case, "release", town.health, out, **OUT)
    case.refresh_from_db()
    assert case.state == "released"


def test_a_pack_older_than_the_duty_stops_nobody_at_their_door() -> None:
    town = make_town()
    text = shipped("covid-v9").replace('version = "2022-06-27"', 'version = "2022-06-27-old"')
    for key in ("home_test.sample", "door_check.look", "waste.collect"):
        assert f'"{key}" =' in text
        text = text.replace(f'"{key}" =', f'"old.{key}" =')
    adopt(town.id, text, from_at=ZERO, at=ZERO, adopted_by="段秋实")
    who = person_of(town, "叶知秋")
    case = open_for(who, "contact_of_contact", day_zero=ZERO, actor=town.health, at=ZERO, intent="old")
    take(case, "begin", town.health, ZERO + HOUR, **FIT)
    assert set(Case.objects.filter(cause=case).values_list("loop", flat=True)) == {"health_report"}


def test_a_phone_carries_the_door_the_masked_name_and_the_hours_and_no_tube() -> None:
    town = make_town()
    test = of(isolated(town), "home_test")
    assert test.declared.carry
    carried: Carried = test.declared.carry([test])[test.id]
    said = {fact.value for fact in carried.facts}
    assert {"叶*秋", "香阅四季B区1-2-1101"} <= said
    assert any(value.startswith("第 1 天:4-16 01:10") for value in said)
