"""A bad declaration is a sentence at start-up."""

from __future__ import annotations

import pytest

from linli.loops import check, registry
from linli.loops.spec import Loop, State, Step
from linli.loops.tests.parcel import Parcel, Receipt


def test_what_cannot_close_or_be_reached_or_told_is_said() -> None:
    class Bad(Loop, key="bad", title="坏"):
        """坏。"""

        begun = State("始", due="x", tell=("a",))
        stuck = State("困", due="y", tell=("a",))
        island = State("岛", due="x", tell=())
        end = State("终")

        go = Step(begun, stuck, by="a", title="走", passes=("giver", "taker"), hands_on="to")
        takes_calls = "接"
        back = Step(end, begun, by="a", title="回")

    assert set(check.faults([Bad], due_keys={"x"})) == {
        "bad.begun: a case here can never close",
        "bad.stuck: its promise 'y' is in no default pack",
        "bad.stuck: a case here can never close",
        "bad.island: is open and nobody is told",
        "bad.island: a case here can never close",
        "bad: no step ever reaches 'island'",
        "bad: no step ever reaches 'end'",
        "bad.go: passes somebody on but does not ask for both names",
        "bad.go: hands on to 'to', which it does not ask for",
        "bad: says it takes calls, but does not open on 'call.route'",
        "bad.back: leaves 'end', which is closed",
    }


def test_what_ends_by_the_clock_ends_in_a_closed_state() -> None:
    class Ban(Loop, key="ban", title="禁令"):
        asked = State("待定", due="ban.ask", tell=("lead",))
        on = State("生效", due="ban.end", tell=("lead",), lapses="off")
        off = State("结束")
        begin = Step(asked, on, by="lead", title="开始")

    class Stuck(Loop, key="stuck", title="卡住"):
        on = State("生效", due="ban.end", tell=("lead",), lapses="asked")
        asked = State("待定", due="ban.ask", tell=("lead",), lapses="nowhere")

    assert check.faults([Ban]) == []
    assert check.faults([Stuck]) == [
        "stuck.on: lapses into 'asked', which is no closed state",
        "stuck.on: a case here can never close",
        "stuck.asked: lapses into 'nowhere', which is no closed state",
        "stuck.asked: a case here can never close",
    ]


def test_unknown_events_and_circles_are_said() -> None:
    class A(Loop, key="a", title="甲", opens_on=("b.go",)):
        """甲。"""

        s = State("始", due="x", tell=("d",))
        e = State("终")
        go = Step(s, e, by="d", title="走")
        opening = staticmethod(lambda case, event, pack: None)

    class B(Loop, key="b", title="乙", opens_on=("a.go", "a.nothing")):
        """乙。"""

        s = State("始", due="x", tell=("d",))
        e = State("终")
        go = Step(s, e, by="d", title="走")

    found = check.faults([A, B])
    assert "b: opens on 'a.nothing', which no loop ever records" in found
    assert "b: opens on an event but does not say what its case is about (`opening`)" in found
    assert "a: opens itself in a circle of opens_on" in found


def test_a_state_may_not_shadow_a_word_of_the_engine() -> None:
    with pytest.raises(TypeError, match="start"):
        type("Bad", (Loop,), {"start": State("始", due="x", tell=("a",))}, key="bad")


def test_a_taken_key_is_refused() -> None:
    registry.register(Parcel)
    try:
        registry.register(type("Other", (Receipt,), {}, key="parcel"))
    except ValueError as error:
        assert "parcel" in str(error)
    else:
        raise AssertionError("two loops under one key")
