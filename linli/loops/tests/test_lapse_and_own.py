"""A promise that nobody broke ends its case by itself; whom a case is about takes a step of their own."""

from __future__ import annotations

import pytest

from linli.loops import check, deadlines, engine, registry, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.spec import Loop, Opening, State, Step
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import T0, minutes


class Invitation(Loop, key="invitation", title="邀请"):
    """邀请。"""

    asked = State("待答", due="parcel.fetch", tell=("runner", "lead"))
    ready = State("可来", due="receipt.sign", tell=("runner",), lapses="expired")
    came = State("来了")
    expired = State("没来")

    agree = Step(asked, ready, by="lead", title="同意", own=True)
    come = Step(ready, came, by="runner", title="到")


def invite(office: Office, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setitem(registry._loops, "invitation", Invitation)
    opening = Opening(title="客*", scope="c1/a/", subject="p1")
    return engine.open_case(Invitation, opening, community_id=office.id, at=T0, intent="open")


def test_whom_it_is_about_takes_their_own_step_and_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = invite(office, monkeypatch)
    with pytest.raises(Refused, match="不在这个岗位上"):
        engine.advance(case.id, "agree", actor=office.runner, given={}, at=minutes(1), intent="r")
    for _ in range(2):
        event = engine.advance(case.id, "agree", actor=None, given={}, at=minutes(2), intent="own")
    assert (event.actor_id, event.actor_name, event.case.state) == (None, "", "ready")
    with pytest.raises(Refused, match="不在这个岗位上"):
        engine.advance(case.id, "come", actor=None, given={}, at=minutes(3), intent="not-own")
    assert Event.objects.filter(case=case).count() == 2


def test_what_does_not_come_lapses_once_and_nobody_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = invite(office, monkeypatch)
    engine.advance(case.id, "agree", actor=office.lead, given={}, at=minutes(2), intent="yes")
    day = 24 * 60 + 2
    assert deadlines.wake_due(at=minutes(day - 0.1)) == 0
    assert [deadlines.wake_due(at=minutes(day)) for _ in range(2)] == [1, 0]
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.due_at, case.rung) == ("expired", minutes(day), None, 0)
    assert list(Event.objects.filter(case=case).order_by("seq").values_list("name", flat=True)) == [
        "invitation.opened",
        "invitation.agree",
        "invitation.lapsed",
    ]
    assert seal.verify(office.id) is None


def test_a_lapse_into_nothing_is_said_and_one_into_an_end_reaches_it() -> None:
    """What ends with its cause ends with the lapse, too (`deadlines.end_what_followed`)."""

    class Bad(Loop, key="bad", title="坏", opens_on=("good.agree",), ends_with_cause="end"):
        """坏。"""

        begun = State("始", due="x", tell=("a",), lapses="begun")
        end = State("终")
        opening = staticmethod(lambda case, event, pack: None)

    class Good(Loop, key="good", title="好"):
        """好。"""

        begun = State("始", due="x", tell=("a",), lapses="end")
        end = State("终")
        agree = Step(begun, begun, by="a", title="再等")

    assert check.faults([Bad, Good], due_keys={"x"}) == [
        "bad.begun: lapses into 'begun', which is no closed state"
    ]
