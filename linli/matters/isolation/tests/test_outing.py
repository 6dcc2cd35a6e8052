"""Nobody goes out unasked, nobody is out unmissed, and a no has a reason that its asker can read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.matters.isolation import asking
from linli.matters.isolation.tests.behind import DAY, FIT, HOUR, ZERO, isolated, take, tick
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
NEED = "透析,明天上午九点,市人民医院"
AGREED = {"hospital": "市人民医院", "ride": "community_car", "protection": ["n95", "gloves"]}


def inside(town: Town) -> Case:
    case = isolated(town)
    take(case, "begin", town.health, ZERO + HOUR, **FIT)
    case.refresh_from_db()
    return case


def ask(town: Town, case: Case, intent: str = "o-1", at: timedelta = DAY, **more: object) -> Case:
    told = {"channel": "page", "need": NEED} | more
    return asking.ask(case.id, community_id=town.id, at=ZERO + at, intent=intent, **told)  # type: ignore[arg-type]


def test_asked_agreed_out_and_back_from_hand_to_hand_and_missed_when_late() -> None:
    town = make_town()
    case = inside(town)
    outing = ask(town, case)
    assert ask(town, case) == outing
    assert (outing.state, outing.due_at, outing.cause) == ("asked", ZERO + DAY + HOUR / 2, case)
    assert Remark.objects.get(key="need").text == NEED
    assert NEED not in str(list(Event.objects.values("given")))
    written = Event.objects.count()
    at = ZERO + DAY + HOUR / 4
    for back_by in (ZERO + HOUR, at + 13 * HOUR):
        with pytest.raises(Refused) as refused:
            take(outing, "approve", town.health, at, **AGREED, back_by=back_by.isoformat())
        assert set(refused.value.faults) == {"back_by"}
    with pytest.raises(Refused):
        ask(town, case, "o-2")
    assert Event.objects.count() == written
    back_by = at + 5 * HOUR
    take(outing, "approve", town.health, at, **AGREED, back_by=back_by.isoformat())
    take(outing, "leave", town.home_care, at + HOUR, giver="步知秋", taker="路远行")
    outing.refresh_from_db()
    assert (outing.due_at, outing.holder_name) == (back_by, "路远行")
    assert tick(outing, back_by + HOUR / 3) == ["reminded", "overdue", "climbed"]
    take(
        outing, "come_back", town.home_care, back_by + HOUR, giver="路远行", taker="步知秋", disinfected=True
    )
    outing.refresh_from_db()
    assert (outing.state, outing.closed_at) == ("back", back_by + HOUR)
    assert ask(town, case, "o-3", at=2 * DAY).state == "asked", "the next time is asked anew"


def test_a_no_is_told_with_its_reason_and_nobody_asks_who_is_not_at_home() -> None:
    town = make_town()
    case = inside(town)
    outing = ask(town, case, channel="phone", actor=town.health)
    take(outing, "refuse", town.health, ZERO + DAY + HOUR / 4, reason="医生说在家复查即可,会上门")
    answered = asking.latest(case)
    assert answered
    assert (answered.word, answered.reason) == ("未同意", "医生说在家复查即可,会上门")
    before = (Case.objects.count(), Event.objects.count())
    take_away = isolated(town, "石敢当", history="close_contact")  # central
    opened = (Case.objects.count(), Event.objects.count())
    refusals = (
        (case, {"need": "  "}, "请写明"),
        (case, {"need": "长" * 501}, "请写明"),
        (case, {"actor": town.patrol}, "不在这个岗位"),
        (take_away, {}, "不用申请"),
    )
    for n, (whose, more, says) in enumerate(refusals):
        with pytest.raises(Refused, match=says):
            ask(town, whose, f"no-{n}", **more)
    assert before != opened == (Case.objects.count(), Event.objects.count())
