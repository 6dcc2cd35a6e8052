"""What a phone sends: every intent answered, none spoiling another, all of it safe to send again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.ids import uuid7
from linli.field import screens
from linli.field.intents import TOGETHER
from linli.field.tests.phone import Phone, act
from linli.loops import engine
from linli.loops.models import Case, Event, LateNote, Remark
from linli.roster.models import Shift
from tests.flows.journey import STEPS, begin
from tests.town import Town, make_town


def ride(case_id: Any, *steps: str) -> list[dict[str, Any]]:
    """The acts of one ride, as the cast answers them."""
    return [act(case_id, step, dict(STEPS[step][1])) for step in steps]


def said(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["answer"] for answer in answers]


def test_a_day_of_records_is_taken_in_its_order_and_a_repeat_changes_nothing(town: Town) -> None:
    case = begin(town).go("verify", "certify").case
    phone = Phone(town.desk)  # may dispatch, drive and hand over
    day = ride(case.id, "dispatch", "board", "deliver", "hand_over")
    assert said(phone.send(*day)) == ["accepted"] * 4
    before = Event.objects.count()
    assert said(phone.send(*day)) == ["seen"] * 4
    assert (Event.objects.count(), Case.objects.get(pk=case.id).state) == (before, "settled")
    assert Case.objects.filter(loop="isolation").count() == 1


def test_a_batch_asks_the_roster_once_a_transaction(town: Town) -> None:
    cases = [begin(town, name).go("verify").case for name in ("陆青禾", "屈无忧", "叶知秋")]
    phone = Phone(town.director)
    phone.fetch()
    day = [
        act(c.id, step, {"reason": "家里没人"})
        for _ in range(4)
        for c in cases
        for step in ("refuse", "persuade")
    ]
    with CaptureQueriesContext(connection) as asked:
        answers = phone.send(*day)
    assert said(answers)[:6] == ["accepted"] * 6
    shifts = [q for q in asked.captured_queries if 'FROM "roster_shift"' in q["sql"]]
    # The gate and the batch ask as well, for the whole request.
    assert (len(day) < TOGETHER, len(shifts)) == (True, 3)


def test_one_bad_intent_spoils_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    good, other, bad = (
        begin(town, n).go("verify", "certify", "dispatch").case for n in ("陆青禾", "屈无忧", "叶知秋")
    )
    real = engine.advance

    def broken(case_id: Any, *args: Any, **more: Any) -> Event:
        if case_id == bad.id:
            raise RuntimeError("张三 13900000000")
        return real(case_id, *args, **more)

    monkeypatch.setattr(engine, "advance", broken)
    phone = Phone(town.transport)
    batch = [
        {"id": "not-an-id"},
        "not even an object",
        *ride(good.id, "board"),
        *ride(bad.id, "board", "deliver"),
        act(uuid7(), "board"),
        *ride(other.id, "board"),
    ]
    answers = phone.send(*batch)
    assert said(answers) == ["refused", "refused", "accepted", "later", "later", "refused", "accepted"]
    assert [a["id"] for a in answers] == ["not-an-id", "", *(i["id"] for i in batch[2:])]
    assert [Case.objects.get(pk=c.id).state for c in (good, other, bad)] == [
        "travelling",
        "travelling",
        "dispatched",
    ]
    monkeypatch.undo()
    assert said(phone.send(*batch[2:])) == ["seen", "accepted", "accepted", "refused", "seen"]


def test_answers_to_put_right_go_back_and_hold_only_their_case(town: Town) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    phone = Phone(town.transport)
    board, deliver = ride(case.id, "board", "deliver")
    board["given"] = {"giver": "韩站务"}
    first, second = phone.send(board, deliver)
    assert (first["answer"], first["faults"], "kept" in first) == (
        "refused",
        {"taker": "请填写「接收人」"},
        False,
    )
    assert second["answer"] == "later"
    assert (Case.objects.get(pk=case.id).state, LateNote.objects.count()) == ("dispatched", 0)
    assert said(phone.send(*ride(case.id, "board"), deliver)) == ["accepted", "accepted"]


def test_what_cannot_be_taken_any_more_is_kept_on_the_case_once(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "dispatch", "miss")
    phone = Phone(town.transport)
    (late,) = ride(journey.case.id, "board")
    late["given"]["unasked"] = "秘密"
    answers = [*phone.send(late, late), *phone.send(late)]
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["answer"], answers[0]["kept"]) == ("refused", True)
    assert answers[0]["sentence"] == "此事已是「未接到」,不能再「接到上车」。请看最新情况"
    note = LateNote.objects.get()
    assert (note.case_id, note.step, note.event.actor_name) == (journey.case.id, "board", "路远行")
    assert "unasked" not in note.event.given
    (private,) = ride(journey.case.id, "refuse")
    phone.send(private)
    event = LateNote.objects.exclude(pk=note.pk).get().event
    assert Remark.objects.get(event=event).text == "要自己打车"
    assert "要自己打车" not in str(event.given)


def test_a_record_made_on_duty_and_sent_off_duty_is_kept_for_a_person(town: Town) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    driver = town.hire("transport", "夜班司机")
    phone = Phone(driver)
    Shift.objects.filter(user=driver).update(ends_at=clock.now())
    (answer,) = phone.send(*ride(case.id, "board"))
    assert (answer["answer"], answer["kept"]) == ("refused", True)
    Shift.objects.filter(user=driver).update(ends_at=clock.now() - timedelta(hours=73))
    (answer,) = phone.send(*ride(case.id, "board"))
    assert (answer["answer"], "kept" in answer, LateNote.objects.count()) == ("refused", False, 1)


def test_nothing_is_said_or_written_about_other_communities_and_other_places(town: Town) -> None:
    theirs = begin(make_town("hpl", "和平里社区"), "屈无忧甲").go("verify", "certify", "dispatch").case
    in_b = begin(town, "叶知秋").go("verify", "certify", "dispatch").case
    phone = Phone(town.hire("transport", "只管甲", scope="xysj/a/"))
    before = Event.objects.count()
    answers = phone.send(*ride(theirs.id, "board"), *ride(in_b.id, "board"), *ride(uuid7(), "board"))
    assert len({tuple(sorted((k, v) for k, v in a.items() if k != "id")) for a in answers}) == 1
    assert (said(answers), Event.objects.count()) == (["refused"] * 3, before)


def test_an_id_belongs_to_one_act_of_one_person(town: Town) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    (board,) = ride(case.id, "board")
    assert said(Phone(town.transport).send(board)) == ["accepted"]
    (answer,) = Phone(town.desk).send(board)  # another phone cannot pass for it
    assert (answer["answer"], answer["kept"]) == ("refused", True)
    (answer,) = Phone(town.transport).send({**board, "step": "deliver"})
    assert (answer["answer"], "kept" in answer) == ("refused", False)


@pytest.mark.parametrize("hours", [-24 * 30, -24, 0, 24, 24 * 30])
def test_a_wrong_clock_changes_nothing_but_is_put_right(town: Town, hours: int) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    wrong = timedelta(hours=hours)
    acted = clock.now() - timedelta(minutes=50)
    (board,) = ride(case.id, "board")
    board["device_at"] = (acted + wrong).isoformat()
    assert said(Phone(town.transport).send(board, sent_at=clock.now() + wrong)) == ["accepted"]
    event = Event.objects.get(name="return.board")
    assert event.device_at and abs(event.device_at - acted) < timedelta(seconds=5)
    assert abs(event.at - clock.now()) < timedelta(seconds=30)


@pytest.mark.parametrize(
    "device_at",
    [None, "gestern", "2022-04-15T01:10:00", "9999-12-31T23:59:59+00:00", 7, "0001-01-01T00:00:00+08:00"],
)
def test_a_nonsense_clock_costs_the_record_nothing(town: Town, device_at: Any) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    (board,) = ride(case.id, "board")
    board["device_at"] = device_at
    assert said(Phone(town.transport).send(board, sent_at=clock.now() + timedelta(days=400))) == ["accepted"]
    event = Event.objects.get(name="return.board")
    assert event.device_at is None or abs(event.device_at - clock.now()) < timedelta(hours=73)


def test_old_and_new_apps_are_both_read(town: Town) -> None:
    case = begin(town).go("verify", "certify").case
    phone = Phone(town.transport)
    newer = {**act(case.id, "dispatch", STEPS["dispatch"][1]), "mood": {"of": ["tomorrow"]}}
    older = {k: v for k, v in act(case.id, "board", STEPS["board"][1]).items() if k != "device_at"}
    answer = phone.post([newer, older], v=99, app="2031.1", weather="rain")
    assert said(answer.json()["answers"]) == ["accepted", "accepted"]
    gone = act(case.id, "a_step_of_yesterday", {"reason": "旧版"})
    (answer,) = phone.send(gone)
    assert (answer["answer"], answer["kept"], answer["sentence"]) == (
        "refused",
        True,
        "没有「a_step_of_yesterday」这一步",
    )


def test_records_of_somebody_else_are_never_taken_for_mine(town: Town) -> None:
    case = begin(town).go("verify", "certify", "dispatch").case
    phone = Phone(town.transport)
    answer = phone.post(ride(case.id, "board"), user=str(town.desk.id))
    assert (answer.status_code, Case.objects.get(pk=case.id).state) == (409, "dispatched")
    assert said(phone.post(ride(case.id, "board"), user=str(town.transport.id)).json()["answers"]) == [
        "accepted"
    ]


def test_a_batch_has_its_limits_and_a_flood_is_told_to_wait(town: Town) -> None:
    phone = Phone(town.transport)
    for broken in (b"", b"[]", b"{", b'{"intents": 7}', b"[" * 100_000):
        assert phone.client.post("/field/intents", broken, content_type="application/json").status_code == 400
    assert phone.post([{}] * 501).status_code == 413
    assert phone.post([{"note": "x" * 1_000_001}]).status_code == 413
    for _ in range(12):
        phone.post([{}] * 500)
    flooded = phone.post([{}] * 500)
    assert (flooded.status_code, int(flooded["Retry-After"]) >= 1) == (429, True)
    screens.knocks.forget()
    assert phone.post([{}]).json()["answers"][0]["answer"] == "refused"
