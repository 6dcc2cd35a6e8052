"""Promises and the ladder: nothing is forgotten, nothing storms, and answering holds the ladder still."""

from __future__ import annotations

import pytest

from linli.loops import deadlines
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import Clerk, minutes


def heard(at_minutes: float) -> list[str]:
    """What one pass of the clock makes."""
    before = set(Event.objects.values_list("id", flat=True))
    deadlines.wake_due(at=minutes(at_minutes))
    return [e.verb for e in Event.objects.exclude(id__in=before).order_by("seq")]


def test_silence_climbs_at_two_five_and_ten_minutes_then_grows_loud(office: Office) -> None:
    case = office.open()
    story = {m: heard(m) for m in (1.9, 2, 4.9, 5, 9.9, 10, 19.9, 20)}
    assert story == {
        1.9: [], 2: ["climbed"], 4.9: [], 5: ["climbed"], 9.9: [], 10: ["climbed"], 19.9: [], 20: ["overdue"],
    }  # fmt: skip
    case.refresh_from_db()
    pack = pack_for(office.id, minutes(20))
    assert deadlines.told(case, pack) == ("runner", "lead", "director")
    assert deadlines.is_loud(case, pack)


def test_acknowledging_holds_the_ladder_until_the_promise(office: Office) -> None:
    case = office.open()
    deadlines.acknowledge(case.id, actor=office.runner, at=minutes(1), intent="ack-1")
    deadlines.acknowledge(case.id, actor=office.runner, at=minutes(1), intent="ack-1")
    assert Event.objects.filter(name="parcel.acknowledged").count() == 1
    assert heard(19.9) == []
    assert heard(20) == ["overdue"]
    case.refresh_from_db()
    assert (case.due_at, case.acknowledged_at) == (minutes(20), None)


def test_an_answer_after_the_promise_broke_holds_only_for_the_grace(office: Office) -> None:
    case = office.open()
    heard(21)
    deadlines.acknowledge(case.id, actor=office.lead, at=minutes(22), intent="ack-2")
    assert heard(51.9) == []
    assert heard(52) == ["climbed"]


def test_only_those_who_are_told_may_acknowledge(office: Office) -> None:
    case = office.open()
    with pytest.raises(Refused):
        deadlines.acknowledge(case.id, actor=Clerk("外人", office.id), at=minutes(1), intent="x")
    assert Event.objects.count() == 1


def test_a_server_that_slept_for_hours_makes_one_event_not_a_storm(office: Office) -> None:
    office.open()
    assert heard(600) == ["overdue"]
    assert heard(600.1) == []


def test_a_clock_that_jumps_back_makes_nothing(office: Office) -> None:
    office.open()
    assert heard(2) == ["climbed"]
    assert heard(-60) == []
    assert heard(2) == []


def test_the_ladder_counts_only_the_present_stay(office: Office) -> None:
    case = office.open()
    heard(2), heard(5)
    office.fetch(case, after=6)
    case.refresh_from_db()
    assert (case.rung, case.wake_at, case.overdue_at) == (0, minutes(8), None)


def test_nobody_there_hastens_the_next_rung(office: Office) -> None:
    case = office.open()
    deadlines.hasten(case.id, at=minutes(0.1))
    assert heard(0.1) == ["climbed"]


def test_every_open_case_is_always_due_to_be_looked_at(office: Office) -> None:
    case = office.open()
    for m in range(0, 300, 7):
        heard(m)
        case.refresh_from_db()
        assert case.wake_at is not None and case.wake_at > minutes(m)
    assert Case.objects.open().count() == 1


def test_a_clock_set_back_after_it_ran_ahead_leaves_no_case_silent(office: Office) -> None:
    """A day ahead: promises break, one case is moved then. Set back: all of them are owed anew from now."""
    broken, moved, untouched = office.open(), office.open("open-2"), office.open("open-3")
    deadlines.acknowledge(untouched.id, actor=office.runner, at=minutes(1), intent="ack")
    ahead = 24 * 60
    deadlines.wake(broken.id, at=minutes(ahead))
    office.fetch(moved, after=ahead + 1)
    assert heard(3) == []
    assert deadlines.steady(at=minutes(3)) == 2
    assert deadlines.steady(at=minutes(3)) == 0
    for case in (broken, moved, untouched):
        case.refresh_from_db()
    assert (broken.overdue_at, broken.rung, broken.wake_at, broken.due_at) == (
        None,
        0,
        minutes(5),
        minutes(20),
    )
    assert (moved.state, moved.entered_at, moved.due_at) == ("carried", minutes(3), minutes(63))
    assert untouched.due_at == minutes(20)
    assert heard(5) == ["climbed", "climbed"]


def test_a_case_that_climbed_before_its_promise_under_a_wrong_clock_is_heard_again(office: Office) -> None:
    office.open(arrival=minutes(3 * 24 * 60).isoformat())
    case = office.open("open-2", arrival=minutes(3 * 24 * 60).isoformat())
    office.fetch(case)
    deadlines.wake(case.id, at=minutes(24 * 60))
    assert heard(6) == ["climbed"], "the other one, still waiting, climbs as ever"
    assert deadlines.steady(at=minutes(6)) == 1
    case.refresh_from_db()
    assert (case.rung, case.wake_at) == (0, minutes(8))


def test_machines_whose_clocks_differ_by_seconds_put_nothing_right(office: Office) -> None:
    case = office.open()
    office.fetch(case, after=1)
    assert deadlines.steady(at=minutes(0.1)) == 0


def test_a_pack_older_than_the_matter_refuses_in_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pack_for(office.id, minutes(0))
    monkeypatch.delitem(pack.body["due"], "parcel.fetch")
    with pytest.raises(Refused, match="现行政策包没有规定"):
        office.open()
    assert (Case.objects.count(), Event.objects.count()) == (0, 0)
