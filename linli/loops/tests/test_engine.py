"""A case moves only through the engine, once per intent, and a refusal writes nothing."""

from __future__ import annotations

from uuid import UUID

import pytest

from linli.base.ids import uuid7
from linli.loops import engine, seal
from linli.loops.engine import Refused
from linli.loops.evidence import Evidence
from linli.loops.models import Case, Event, LateNote, Remark
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import Clerk, minutes


def counts() -> tuple[int, int, int]:
    return Case.objects.count(), Event.objects.count(), Remark.objects.count()


def test_opening_twice_with_one_intent_is_one_case(office: Office) -> None:
    first, second = office.open(), office.open()
    assert first.id == second.id
    assert counts() == (1, 1, 0)
    assert first.due_at == minutes(20)
    assert first.wake_at == minutes(2)


def test_a_step_moves_the_case_and_names_both_people(office: Office) -> None:
    case = office.open()
    office.fetch(case)
    case.refresh_from_db()
    event = Event.objects.get(name="parcel.fetch")
    assert (case.state, case.stay, case.holder_name) == ("carried", 2, "跑腿李某")
    assert (event.giver, event.taker, event.seq, event.state) == ("店主王某", "跑腿李某", 2, "carried")
    assert case.due_at == minutes(63)


def test_a_step_repeated_with_its_intent_returns_the_first_event(office: Office) -> None:
    case = office.open()
    office.fetch(case)
    office.fetch(case, after=50)
    assert counts() == (1, 2, 0)
    assert Event.objects.get(name="parcel.fetch").at == minutes(3)


def test_an_intent_used_for_another_step_is_refused(office: Office) -> None:
    case = office.open()
    office.fetch(case)
    with pytest.raises(Refused):
        engine.advance(case.id, "bring", actor=office.runner, given={}, at=minutes(9), intent="fetch-1")
    assert counts() == (1, 2, 0)


def test_a_step_by_somebody_without_the_duty_writes_nothing(office: Office) -> None:
    case = office.open()
    given = {"giver": "甲", "taker": "乙"}
    for stranger in (office.lead, Clerk("外人", uuid7())):
        with pytest.raises(Refused):
            engine.advance(case.id, "fetch", actor=stranger, given=given, at=minutes(1), intent="x")
    assert counts() == (1, 1, 0)
    case.refresh_from_db()
    assert case.state == "waiting"


def test_missing_evidence_is_told_all_at_once_and_writes_nothing(office: Office) -> None:
    case = office.open()
    with pytest.raises(Refused) as refused:
        engine.advance(
            case.id, "fetch", actor=office.runner, given={"colour": "红"}, at=minutes(1), intent="x"
        )
    assert set(refused.value.faults) == {"giver", "taker", "colour"}
    assert counts() == (1, 1, 0)


def test_a_step_from_the_wrong_state_says_where_the_case_is(office: Office) -> None:
    case = office.open()
    with pytest.raises(Refused, match="待取"):
        engine.advance(case.id, "bring", actor=office.runner, given={}, at=minutes(1), intent="x")
    assert counts() == (1, 1, 0)


def test_a_private_nought_is_an_answer_too() -> None:
    days = Evidence("days", "药还够几天", kind="number", private=True)
    facts, private = engine.apart((days,), {"days": 0})
    assert private == {"days": "0"}
    assert UUID(facts["days"])


def test_a_private_answer_lies_beside_the_ledger_not_in_it(office: Office) -> None:
    case = office.open()
    given = {"giver": "甲", "taker": "乙", "remark": "电话 13900000001"}
    engine.advance(case.id, "fetch", actor=office.runner, given=given, at=minutes(1), intent="x")
    remark = Remark.objects.get()
    assert remark.text == "电话 13900000001"
    assert Event.objects.get(name="parcel.fetch").given["remark"] == str(remark.id)


def test_closing_opens_the_follow_up_in_the_same_transaction(office: Office) -> None:
    case = office.open()
    office.fetch(case)
    engine.advance(case.id, "bring", actor=office.runner, given={}, at=minutes(30), intent="bring-1")
    case.refresh_from_db()
    receipt = Case.objects.get(loop="receipt")
    assert (case.closed_at, case.due_at, case.wake_at) == (minutes(30), None, None)
    assert (receipt.cause_id, receipt.subject, receipt.opened_at) == (case.id, "p1", minutes(30))
    assert receipt.holder_name == "李跑"
    assert receipt.wake_at == receipt.due_at == minutes(30 + 24 * 60)


def test_when_the_follow_up_cannot_open_the_step_did_not_happen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.loops.tests.parcel import Receipt

    case = office.open()
    office.fetch(case)

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(Receipt, "opening", staticmethod(broken))
    with pytest.raises(RuntimeError):
        engine.advance(case.id, "bring", actor=office.runner, given={}, at=minutes(30), intent="bring-1")
    case.refresh_from_db()
    assert (case.state, counts()) == ("carried", (1, 2, 0))


def test_a_late_step_stays_visible_until_somebody_decides(office: Office) -> None:
    case = office.open()
    office.fetch(case)
    for _ in range(2):
        engine.note_late(
            case.id, "lose", actor=office.lead, given={"reason": "雨"}, at=minutes(40), intent="late-1",
            reason="已经取走", device_at=minutes(1),
        )  # fmt: skip
    note = LateNote.objects.get()
    assert (note.step, note.reason, note.decided_at) == ("lose", "已经取走", None)
    assert note.event.device_at == minutes(1)
    case.refresh_from_db()
    assert case.state == "carried"


def test_a_late_train_moves_the_promise_once(office: Office) -> None:
    case = office.open(arrival=minutes(100).isoformat())
    office.fetch(case)
    for _ in range(2):
        engine.replan(
            case.id,
            anchors={"arrival": minutes(140).isoformat()},
            at=minutes(5),
            intent="late-train",
            why="晚点",
        )
    case.refresh_from_db()
    assert case.due_at == minutes(155)
    assert Event.objects.filter(name="parcel.replanned").count() == 1


def test_the_database_itself_refuses_to_change_the_past(office: Office) -> None:
    from django.db import DatabaseError, transaction

    office.open()
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(name="parcel.bring")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all()._raw_delete("default")
    assert seal.verify(office.id) is None
