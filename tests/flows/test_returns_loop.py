"""A returning resident, from the notice to the front door, and every way it can go otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.matters.returns.models import Certificate
from tests.flows.journey import STEPS, begin
from tests.town import Town, make_town, minutes

WHOLE = ("verify", "certify", "dispatch", "board", "deliver", "hand_over")


def counts() -> tuple[int, ...]:
    """Everything a step could write."""
    return tuple(m.objects.count() for m in (Case, Event, Remark, Certificate))


def test_from_the_notice_to_the_door_and_the_isolation_it_starts(town: Town) -> None:
    journey = begin(town).go(*WHOLE)
    assert journey.case.state == "settled"
    assert journey.case.closed_at == minutes(12)
    isolation = Case.objects.get(loop="isolation")
    assert isolation.cause == journey.case
    assert isolation.opened_at == minutes(12)
    assert (isolation.title, isolation.scope) == (journey.case.title, journey.case.scope)
    assert isolation.subject == str(journey.trip.person_id)
    zero = minutes(12)
    assert isolation.anchors == {
        "history": "other_province",
        "day_zero": zero.isoformat(),
        "measure": "home",
        "isolation_days": 7,
        "monitor_days": 5,
        "then": "monitor",
        "tests": [],
        "monitor_tests": [],
        "isolation_ends": (zero + timedelta(days=7)).isoformat(),
        "monitor_ends": (zero + timedelta(days=12)).isoformat(),
    }
    assert (isolation.state, isolation.due_at) == ("assessing", zero + timedelta(hours=2))


def test_every_hand_over_names_both_people(town: Town) -> None:
    journey = begin(town).go(*WHOLE)
    passed = Event.objects.filter(case=journey.case).exclude(giver="").order_by("seq")
    assert [(e.verb, e.giver, e.taker) for e in passed] == [
        ("board", "车站 韩站务", "路远行"),
        ("deliver", "路远行", "温知暖"),
        ("hand_over", "路远行", "温知暖"),
    ]


def test_dispatch_names_car_and_driver_on_the_trip(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "dispatch")
    trip = journey.trip
    assert (trip.plate, trip.driver_name, trip.vehicle) == ("晋DY0001", "路远行", town.vehicle["晋DY0001"])


def test_promises_follow_the_train_until_the_door(town: Town) -> None:
    journey = begin(town, service="K9761", station="长治站", eta_at=minutes(261))
    journey.go("verify", "certify")
    assert journey.case.due_at == minutes(261 - 30)
    journey.go("dispatch")
    assert journey.case.due_at == minutes(261 + 20)


@pytest.mark.parametrize("step", ["board", "deliver", "hand_over"])
@pytest.mark.parametrize("missing", ["giver", "taker"])
def test_a_hand_over_with_one_name_is_refused_and_writes_nothing(town: Town, step: str, missing: str) -> None:
    journey = begin(town).go(*WHOLE[: WHOLE.index(step)])
    before, state = counts(), journey.case.state
    with pytest.raises(Refused) as refused:
        journey.take(step, **{missing: None})
    assert set(refused.value.faults) == {missing}
    assert counts() == before
    assert journey.case.state == state


def test_the_door_is_not_reached_without_the_notice_in_hand(town: Town) -> None:
    journey = begin(town).go(*WHOLE[:-1])
    before = counts()
    with pytest.raises(Refused) as refused:
        journey.take("hand_over", notice_given=False)
    assert set(refused.value.faults) == {"notice_given"}
    assert counts() == before
    assert not Case.objects.filter(loop="isolation").exists()


def test_a_verification_says_every_missing_point_at_once(town: Town) -> None:
    journey = begin(town)
    before = counts()
    with pytest.raises(Refused) as refused:
        journey.take("verify", identity=None, contact=None, health="unwell", history=None)
    assert set(refused.value.faults) == {"identity", "contact", "health", "history"}
    assert counts() == before


@pytest.mark.parametrize(
    ("step", "stranger"), [("verify", "transport"), ("certify", "patrol"), ("dispatch", "health")]
)
def test_another_duty_may_not_take_the_step(town: Town, step: str, stranger: str) -> None:
    journey = begin(town).go(*WHOLE[: WHOLE.index(step)])
    before = counts()
    with pytest.raises(Refused):
        journey.take(step, by=stranger)
    assert counts() == before


def test_nobody_of_another_community_may_move_it(town: Town) -> None:
    journey = begin(town)
    other = make_town("hpl", "和平里社区")
    before = counts()
    with pytest.raises(Refused):
        engine.advance(
            journey.case.id,
            "verify",
            actor=other.reception,
            given=dict(STEPS["verify"][1]),
            at=minutes(1),
            intent="x",
        )
    assert counts() == before


def test_the_same_act_sent_again_is_the_same_event(town: Town) -> None:
    journey = begin(town).go("verify")
    first = journey.take("certify")
    again = engine.advance(
        journey.case.id, "certify", actor=town.reception, given={}, at=minutes(9), intent=first.intent
    )
    assert again == first
    assert Certificate.objects.count() == 1


def test_who_was_not_at_the_station_is_looked_for_and_fetched(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "dispatch", "miss")
    assert journey.case.state == "missing"
    assert journey.case.due_at == minutes(8 + 15)
    journey.go("find", "board", "deliver", "hand_over")
    assert journey.case.state == "settled"


def test_who_refuses_is_talked_to_and_stays_certified(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "refuse")
    assert journey.case.state == "refusing"
    journey.go("persuade", "dispatch")
    assert journey.case.state == "dispatched"
    assert Certificate.objects.filter(voided_at=None).count() == 1


def test_fever_on_the_way_goes_to_the_clinic_and_home_or_to_hospital(town: Town) -> None:
    home = begin(town).go("verify", "certify", "dispatch", "board", "fall_ill")
    assert home.case.state == "at_clinic"
    event = Event.objects.get(name="return.fall_ill")
    assert (event.giver, event.taker, event.given["celsius"]) == ("路远行", "120 葛医生", 38.1)
    home.go("deliver", "hand_over")
    assert home.case.state == "settled"
    ward = begin(town, "方大川").go("verify", "certify", "dispatch", "board", "fall_ill", "admit")
    assert ward.case.state == "admitted"
    assert Case.objects.filter(loop="isolation").count() == 1, "who lies in hospital is not isolated at home"


def test_a_wrong_address_is_handed_to_the_other_community_with_a_receipt(town: Town) -> None:
    journey = begin(town, destination="上党区韩店街道望湖小区2号楼")
    assert journey.trip.doubts == ["past", "elsewhere"]
    before = counts()
    with pytest.raises(Refused) as refused:
        journey.take("refer", receipt=None)
    assert set(refused.value.faults) == {"receipt"}
    assert counts() == before
    event = journey.take("refer")
    assert journey.case.state == "referred"
    assert (event.given["community"], event.given["receipt"]) == ("望湖社区", "望湖 何主任")


@pytest.mark.parametrize("until", [0, 1, 2, 3])
def test_a_trip_is_called_off_by_the_grid_lead_alone_and_its_certificate_with_it(
    town: Town, until: int
) -> None:
    journey = begin(town).go(*WHOLE[:until])
    with pytest.raises(Refused):
        journey.take("call_off", by="transport")
    journey.take("call_off")
    assert journey.case.state == "called_off"
    assert not Certificate.objects.filter(voided_at=None).exists()
    assert Certificate.objects.count() == int(until >= 2)


def test_private_reasons_stand_beside_the_ledger_not_in_it(town: Town) -> None:
    journey = begin(town).go("verify", "call_off")
    event = Event.objects.get(name="return.call_off")
    assert Remark.objects.get(pk=event.given["reason"]).text == "本人改签到下月"
    told = " ".join(str(e.given) for e in Event.objects.all())
    for private in ("3-1-101", "长春", "改签"):
        assert private not in told
    assert journey.case.closed_at == minutes(4)


def test_the_ledger_and_the_worklist_hold_nobody_s_name_or_number(town: Town) -> None:
    begin(town).go(*WHOLE)
    seen: list[Any] = [
        *Event.objects.values_list("given", flat=True),
        *Case.objects.values_list("title", flat=True),
    ]
    seen += Case.objects.values_list("anchors", flat=True)
    assert not [canary for canary in town.canaries if canary in repr(seen)]
