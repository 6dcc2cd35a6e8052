"""What a phone carries: its own tasks, minimal and masked, small when asked again, gone with the shift."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.ids import uuid7
from linli.codes.address import digest
from linli.codes.token import token_of
from linli.field.tests.phone import JSON, Phone, act
from linli.loops import engine
from linli.loops.models import Case
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Certificate
from linli.roster.models import Shift
from tests.flows.journey import begin
from tests.town import Town, make_town


def test_a_phone_carries_the_tasks_of_its_duty_and_what_each_step_asks(town: Town) -> None:
    tonight = begin(town).go("verify", "certify", "dispatch")
    phone = Phone(town.transport)
    phone.fetch()
    (task,) = phone.tasks.values()
    assert (task["id"], task["state"], task["mine"], task["holder"]) == (
        str(tonight.case.id), "dispatched", True, "路远行",
    )  # fmt: skip
    assert task["steps"] == ["dispatch", "board", "deliver", "miss", "find", "refuse", "fall_ill"]
    assert dict(task["facts"]) == {
        "姓名": "陆*禾",
        "车次": "G9457 长治东站", "到达": "04-15 01:05", "住址": "香阅四季A区3-1-101", "车辆": "晋DY0001 路远行",
    }  # fmt: skip
    assert digest(token_of(town.door["A 3-1-101"].pk)) in task["codes"]
    assert digest(Certificate.objects.get().token) in task["codes"]
    assert task["known"]["board"] == {"giver": "长治东站", "taker": "路远行"}
    head = phone.parts["head"]
    board = head["loops"]["return"]["steps"]["board"]
    assert (board["title"], board["from"], board["to"]) == ("接到上车", ["dispatched"], "travelling")
    assert [(need["key"], need["kind"], need["required"]) for need in board["needs"]] == [
        ("giver", "name", True), ("taker", "name", True), ("place", "text", False),
    ]  # fmt: skip
    assert (head["name"], head["duties"], head["on_duty"], head["ends_at"]) == (
        "路远行",
        ["转运"],
        True,
        None,
    )


def test_labels_come_in_the_language_the_app_shows(town: Town) -> None:
    begin(town).go("verify", "certify", "dispatch")
    phone = Phone(town.transport)
    phone.fetch("en")
    assert phone.parts["head"]["loops"]["return"]["steps"]["board"]["title"] == "Picked up"


def test_no_number_and_no_full_name_leaves_the_house(town: Town) -> None:
    for name in ("陆青禾", "屈无忧", "叶知秋"):
        begin(town, name).go("verify", "certify")
    phone = Phone(town.transport)
    text = json.dumps(phone.fetch(), ensure_ascii=False)
    assert len(phone.tasks) == 3
    assert [canary for canary in town.canaries if canary in text] == []


def test_a_phone_carries_nothing_of_other_places_duties_and_communities(town: Town) -> None:
    in_a, in_b = begin(town), begin(town, "叶知秋")
    other = make_town("hpl", "和平里社区")
    begin(other, "屈无忧甲")
    only_a = Phone(
        town.hire(
            "reception",
            "只管甲",
            scope="xysj/a/",
        )
    )
    only_a.fetch()
    assert set(only_a.tasks) == {str(in_a.case.id)}
    everywhere, patrol = Phone(town.reception), Phone(town.patrol)
    everywhere.fetch(), patrol.fetch()
    assert set(everywhere.tasks) == {str(in_a.case.id), str(in_b.case.id)}
    assert (patrol.tasks, patrol.parts["head"]["loops"]) == ({}, {})


def test_a_repeat_sends_only_what_changed(town: Town) -> None:
    journeys = [begin(town, name) for name in ("陆青禾", "屈无忧", "叶知秋", "蓝采薇")]
    phone = Phone(town.reception)
    assert len(phone.fetch()["parts"]) == 34
    again = phone.fetch()
    assert (again["parts"], len(json.dumps(again)) < 600) == ({}, True)

    journeys[0].take("verify")
    moved = phone.fetch()["parts"]
    assert set(moved) == {f"b{journeys[0].case.id.int % 32:02}"}
    assert phone.tasks[str(journeys[0].case.id)]["state"] == "verified"

    town.person["叶知秋"].name = "叶知冬夏"
    town.person["叶知秋"].save()  # no case moved, and still the phone learns of it
    assert set(phone.fetch()["parts"]) == {f"b{journeys[2].case.id.int % 32:02}"}

    journeys[0].go("certify", "dispatch")
    phone.fetch()
    assert set(phone.tasks) == {str(j.case.id) for j in journeys[1:]}  # now it is the driver's
    phone.token = "nonsense"
    assert len(phone.fetch()["parts"]) == 34


def test_the_slice_ends_with_the_shift_and_is_empty_without_one(town: Town) -> None:
    journey = begin(town)
    ends_at = clock.now() + timedelta(hours=2)
    tonight = town.hire("reception", "今晚的人", ends_at=ends_at)
    phone = Phone(tonight)
    phone.fetch()
    assert phone.parts["head"]["ends_at"] == ends_at.isoformat()
    assert set(phone.tasks) == {str(journey.case.id)}
    Shift.objects.filter(user=tonight).update(ends_at=clock.now())
    phone.fetch()
    assert (phone.tasks, phone.parts["head"]["on_duty"], phone.parts["head"]["loops"]) == ({}, False, {})


def test_an_app_that_knows_no_handle_is_told_by_its_cookie_what_to_forget(town: Town) -> None:
    phone = Phone(town.transport)
    phone.fetch()
    phone.client.session.delete()
    answer = phone.client.get("/field/slice", headers=JSON)
    assert (answer.status_code, answer.json()["wipe"]) == (401, "all")
    assert phone.post([]).json()["wipe"] == "all"
    phone.client.cookies.clear()
    answer = phone.client.get("/field/slice", headers=JSON)
    assert (answer.status_code, answer.json()["wipe"]) == (401, "tasks")


def test_a_thousand_households_fit_a_fresh_phone(town: Town) -> None:
    """1,025 tasks: under 1 MB, under 3 s, and as many queries as for one."""
    case = begin(town).case
    scope = town.door["A 3-1-101"].path
    phone = Phone(town.reception)
    with CaptureQueriesContext(
        connection,
    ) as few:
        phone.fetch()
    at = clock.now()
    for n in range(1_024):
        opening = Opening(title=f"陆** · 香阅四季A区3号楼 {n}", scope=scope, subject=f"s{n}")
        engine.open_case(Return, opening, community_id=town.id, at=at, intent=str(uuid7()))
    phone.token, phone.parts = "", {}
    began = time.process_time()  # computed here, whatever else the machine is busy with
    with CaptureQueriesContext(connection) as many:
        answer = phone.client.get("/field/slice", headers={**JSON, "Accept-Encoding": "gzip"})
    took = time.process_time() - began
    plain = gzip.decompress(answer.content)
    assert sum(len(part) for name, part in json.loads(plain)["parts"].items() if name[0] == "b") == 1_025
    assert case.id and len(plain) < 1_000_000
    assert len(answer.content) < 200_000
    assert len(many) <= len(few)
    assert took < 3


def test_my_late_records_stay_in_the_slice_until_somebody_decides(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "dispatch")
    phone = Phone(town.transport)
    late = act(journey.case.id, "deliver", {"giver": "路远行", "taker": "陆**"})
    (answer,) = phone.send(late)
    assert answer["kept"]
    phone.fetch()
    (note,) = phone.parts["late"]
    assert (note["intent"][-36:], note["step"], note["sentence"]) == (
        late["id"],
        "deliver",
        answer["sentence"],
    )
    Case.objects.get().late_notes.update(decided_at=clock.now(), decided_by="申佳宁")
    assert phone.fetch()["parts"]["late"] == []
