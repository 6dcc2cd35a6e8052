"""A stranger with a red code is called by the number they left: masked, in clear for a reason, once written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.base.ids import uuid7
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.matters.alerts import calling, from_scans
from linli.matters.alerts.facts import alert_facts, says
from linli.matters.alerts.tests.scene import fresh, rows, scan, shop, take
from linli.registry import strangers
from linli.registry.models import Reading
from linli.scans.record import Seen, milliseconds, record
from linli.scans.store import Store
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

NUMBER, CARD = "13900049901", "140402199003079914"
MASKED = "139****9901"


def red(town: Town, number: str = NUMBER, at: datetime = T0) -> Case:
    """A red code at a shop, shown by somebody in no register."""
    venue, key, who = shop(town, f"店{number[-3:]}"), uuid7(milliseconds(at)), strangers.key_of(number)
    left = strangers.enclosed(number, about=key)
    seen = Seen(id=key, place=venue.pk, who=who, contact=left, colour="red", device_at=at)
    record([seen], community_id=town.id, at=at)
    case = from_scans.take(scan(town, venue, id=key, who=who, seen_at=at), at=at)
    assert case
    return case


def shown(case: Case) -> list[tuple[str, str]]:
    return [(fact.value, fact.url) for fact in alert_facts(case) if fact.label == "号码"]


def test_the_number_is_masked_on_the_alert_and_clear_for_a_reason_that_is_kept(store: Store) -> None:
    town = make_town()
    case = red(town)
    assert shown(case) == [(MASKED, f"/desk/alerts/{case.pk}/number/")]
    assert Reading.objects.count() == 0
    before = rows()
    for reader, reason, says_ in ((town.clerk, "要问清", "不在这个岗位"), (town.patrol, " ", "为什么要看")):
        with pytest.raises(Refused, match=says_):
            calling.reveal(case, reader=reader, reason=reason, at=minutes(1))
    assert (rows(), Reading.objects.count()) == (before, 0)
    assert calling.reveal(case, reader=town.patrol, reason="问他到哪里去了", at=minutes(2)) == NUMBER
    look = Reading.objects.get()
    assert (look.reader_id, look.owner_kind, look.at) == (town.patrol.pk, "scan", minutes(2))
    assert look.reason == f"alert {case.id.hex[-8:].upper()}: 问他到哪里去了"
    elsewhere = town.hire("responder", "别处人", scope=f"{town.community.path}b/")
    with pytest.raises(Refused, match="不在这个岗位"):
        calling.reveal(case, reader=elsewhere, reason="好奇", at=minutes(2))
    take(case, "clear", town.patrol, minutes(3), reason="看错了", how="phone")
    with pytest.raises(Refused, match="已经办结"):
        calling.reveal(fresh(case), reader=town.patrol, reason="再看", at=minutes(4))
    assert (shown(fresh(case)), Reading.objects.count()) == ([], 1)


def test_a_call_is_written_down_once_and_moves_no_promise(store: Store) -> None:
    town = make_town()
    case = red(town)
    told = {"outcome": "reached", "call": "人在东门等着"}
    before = rows()
    with pytest.raises(Refused) as refused:
        calling.record(case.pk, {"outcome": "perhaps"}, actor=town.patrol, at=minutes(1), intent="c-1")
    assert set(refused.value.faults) == {"outcome"}
    with pytest.raises(Refused, match="不在这个岗位"):
        calling.record(case.pk, told, actor=town.clerk, at=minutes(1), intent="c-1")
    assert rows() == before
    for _ in range(2):
        event = calling.record(case.pk, told, actor=town.patrol, at=minutes(1), intent="c-1")
    assert rows() == (before[0], before[1] + 1)
    now = fresh(case)
    assert (now.state, now.due_at) == (case.state, case.due_at)
    assert says(event.given) == "打了电话:打通了"
    assert Remark.objects.get(event=event).text == "人在东门等着"
    assert "人在东门等着" in [fact.value for fact in alert_facts(now)]
    assert not any(NUMBER in str(row) or "东门" in str(row) for row in Event.objects.values())
    with pytest.raises(Refused, match="操作编号"):
        calling.record(red(town, "13900049902").pk, told, actor=town.patrol, at=minutes(1), intent="c-1")


def test_an_identity_number_is_not_called_and_a_day_that_is_gone_left_none(store: Store) -> None:
    town = make_town()
    assert shown(red(town, CARD)) == [("没有留下能打的号码", "")]
    case = red(town)
    assert calling.left(case)
    for table in store.tables():
        store.run(f"DELETE FROM {table}")
    assert shown(case) == [("没有留下能打的号码", "")]
    assert calling.reveal(case, reader=town.patrol, reason="找人", at=T0 + timedelta(days=30)) == ""
    known = from_scans.take(scan(town, shop(town), who=town.person["叶知秋"].pk.bytes), at=T0)
    assert known
    assert shown(known) == [], "somebody of the register is called from their own page"
