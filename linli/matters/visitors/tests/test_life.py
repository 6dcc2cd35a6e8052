"""A visit from the first word to the way out: agreed, refused, come and gone, stayed too long, never come, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.base.ids import uuid7
from linli.codes.models import Code
from linli.loops import by_hand, deadlines, engine, pack, registry, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Destruction, Event, Remark
from linli.loops.spec import Opening
from linli.matters.visitors import announcing, forget, hosts, links, listing, on_phone, passes, people
from linli.matters.visitors.announcing import GATE, PAGE, Told, announce
from linli.matters.visitors.kinds import kinds_of
from linli.matters.visitors.loop import VisitPass
from linli.registry.models import Person, Sealed
from tests.town import T0, Town, make_town, minutes

NAME, PHONE, PLATE = "温来客", "13900061234", "晋DK0001"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def host(town: Town, name: str = "陆青禾") -> Person:
    return Person.objects.select_related(*people.HOMES).get(pk=town.person[name].pk)


def told(**more: Any) -> Told:
    said = {"kind": "repair", "channel": GATE, "name": NAME, "phone": PHONE, "plate": PLATE}
    return Told(**{**said, "intent": f"visit-{uuid7()}", **more})


def at_gate(town: Town, *, agreed: bool = False, at: datetime = T0, **more: Any) -> Case:
    return announce(host(town), told(**more), at=at, agreed=agreed, actor=town.staff["gatekeeper"])


def take(town: Town, case: Case, step: str, at: datetime, duty: str = "gatekeeper", **given: Any) -> Event:
    intent = f"{case.id}-{step}-{at:%d%H%M}"
    event = engine.advance(case.id, step, actor=town.staff[duty], given=given, at=at, intent=intent)
    case.refresh_from_db()
    return event


def written() -> tuple[int, int, int, int]:
    """What a refusal must leave as it was."""
    return (Event.objects.count(), Case.objects.count(), Code.objects.count(), Sealed.objects.count())


def test_who_stands_at_the_gate_waits_for_the_host_comes_in_once_and_leaves(town: Town) -> None:
    case = at_gate(town)
    assert (case.state, case.title) == ("asked", "温*客(维修) · 香阅四季A区3号楼")
    assert passes.code_of(case) is None
    before = written()
    for step, given in (
        ("enter", {"code": case.anchors["word"]}),
        ("agree", {"how": PAGE}),
        ("agree", {}),
        ("refuse", {}),
    ):
        with pytest.raises(Refused):
            take(town, case, step, minutes(1), **given)
    assert written() == before

    link = links.opened(links.issue(host(town), actor=town.desk, at=minutes(1)), at=minutes(2))
    assert link and [c.pk for c in hosts.visits(link, at=minutes(2))] == [case.pk]
    for _ in range(2):
        event = hosts.answer(link, case.pk, "agree", at=minutes(12))
    case.refresh_from_db()
    assert (event.actor_name, case.state) == ("", "ready")
    assert passes.window(case) == (minutes(12), minutes(132)), "the pack's 120 minutes from the yes on"
    code = passes.code_of(case)
    assert code and (code.kind, code.expires_at) == ("pass", minutes(132))

    before = written()
    wrong = "11" if case.anchors["word"] != "11" else "12"
    for said in (wrong, "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA", "温来客"):
        with pytest.raises(Refused) as fault:
            take(town, case, "enter", minutes(15), code=said)
        assert set(fault.value.faults) == {"code"}
    assert written() == before
    event = take(town, case, "enter", minutes(15), code=passes.url(code))
    assert (event.given, case.state, case.anchors["in_at"]) == (
        {"code": "scanned"},
        "inside",
        minutes(15).isoformat(),
    )
    assert case.due_at == minutes(142)
    with pytest.raises(Refused, match="在小区里"):
        take(town, case, "enter", minutes(16), code=code.short_code)
    take(town, case, "leave", minutes(60))
    assert (case.state, case.closed_at, passes.code_of(case)) == ("left", minutes(60), None)
    ledger = " ".join(str(row) for row in Event.objects.values_list("given", "intent"))
    assert [
        w for w in (NAME, PHONE, PLATE, code.token, code.short_code) if w in f"{ledger} {case.title}"
    ] == []
    assert seal.verify(town.id) is None


def test_a_host_announces_and_calls_off_by_their_own_link_and_only_their_own(town: Town) -> None:
    mine = announce(host(town), told(channel=PAGE, starts_at=minutes(600)), at=minutes(0), agreed=True)
    same = announce(host(town), told(channel=PAGE, intent="i"), at=minutes(0), agreed=True)
    assert announce(host(town), told(channel=PAGE, intent="i"), at=minutes(5), agreed=True) == same
    assert mine.state == "ready"
    with pytest.raises(Refused, match="10:40 起可以进"):
        take(town, mine, "enter", minutes(569), code=mine.anchors["word"])
    take(town, mine, "enter", minutes(571), code=mine.anchors["word"])
    other = links.opened(links.issue(host(town, "叶知秋"), actor=town.desk, at=minutes(0)), at=minutes(1))
    own = links.opened(token := links.issue(host(town), actor=town.desk, at=minutes(0)), at=minutes(1))
    assert own and other
    before = written()
    for link, pk, said in ((other, same.pk, "call_off"), (own, same.pk, "enter"), (own, uuid7(), "agree")):
        with pytest.raises(Refused, match="没有找到"):
            hosts.answer(link, pk, said, at=minutes(2))
    for faulty in (
        told(kind="party"),
        told(name=""),
        told(party=7),
        told(starts_at=minutes(-60)),
        told(starts_at=minutes(4 * 24 * 60)),
    ):
        with pytest.raises(Refused):
            announce(host(town), faulty, at=minutes(2), agreed=True)
    with pytest.raises(Refused) as fault:
        announce(host(town), told(kind="party", name="", party=0), at=minutes(2), agreed=True)
    assert set(fault.value.faults) == {"kind", "name", "party"}
    with pytest.raises(Refused, match="门岗"):
        announce(host(town), told(), at=minutes(2), agreed=True, actor=town.delivery)
    assert written() == before
    hosts.answer(own, same.pk, "call_off", at=minutes(3))
    same.refresh_from_db()
    assert (same.state, passes.code_of(same)) == ("called_off", None)
    for n in range(announcing.MOST_OPEN - 1):
        announce(host(town), told(channel=PAGE, intent=f"more-{n}"), at=minutes(4), agreed=True)
    with pytest.raises(Refused, match="5"):
        announce(host(town), told(channel=PAGE), at=minutes(4), agreed=True)
    assert links.revoke(host(town), at=minutes(5)) == 1
    assert links.opened(token, at=minutes(6)) is None
    assert links.opened("nothing", at=minutes(6)) is None


def test_nobody_comes_to_a_door_that_is_closed_and_why_is_not_said(town: Town) -> None:
    asked = at_gate(town)
    opening = Opening(title="居家", scope=host(town).path, subject=str(host(town).pk), state="isolating")
    known = {"history": "other_province", "day_zero": minutes(0).isoformat()}
    engine.open_case(
        registry.loop_of("isolation"),
        Opening(**{**vars(opening), "anchors": known}),
        community_id=town.id,
        at=minutes(1),
        intent="iso",
    )
    before = written()
    with pytest.raises(Refused) as fault:
        announce(host(town), told(), at=minutes(2), agreed=True)
    assert "隔离" not in fault.value.sentence
    with pytest.raises(Refused, match="现在不能来访"):
        take(town, asked, "agree", minutes(2), how="phone")
    assert written() == before
    take(town, asked, "turn_away", minutes(3), why="other")
    assert asked.state == "turned_away"


def test_silence_climbs_from_the_gate_to_the_grid_lead_and_who_never_came_expires(town: Town) -> None:
    def verbs(case: Case) -> list[tuple[str, Any]]:
        rows = Event.objects.filter(case=case).order_by("seq")
        return [(e.verb, e.given.get("told")) for e in rows]

    silent = at_gate(town)
    for minute in (9, 10, 19, 20):
        deadlines.wake_due(at=minutes(minute))
    assert verbs(silent)[1:] == [
        ("reminded", ["gatekeeper"]),
        ("overdue", ["gatekeeper", "grid_lead"]),
    ]
    take(town, silent, "refuse", minutes(21), reason="不认识")
    courier = at_gate(town, kind="courier", name="", at=minutes(30))
    assert (courier.state, courier.title) == ("ready", "快递外卖 · 香阅四季A区3号楼")
    take(town, courier, "enter", minutes(31), code=courier.anchors["word"])
    late = at_gate(town, agreed=True, at=minutes(30))
    for minute in (59, 60, 69, 70):
        deadlines.wake_due(at=minutes(minute))
    assert verbs(courier)[2:] == [
        ("reminded", ["gatekeeper"]),
        ("overdue", ["gatekeeper", "grid_lead"]),
    ], "at the window's end the gate, ten minutes later the grid lead"
    found = listing.listed(town.id, [town.community.path], minutes(71))
    assert [len(found[key]) for key in (listing.OVER, listing.ASKED, listing.EXPECTED)] == [1, 0, 1]
    with pytest.raises(Refused):
        take(town, courier, "stay_on", minutes(71), until=minutes(70).isoformat(), reason="x")
    take(town, courier, "stay_on", minutes(71), until=minutes(90).isoformat(), reason="等电梯")
    assert (courier.due_at, courier.overdue_at) == (minutes(100), None)
    with pytest.raises(Refused, match="过期"):
        take(town, late, "enter", minutes(150), code=late.anchors["word"])
    deadlines.wake_due(at=minutes(30 + 120 + 119))
    assert Case.objects.get(pk=late.pk).closed_at is None, "a phone without a network has two hours to tell"
    deadlines.wake_due(at=minutes(30 + 120 + 120))
    late.refresh_from_db()
    assert (late.state, verbs(late)[-1][0]) == ("expired", "lapsed")


def test_a_phone_without_a_network_knows_the_pass_and_tells_later_when_it_was(town: Town) -> None:
    case = at_gate(town, agreed=True)
    code = passes.code_of(case)
    assert code
    carried = on_phone.carry([case])[case.id]
    shown = " ".join(f"{fact.label} {fact.value}" for fact in carried.facts)
    assert [
        w for w in ("香阅四季A区3-1-101", "温*客", "1234", PLATE, case.anchors["word"]) if w not in shown
    ] == []
    assert [
        w for w in (NAME, PHONE, "陆青禾", code.token, code.short_code) if w in f"{shown}{carried.codes}"
    ] == []
    made = {"actor": town.staff["gatekeeper"], "at": minutes(200)}
    for step, given, when in (("enter", {"code": code.short_code}, 20), ("leave", {}, 50)):
        engine.advance(case.id, step, given=given, intent=step, device_at=minutes(when), **made)
    case.refresh_from_db()
    assert (case.state, case.anchors["in_at"], case.anchors["out_at"]) == (
        "left",
        minutes(20).isoformat(),
        minutes(50).isoformat(),
    )
    new = {"beside": at_gate(town).id, "new_id": uuid7(), "actor": town.staff["gatekeeper"]}
    said = {"door": "A区3-1-101", "kind": "guest", "who": NAME, "party": 1}
    before = written()
    for door in ("A区99-1-1", "张三"):
        with pytest.raises(Refused) as fault:
            by_hand.start(VisitPass, **new, given={**said, "door": door}, at=minutes(9), intent=door)
        assert set(fault.value.faults) == {"door"}
    with pytest.raises(Refused) as fault:
        by_hand.start(VisitPass, **new, given={**said, "who": ""}, at=minutes(9), intent="w")
    assert set(fault.value.faults) == {"who"}
    assert written() == before
    event = by_hand.start(VisitPass, **new, given=said, at=minutes(9), intent="hand")
    assert (event.case.state, event.case.scope) == ("asked", host(town).path)
    assert NAME not in str(event.given)


def test_a_call_is_taken_down_and_what_is_over_is_forgotten_with_a_proof(town: Town) -> None:
    person = host(town)
    routed = Opening(title="陆*禾 · A区", scope=person.path, subject=str(person.pk), state="told")
    case = engine.open_case(VisitPass, routed, community_id=town.id, at=minutes(0), intent="call")
    said = {"kind": "guest", "party": 2, "starts_at": minutes(30).isoformat()}
    with pytest.raises(Refused) as fault:
        take(town, case, "take_down", minutes(1), "hotline", **said)
    assert set(fault.value.faults) == {"who"}
    event = take(town, case, "take_down", minutes(1), "hotline", who=NAME, **said)
    assert (case.state, case.title) == ("ready", "温*客(探亲访友) · 香阅四季A区3号楼")
    assert NAME not in str(event.given) and not Remark.objects.exists()
    assert people.shown([case.pk], community_id=town.id)[case.pk].name == "温*客"
    take(town, case, "enter", minutes(40), code=case.anchors["word"])
    take(town, case, "leave", minutes(90))
    gone = at_gate(town, at=minutes(0))
    take(town, gone, "refuse", minutes(5), reason="不认识这个人")
    links.issue(person, actor=town.desk, at=minutes(0))
    day = timedelta(days=1)
    assert forget.forget(at=minutes(80) + 30 * day) == 1
    assert [forget.forget(at=minutes(91) + 30 * day) for _ in range(2)] == [1, 0]
    assert not Sealed.objects.filter(owner_kind="visit").exists()
    assert not Code.objects.exists()
    assert not Remark.objects.filter(shredded_at=None).exists()
    assert sorted(Destruction.objects.values_list("of", "count")) == [
        ("remark", 1),
        ("visitor", 1),
        ("visitor", 3),
    ]
    assert seal.verify(town.id) is None


def test_every_shipped_pack_lets_somebody_in_and_says_when_it_forgets() -> None:
    for key in pack.shipped_keys():
        one = pack.read(pack.shipped(key))
        assert (len(kinds_of(one)), one.get(forget.DAYS, 0)) == (5, 30), key
        assert not kinds_of(one)["courier"].asks_host
