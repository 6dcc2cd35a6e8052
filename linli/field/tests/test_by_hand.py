"""What a volunteer does at a door beside the steps: a temperature taken offline, an alert opened on the phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.base.ids import uuid7
from linli.codes.address import digest
from linli.codes.token import token_of
from linli.field import intents
from linli.field.tests.phone import Phone, act
from linli.loops import engine
from linli.loops.models import Case, Event, LateNote, Remark
from linli.matters.isolation import asking, links
from linli.matters.isolation.models import Observation
from linli.matters.isolation.opening import open_for
from linli.matters.supplies.models import SupplyOrder
from tests.town import Town, make_town, minutes

MORNING, NOON, EVENING = (minutes(60 * h - 10) for h in (8, 12, 19))
"""08:00, 12:00 and 19:00 of the day that T0 begins."""


@dataclass
class Door:
    """Somebody behind a door, and the health volunteer's phone."""

    town: Town
    home: Case
    report: Case
    phone: Phone

    def said(self, *acts: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
        """What the house answers to a batch that comes in at `at`."""
        return [a.as_json() for a in intents.take(acts, user=self.phone.user, at=at, sent_at=at)]


def door(town: Town, name: str = "陆青禾", phone: Phone | None = None) -> Door:
    home = open_for(
        town.person[name],
        "affected_district",
        day_zero=minutes(0),
        actor=town.health,
        at=minutes(1),
        intent=f"home-{name}",
    )
    report = Case.objects.get(cause=home, loop="health_report")
    return Door(town, home, report, phone or Phone(town.health))


def opening(near: Case, *, loop: str = "fever", **more: Any) -> dict[str, Any]:
    given = {"reason": "脸红,说冷"}
    return act(uuid7(), "opened", given, loop=loop, beside=str(near.id), device_at=None) | more


def taken(case: Case, celsius: float, at: datetime, *symptoms: str) -> dict[str, Any]:
    given = {"celsius": celsius, "symptoms": list(symptoms)}
    return act(case.id, "kept", given, device_at=at.isoformat())


def test_the_slice_says_what_is_asked_at_a_door_and_carries_no_health(town: Town) -> None:
    home = door(town)
    home.phone.fetch()
    head = home.phone.parts["head"]
    kept = head["loops"]["health_report"]["steps"]["kept"]
    assert (kept["title"], kept["stays"], kept["from"], kept["to"]) == (
        "量体温",
        True,
        ["awaited"],
        "awaited",
    )
    assert [(n["key"], n["kind"], n["required"]) for n in kept["needs"]] == [
        ("celsius", "number", True),
        ("symptoms", "choices", False),
    ]
    assert ["干咳", "干咳"] in kept["needs"][1]["choices"]
    starts = {s["loop"]: (s["state"], [n["key"] for n in s["needs"]][:3]) for s in head["starts"]}
    assert starts == {
        "fever": ("seen", ["reason"]),
        "outing": ("asked", ["need"]),
        "supply": ("asked", ["lines", "substitute", "medicine"]),
        "alert": ("seen", ["seen", "what"]),
    }
    tasks = home.phone.tasks
    assert (tasks[str(home.report.id)]["steps"], tasks[str(home.report.id)]["beside"]) == (
        ["kept"],
        ["fever", "supply", "alert"],
    )
    assert tasks[str(home.home.id)]["beside"] == ["fever", "outing", "supply", "alert"]
    assert "fever" in head["loops"]
    patrol = Phone(town.patrol)
    patrol.fetch()
    assert (patrol.tasks, patrol.parts["head"]["starts"]) == ({}, [])


def test_the_phone_carries_the_door_and_what_is_owed_and_finds_it_by_its_codes(town: Town) -> None:
    home = door(town)
    token = links.issue(home.home.id, community_id=town.id, actor=town.health, at=minutes(2))
    home.said(taken(home.report, 38.4, MORNING, "干咳"), at=MORNING)
    home.phone.fetch()
    tasks = {task["loop"]: task for task in home.phone.tasks.values()}
    where = {"姓名": "陆*禾", "住址": "香阅四季A区3-1-101"}
    assert dict(tasks["health_report"]["facts"]) == where | {"下次报告": "04-15 15:00 – 20:00"}
    assert dict(tasks["fever"]["facts"]) == where | {"急救": "120"}
    assert dict(tasks["isolation"]["facts"]) == where | {
        "措施": "居家健康监测", "隔离期满": "04-15 01:10", "监测期满": "04-27 01:10",
    }  # fmt: skip
    at_door = digest(token_of(town.door["A 3-1-101"].pk))
    assert [digest(token) in tasks[loop]["codes"] for loop in ("isolation", "health_report", "fever")] == [
        True, True, False,
    ]  # fmt: skip
    assert all(at_door in task["codes"] for task in tasks.values())
    assert all(word not in json.dumps(home.phone.parts) for word in ("38.4", token))


def test_a_temperature_counts_for_the_window_in_which_it_was_taken(town: Town) -> None:
    home = door(town)
    morning = taken(home.report, 36.5, MORNING)
    answers = home.said(morning, at=EVENING)
    assert [a["answer"] for a in answers] == ["accepted"]
    row = Observation.objects.get()
    assert (row.at, row.received_at, row.channel, row.by_name, row.doubts) == (
        MORNING, EVENING, "door", town.health.shown_name, [],
    )  # fmt: skip
    assert row.window_at and row.window_at <= MORNING
    evening = datetime.fromisoformat(Case.objects.get(pk=home.report.pk).anchors["report_from"])
    assert NOON < evening < EVENING  # the evening's report is still owed
    assert [a["answer"] for a in home.said(morning, at=EVENING)] == ["seen"]
    home.said(taken(home.report, 36.6, EVENING - timedelta(minutes=5)), at=EVENING)
    tomorrow = datetime.fromisoformat(Case.objects.get(pk=home.report.pk).anchors["report_from"])
    assert tomorrow > EVENING
    event = Event.objects.filter(name="health_report.kept").earliest("seq")
    assert (set(event.given), event.device_at) == ({"observation", "alert", "channel"}, MORNING)


def test_a_fever_measured_offline_opens_one_alert(town: Town) -> None:
    home = door(town)
    hot = [taken(home.report, 38.4, MORNING, "干咳"), taken(home.report, 38.6, NOON)]
    assert [a["answer"] for a in home.said(*hot, at=EVENING)] == ["accepted", "accepted"]
    home.said(*hot, at=EVENING)
    assert (Observation.objects.count(), Case.objects.filter(loop="fever").count()) == (2, 1)


@pytest.mark.parametrize(
    ("given", "fault"),
    [({}, "celsius"), ({"celsius": 365}, "celsius"), ({"celsius": "warm"}, "celsius"), ({"celsius": True}, "celsius"),
     ({"celsius": 36.55}, "celsius"), ({"celsius": 36.5, "symptoms": ["懒"]}, "symptoms")],
)  # fmt: skip
def test_what_is_no_temperature_goes_back_and_writes_nothing(
    town: Town, given: dict[str, Any], fault: str
) -> None:
    home = door(town)
    before = Event.objects.count()
    (answer,) = home.said(act(home.report.id, "kept", given), at=NOON)
    assert (answer["answer"], list(answer["faults"])) == ("refused", [fault])
    assert (Event.objects.count(), Observation.objects.count()) == (before, 0)


def test_a_report_for_somebody_released_meanwhile_is_kept_with_its_answers_beside_the_ledger(
    town: Town,
) -> None:
    home = door(town)
    engine.advance(home.home.id, "move", actor=town.health, given={"reason": "住院"}, at=NOON, intent="moved")
    (answer,) = home.said(taken(home.report, 36.4, MORNING), at=EVENING)
    assert (answer["answer"], answer["kept"], answer["sentence"]) == (
        "refused",
        True,
        "此事已经办结,不用再报",
    )
    note = LateNote.objects.get()
    assert (note.step, "36.4" in str(note.event.given)) == ("kept", False)
    assert Remark.objects.get(event=note.event, key="celsius").text == "36.4"
    assert Observation.objects.count() == 0


def test_a_case_opened_on_the_phone_takes_its_next_steps_before_any_network(town: Town) -> None:
    home = door(town)
    seen = opening(home.home)
    called = act(
        seen["case"], "call", {"doctor": "葛医生", "advice": "先观察"}, loop="fever", beside=seen["beside"]
    )
    for said in ("accepted", "seen"):
        assert [a["answer"] for a in home.said(seen, called, at=EVENING)] == [said, said]
    case = Case.objects.get(loop="fever")
    assert (str(case.id), case.state, case.cause_id, case.subject, case.scope) == (
        seen["case"], "called", home.home.id, home.home.subject, home.home.scope,
    )  # fmt: skip
    opened = Event.objects.get(name="fever.opened")
    assert (opened.actor_name, "脸红" in str(opened.given)) == (town.health.shown_name, False)
    assert Remark.objects.get(event=opened).text == "脸红,说冷"


def test_an_opening_that_lacks_an_answer_holds_what_follows_it(town: Town) -> None:
    home = door(town)
    seen = opening(home.home, given={})
    called = act(
        seen["case"], "call", {"doctor": "葛医生", "advice": "先观察"}, loop="fever", beside=seen["beside"]
    )
    first, second = home.said(seen, called, at=NOON)
    assert (first["faults"], second["answer"]) == ({"reason": "请填写「看到了什么」"}, "later")
    right = {**seen, "id": str(uuid7()), "given": {"reason": "脸红"}}
    assert [a["answer"] for a in home.said(right, called, at=NOON)] == ["accepted", "accepted"]


def test_what_cannot_be_opened_is_kept_beside_and_so_is_what_was_done_on_it(town: Town) -> None:
    home = door(town)
    home.said(taken(home.report, 39.0, MORNING), at=MORNING)  # the alert is open
    seen = opening(home.report)
    called = act(
        seen["case"], "call", {"doctor": "葛医生", "advice": "去医院"}, loop="fever", beside=seen["beside"]
    )
    for _twice in range(2):
        first, second = home.said(seen, called, at=NOON)
        assert (first["answer"], first["kept"], second["answer"], second["kept"]) == (
            "refused", True, "refused", True,
        )  # fmt: skip
        assert first["sentence"] == "此人已有一件发热告警在办,请直接告诉健康监测岗"
    assert Case.objects.filter(loop="fever").count() == 1
    notes = LateNote.objects.order_by("event__seq")
    assert [(n.case_id, n.step) for n in notes] == [
        (home.report.id, "fever.opened"),
        (home.report.id, "fever.call"),
    ]
    assert set(
        Remark.objects.filter(event__in=[n.event_id for n in notes]).values_list("text", flat=True)
    ) == {
        "脸红,说冷",
        "去医院",
    }


SHOPPING = {
    "lines": "白菜 2 斤\n阿莫西林 1 盒 不换", "substitute": "yes", "medicine": "free", "hurry": "yes", "pay": "at_door",
    "cap": 60,
}  # fmt: skip


def test_what_a_household_needs_is_taken_down_at_its_door_without_a_network(town: Town) -> None:
    home = door(town)
    home.phone.fetch()
    tasks = home.phone.tasks
    assert tasks[str(home.home.id)]["beside"] == ["fever", "outing", "supply", "alert"]
    wish = opening(home.report, loop="supply", given=SHOPPING)
    need = opening(home.home, loop="outing", given={"need": "透析,明天九点"})
    for _again in range(2):
        answers = home.said(wish, need, at=NOON)
        assert [a["answer"] for a in answers] in (["accepted"] * 2, ["seen"] * 2)
    order = SupplyOrder.objects.get()
    assert (order.case.state, order.channel, order.is_urgent, order.cap_fen) == ("urgent", "door", True, 6000)
    assert [(i.name, i.quantity, i.unit, i.substitute) for i in order.lines.order_by("position")] == [
        ("白菜", 2, "斤", True), ("阿莫西林", 1, "盒", False),
    ]  # fmt: skip
    outing = Case.objects.get(loop="outing")
    assert (outing.cause_id, asking.need_of(outing)) == (home.home.id, "透析,明天九点")
    assert asking.latest(home.home)
    assert not any(word in str(list(Event.objects.values("given"))) for word in ("阿莫西林", "透析"))
    before = (Case.objects.count(), SupplyOrder.objects.count())
    wrong = (
        opening(home.report, loop="supply", given=SHOPPING | {"medicine": "none"}),
        opening(home.report, loop="supply", given=SHOPPING | {"lines": ""}),
        opening(home.home, loop="outing", given={"need": "再去一次"}),
    )
    answers = home.said(*wrong, at=NOON)
    assert [(a["answer"], "kept" in a) for a in answers] == [
        ("refused", False), ("refused", False), ("refused", True),
    ], "what can be put right stays with the phone; the house keeps the other"  # fmt: skip
    assert (Case.objects.count(), SupplyOrder.objects.count()) == before


def test_nothing_is_opened_elsewhere_or_under_the_id_of_another_case(town: Town) -> None:
    home, stranger = door(town), door(make_town("hpl", "和平里社区"), "屈无忧甲")
    before = Event.objects.count()
    taken_id = opening(home.home, case=str(stranger.home.id))
    for wrong in (
        opening(stranger.home), opening(home.home, beside=None), opening(home.home, beside=str(UUID(int=7))),
    ):  # fmt: skip
        (answer,) = home.said(wrong, at=NOON)
        assert (answer["answer"], "kept" in answer) == ("refused", False)
    assert Event.objects.count() == before
    answers = home.said(
        taken_id, opening(home.home, loop="return"), opening(home.home, loop="weather"), at=NOON
    )
    assert [(a["answer"], a["kept"]) for a in answers] == [("refused", True)] * 3
    assert Case.objects.filter(loop="fever").count() == 0
    patrol = Phone(town.patrol)
    (answer,) = intents.take([opening(home.home)], user=patrol.user, at=NOON)
    assert (answer.answer, answer.kept, Case.objects.filter(loop="fever").count()) == ("refused", True, 0)
