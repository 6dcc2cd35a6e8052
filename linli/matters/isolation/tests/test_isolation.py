"""How long a door stays closed is the pack's, counted to the hour; it opens with the hand-over or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for, read, shipped
from linli.loops.replanning import adopt
from linli.matters.isolation.loop import Isolation, rule_for
from linli.matters.isolation.tests.behind import asked
from tests.flows.journey import Journey, begin
from tests.town import T0, Town, make_town, minutes

HOME = ("certify", "dispatch", "board", "deliver", "hand_over")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def come_home(town: Town, history: str, name: str = "陆青禾") -> Journey:
    journey = begin(town, name)
    journey.take("verify", history=history)
    return journey.go(*HOME)


def isolation(journey: Journey) -> Case | None:
    return Case.objects.filter(loop="isolation", cause=journey.case).first()


FIT = {"home_fit": ["own_room", "no_shared_ac"]}
OUT = {"last_test": "negative", "tested_where": "市人民医院", "checked": True}


def settled_in(town: Town, history: str = "other_province") -> Case:
    """Home, and the home was found fit."""
    case = isolation(come_home(town, history))
    assert case is not None
    asked(town, case)
    engine.advance(case.id, "begin", actor=town.health, given=FIT, at=minutes(14), intent="begin")
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("history", "state", "measure", "isolation_days", "monitor_days"),
    [
        ("high_or_mid", "isolating", "central", 14, 7),
        ("county_of_high_or_mid", "assessing", "home", 14, 7),
        ("unrated_cases", "assessing", "home", 7, 5),
        ("other_province", "assessing", "home", 7, 5),
        ("affected_district", "monitoring", "monitor", 0, 12),
    ],
)
def test_the_class_of_history_decides_measure_and_days(
    town: Town, history: str, state: str, measure: str, isolation_days: int, monitor_days: int
) -> None:
    journey = come_home(town, history)
    case = isolation(journey)
    assert case is not None
    zero = minutes(12)
    assert (case.state, case.anchors["measure"]) == (state, measure)
    assert datetime.fromisoformat(case.anchors["isolation_ends"]) == zero + timedelta(days=isolation_days)
    assert datetime.fromisoformat(case.anchors["monitor_ends"]) == zero + timedelta(
        days=isolation_days + monitor_days
    )
    promised = zero + timedelta(days=isolation_days or monitor_days)
    assert case.due_at == (zero + timedelta(hours=2) if state == "assessing" else promised)


def test_nobody_is_kept_at_home_where_the_pack_asks_for_nothing(town: Town) -> None:
    journey = come_home(town, "none")
    assert journey.case.state == "settled"
    assert isolation(journey) is None


def test_hand_over_and_isolation_are_one_transaction(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = begin(town).go("verify", *HOME[:-1])
    before = (Event.objects.count(), journey.case.state)

    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Isolation, "opening", staticmethod(broken))
    with pytest.raises(RuntimeError):
        journey.take("hand_over")
    assert (Event.objects.count(), journey.case.state) == before
    assert not Case.objects.filter(loop="isolation").exists()


def test_a_hand_over_sent_twice_opens_one_isolation(town: Town) -> None:
    journey = come_home(town, "other_province")
    event = Event.objects.get(name="return.hand_over")
    again = engine.advance(
        journey.case.id, "hand_over", actor=town.health, given={}, at=minutes(20), intent=event.intent
    )
    assert again == event
    assert Case.objects.filter(loop="isolation").count() == 1


def test_a_week_of_isolation_rings_nobody_before_its_end(town: Town) -> None:
    case = settled_in(town)
    assert case.wake_at == case.due_at == minutes(12) + timedelta(days=7)


def test_isolation_ends_in_monitoring_and_monitoring_in_release(town: Town) -> None:
    case = settled_in(town)
    for n, step in enumerate(("finish", "release")):
        at = minutes(12_000 + 9000 * n)
        given = {**OUT, "tested_at": at.isoformat()} if step == "release" else {}
        engine.advance(case.id, step, actor=town.health, given=given, at=at, intent=f"i{n}")
        case.refresh_from_db()
        if step == "finish":
            assert case.due_at == minutes(12) + timedelta(days=12)
    assert (case.state, case.due_at) == ("released", None)


def test_only_health_lets_out_and_moving_somebody_takes_a_reason(town: Town) -> None:
    case = settled_in(town)
    before = Event.objects.count()
    with pytest.raises(Refused):
        engine.advance(case.id, "finish", actor=town.transport, given={}, at=minutes(20), intent="x")
    with pytest.raises(Refused) as refused:
        engine.advance(case.id, "move", actor=town.health, given={}, at=minutes(20), intent="y")
    assert set(refused.value.faults) == {"reason"}
    assert Event.objects.count() == before


def test_a_new_pack_moves_the_end_of_who_is_inside_and_keeps_day_zero(town: Town) -> None:
    case = settled_in(town)
    shorter = shipped("changzhi-2022-04").replace('version = "2022-04-22"', 'version = "2022-06-28"')
    rule = 'history = "other_province", measure = "home", isolation_days = 7, monitor_days = 5'
    assert rule in shorter
    shorter = shorter.replace(
        rule, rule.replace("isolation_days = 7, monitor_days = 5", "isolation_days = 3, monitor_days = 4")
    )
    adopt(town.id, shorter, from_at=minutes(60), at=minutes(60), adopted_by="段秋实")
    case.refresh_from_db()
    zero = minutes(12)
    assert case.anchors["day_zero"] == zero.isoformat()
    assert case.due_at == zero + timedelta(days=3)
    moved = Event.objects.get(name="isolation.replanned").given["moved"]
    assert moved["isolation_days"] == [7, 3]


def test_the_first_rule_that_matches_wins_and_none_is_no_measure(town: Town) -> None:
    pack = pack_for(town.id, T0)
    assert rule_for("high_or_mid", pack)["measure"] == "central"
    assert rule_for("a class nobody knows", pack)["measure"] == "none"
    assert read(shipped("changzhi-2022-04")).key == pack.key


def test_the_engine_s_record_of_an_opening_names_its_cause(town: Town) -> None:
    journey = come_home(town, "other_province")
    opened = Event.objects.get(name="isolation.opened")
    hand_over = Event.objects.get(name="return.hand_over")
    assert opened.intent == f"{hand_over.id}:isolation"
    assert opened.seq == hand_over.seq + 1
    assert opened.case.cause == journey.case


def test_nobody_is_let_out_before_the_period_is_over(town: Town) -> None:
    case = settled_in(town)
    ends = datetime.fromisoformat(case.anchors["isolation_ends"])
    written = Event.objects.count()
    with pytest.raises(Refused, match="才满"):
        engine.advance(
            case.id, "finish", actor=town.health, given={}, at=ends - timedelta(minutes=1), intent="early"
        )
    assert Event.objects.count() == written
    engine.advance(case.id, "finish", actor=town.health, given={}, at=ends, intent="in-time")
    case.refresh_from_db()
    assert case.state == "monitoring"


def test_a_home_that_lacks_what_the_pack_demands_is_no_place_for_it(town: Town) -> None:
    case = isolation(come_home(town, "other_province"))
    assert case
    written = Event.objects.count()
    with pytest.raises(Refused, match="独立房间") as refused:
        engine.advance(
            case.id,
            "begin",
            actor=town.health,
            given={"home_fit": ["no_shared_ac", "vent"]},
            at=minutes(14),
            intent="b",
        )
    assert set(refused.value.faults) == {"home_fit"}
    assert Event.objects.count() == written
    engine.advance(
        case.id, "move", actor=town.health, given={"reason": "没有独立房间"}, at=minutes(15), intent="m"
    )
    case.refresh_from_db()
    assert case.state == "moved"


def test_the_door_opens_only_with_a_last_negative_test_that_was_not_early(town: Town) -> None:
    case = isolation(come_home(town, "affected_district"))
    assert case
    zero = minutes(12)
    day_7 = zero + timedelta(days=7)
    written = Event.objects.count()
    wrong = (
        ({**OUT, "last_test": "not_asked", "tested_at": day_7.isoformat()}, "last_test"),
        (OUT, "tested_at"),
        ({**OUT, "tested_at": day_7.isoformat(), "tested_where": ""}, "tested_where"),
        ({**OUT, "tested_at": "昨天下午"}, "tested_at"),
        ({**OUT, "tested_at": "2022-04-22T09:00"}, "tested_at"),
        ({**OUT, "tested_at": (day_7 - timedelta(minutes=1)).isoformat()}, "tested_at"),
        ({**OUT, "tested_at": (day_7 + timedelta(days=6)).isoformat()}, "tested_at"),
        ({**OUT, "tested_at": day_7.isoformat(), "checked": False}, "checked"),
    )
    at = zero + timedelta(days=12)
    for n, (given, field) in enumerate(wrong):
        with pytest.raises(Refused) as refused:
            engine.advance(case.id, "release", actor=town.health, given=given, at=at, intent=f"w{n}")
        assert set(refused.value.faults) == {field}
    assert Event.objects.count() == written
    given = {**OUT, "tested_at": day_7.isoformat()}
    engine.advance(case.id, "release", actor=town.health, given=given, at=at, intent="out")
    case.refresh_from_db()
    assert case.state == "released"
