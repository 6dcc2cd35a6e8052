"""The custody line tells who had somebody at any minute, and draws what is missing as missing."""

from __future__ import annotations

import pytest

from linli.desk import timeline
from linli.loops import deadlines, engine
from linli.loops.models import Case, Event
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

VERIFIED = {"people": 1, "identity": True, "time": "今晚", "place": "家", "service": "G1", "contact": "no", "health": "well",
            "history": "other_province"}  # fmt: skip


def opened(town: Town) -> Case:
    opening = Opening(title="陆*禾 · 香阅四季A区3号楼", scope="xysj/a/g1/3/", subject="t1")
    return engine.open_case(Return, opening, community_id=town.id, at=T0, intent="open-1")


def drawn(case: Case, at: float) -> tuple[str, list[tuple[str, str]]]:
    """What the line says, and (kind, how the thread runs on) of every stop."""
    case.refresh_from_db()
    line = timeline.line(case, list(Event.objects.filter(case=case).order_by("seq")), minutes(at))
    return line["says"], [(s["kind"], s.get("then", "")) for s in line["stops"]]


def test_a_fresh_case_shows_where_it_stands_and_the_way_to_the_door() -> None:
    case = opened(make_town())
    says, stops = drawn(case, 12)
    assert says == "待核实 · 无人认领 · 还剩 18 分钟"
    assert stops[:2] == [("platform", "held"), ("now", "ahead")]
    assert stops[-1] == ("door", "")
    assert [kind for kind, _then in stops[2:-1]] == ["ahead"] * 5


def test_a_missed_promise_is_drawn_where_it_was_missed() -> None:
    case = opened(make_town())
    _says, stops = drawn(case, 38)
    assert stops[:3] == [("platform", "held"), ("due", "late"), ("now", "ahead")]


def test_the_line_names_both_people_and_draws_a_gap_as_a_gap() -> None:
    town = make_town()
    case = opened(town)
    for n, (step, who, given) in enumerate(
        (
            ("verify", town.reception, VERIFIED),
            ("certify", town.reception, {}),
            ("dispatch", town.transport, {"vehicle": "晋DY0001", "driver": "路远行"}),
            ("board", town.transport, {"giver": "站台值班员", "taker": "路远行"}),
            ("deliver", town.transport, {"giver": "另一名司机", "taker": "葛连城"}),
        )
    ):
        if step == "certify":
            Case.objects.filter(pk=case.pk).update(state="certified")  # the paper is the returns' own test
            continue
        engine.advance(case.id, step, actor=who, given=given, at=minutes(10 * (n + 1)), intent=f"i{n}")
    case.refresh_from_db()
    line = timeline.line(case, list(Event.objects.filter(case=case).order_by("seq")), minutes(55))
    board = next(s for s in line["stops"] if s["step"] == "接到上车")
    assert (board["giver"], board["taker"], board["then"], board["hold"]["span"]) == (
        "站台值班员",
        "路远行",
        "gap",
        "10 分钟",
    )
    assert line["says"] == "已到家门 · 在葛连城手上 · 还剩 15 分钟"


def test_repeated_loud_reminders_are_one_line_that_counts() -> None:
    case = opened(make_town())
    for m in (2, 5, 10, 20, 30, 40, 50, 60):
        deadlines.wake_due(at=minutes(m))
    case.refresh_from_db()
    story = timeline.story(case, list(Event.objects.filter(case=case).order_by("seq")), minutes(60))
    assert story[0]["note"].startswith("第 3 次提醒所有人")
    assert [line["what"] for line in story].count("到时未办,已升级提醒") == 1
