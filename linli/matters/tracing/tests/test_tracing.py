"""One asks, another grants, every look is logged, it ends; and all that follows is a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.base.ids import uuid7
from linli.loops import engine, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.matters.tracing import forget, looking
from linli.matters.tracing.looking import Asked
from linli.matters.tracing.models import Contact, Scope
from linli.registry import strangers
from linli.registry.models import Person, Reading, Venue
from linli.scans.record import Seen, milliseconds, record
from linli.scans.store import open_store
from tests.town import Town, make_town, minutes

pytestmark = pytest.mark.django_db
NUMBER = "13900049901"
ASKED = Asked(days=3, minutes=15, number="LD-2022-0415-01", reason="确诊后查同处人员", intent="t1")
NOON = minutes(12 * 60)


@pytest.fixture
def town() -> Town:
    made = make_town()
    store = open_store()
    for table in store.tables():
        store.run(f"DELETE FROM {table}")
    store.close()
    return made


def person(town: Town, name: str) -> Person:
    return Person.objects.get(pk=town.person[name].pk)


def crowd(town: Town) -> None:
    """陆青禾 in a shop at 9; 石不语 two minutes after by card, a stranger by number at 9:10, somebody at noon."""
    shop = Venue.objects.create(community=town.community, name="晨光超市", kind="商场/超市", path="xysj/a/")
    nine = minutes(8 * 60)

    def seen(after: float, who: bytes | None, number: str = "") -> Seen:
        at = nine + timedelta(minutes=after)
        key = uuid7(milliseconds(at))
        contact = strangers.enclosed(number, about=key) if number else b""
        return Seen(id=key, place=shop.pk, who=who, contact=contact, device_at=at)

    facts = [
        seen(0, town.person["陆青禾"].pk.bytes),
        seen(2, town.person["石不语"].pk.bytes),
        seen(10, strangers.key_of(NUMBER), NUMBER),
        seen(180, strangers.key_of("13900049902"), "13900049902"),
    ]
    record(facts, community_id=town.id, at=NOON)


def asked(town: Town, told: Asked = ASKED) -> Case:
    return looking.ask(person(town, "陆青禾"), told, actor=town.data_officer, at=NOON)


def granted(town: Town) -> Scope:
    case = asked(town)
    yes = {"checked": True}
    engine.advance(case.pk, "approve", actor=town.approver, given=yes, at=minutes(730), intent="yes")
    return Scope.objects.select_related("case", "person").get(case=case)


def test_a_request_is_asked_once_with_every_fault_said_and_its_reason_kept_apart(town: Town) -> None:
    before = (Case.objects.count(), Event.objects.count(), Scope.objects.count())
    with pytest.raises(Refused) as refused:
        asked(town, replace(ASKED, days=15, minutes=0, number=" ", reason="查"))
    assert set(refused.value.faults) == {"days", "minutes", "number", "reason"}
    with pytest.raises(Refused):
        looking.ask(person(town, "陆青禾"), ASKED, actor=town.health, at=NOON)
    assert (Case.objects.count(), Event.objects.count(), Scope.objects.count()) == before
    case = asked(town)
    assert asked(town) == case
    assert (case.state, case.due_at) == ("asked", NOON + timedelta(hours=2))
    assert Remark.objects.get(event__case=case, key="reason").text == "确诊后查同处人员"
    assert "确诊" not in str(list(Event.objects.values("given")))


def test_nobody_grants_their_own_request_and_nobody_looks_before_or_after(town: Town) -> None:
    crowd(town)
    case = asked(town)
    scope = Scope.objects.select_related("case", "person").get(case=case)
    with pytest.raises(Refused, match="还没有同意"):
        looking.look(scope, reader=town.data_officer, at=NOON)
    both = town.hire("approver", "双岗人")
    Scope.objects.filter(pk=scope.pk).update(asked_by=both.pk)
    with pytest.raises(Refused, match="不能自己同意"):
        engine.advance(case.pk, "approve", actor=both, given={"checked": True}, at=NOON, intent="own")
    case.refresh_from_db()
    assert (case.state, Reading.objects.filter(owner_kind="trace").count()) == ("asked", 0)
    engine.advance(case.pk, "approve", actor=town.approver, given={"checked": True}, at=NOON, intent="yes")
    done = {"called": True}
    engine.advance(case.pk, "finish", actor=town.data_officer, given=done, at=NOON, intent="done")
    scope = Scope.objects.select_related("case", "person").get(case=case)
    with pytest.raises(Refused):
        looking.call(scope, [], actor=town.data_officer, at=NOON)
    with pytest.raises(Refused):
        looking.look(scope, reader=town.data_officer, at=NOON)


def test_whoever_was_there_is_listed_once_logged_and_called_once(town: Town) -> None:
    crowd(town)
    scope = granted(town)
    assert scope.granted_by == town.approver.shown_name
    lines = looking.look(scope, reader=town.data_officer, at=NOON)
    looking.look(scope, reader=town.data_officer, at=NOON + timedelta(minutes=5))
    assert Reading.objects.filter(owner_kind="trace", reason=ASKED.number).count() == 1
    assert {line.person.name if line.person else line.met.who for line in lines} == {
        "石不语", strangers.key_of(NUMBER),
    }  # fmt: skip
    keys = [line.met.who for line in lines]
    for _again in range(2):
        calls = looking.call(scope, keys, actor=town.data_officer, at=NOON)
    assert Case.objects.filter(loop="contact_call").count() == 2
    assert {c.title for c in calls} == {"石*语", "外来人员"}
    with pytest.raises(Refused, match="不在名单"):
        looking.call(scope, [b"x" * 16], actor=town.data_officer, at=NOON)
    stranger = Contact.objects.select_related("scope").get(person=None)
    assert looking.number_of(stranger, reader=town.health, at=NOON) == NUMBER
    assert Reading.objects.filter(owner_kind="scan", owner_id=stranger.scan).count() == 1
    told = {"advised": "三天内自测,有症状就报"}
    engine.advance(stranger.case_id, "tell_them", actor=town.health, given=told, at=NOON, intent="told")
    assert not any(NUMBER in str(row) for row in Event.objects.values())
    assert seal.verify(town.id) is None
    later = NOON + timedelta(days=91)
    assert forget.forget(at=later) == 1
    assert Contact.objects.count() == 1
    assert forget.forget(at=later) == 0
