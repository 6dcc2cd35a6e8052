"""A call from the ring to its end: answered, passed on, promised and overdue, joined, forgotten; refusals write nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from linli.loops import deadlines, engine, pack, registry, seal
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case, Destruction, Event, Remark
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Opening, Step
from linli.matters.census import care
from linli.matters.hotline import cards, earlier, forget, numbers
from linli.matters.hotline.loop import Call
from linli.matters.hotline.taking import Told, join, take
from linli.matters.isolation.opening import open_for
from linli.matters.returns.models import Notice, Trip
from linli.registry.models import Person, Reading, Sealed
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

NUMBER = "13900048888"
SAID = "孩子的奶粉只够今晚,请送到门口"


def person(town: Town, name: str) -> Person:
    homes = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    return homes.get(pk=town.person[name].pk)


def told(town: Town, intent: str = "c1", **more: Any) -> Told:
    facts: dict[str, Any] = {"kind": "supply", "urgency": "normal", "number": NUMBER, "note": SAID, **more}
    return Told(intent=intent, place=town.community.path, **facts)


def ring(
    town: Town, call: Told, *, after: float = 0, step: Step | None = None, given: Given | None = None
) -> Case:
    at = minutes(after)
    return take(call, community=town.community, at=at, actor=town.hotline, step=step, given=given)


def counted() -> tuple[int, ...]:
    return (
        *(model.objects.count() for model in (Case, Event, Remark, Trip, Notice)),
        Sealed.objects.filter(owner_kind="call").count(),
    )


def test_a_call_is_one_case_with_its_deadline_its_masks_and_its_private_words(town: Town) -> None:
    known = ring(town, told(town, person=person(town, "陆青禾"), urgency="soon"))
    again = ring(town, told(town, person=person(town, "陆青禾"), urgency="soon"), after=1)
    assert again.id == known.id
    assert (known.state, known.title) == ("received", "陆*禾 · 香阅四季A区3号楼")
    assert (known.scope, known.subject) == (town.door["A 3-1-101"].path, str(town.person["陆青禾"].pk))
    assert known.anchors["person"] == str(town.person["陆青禾"].pk)
    assert (known.due_at, known.wake_at) == (minutes(30), minutes(20))
    stranger = ring(town, told(town, "c2", name="过路人", note=""))
    assert (stranger.title, stranger.scope) == ("过*人 · 尾号 8888", town.community.path)
    assert ring(town, told(town, "c3", number="", note="")).title == "来电"
    assert set(Remark.objects.values_list("key", "text")) == {("note", SAID), ("name", "过路人")}
    ledger = repr([*Event.objects.values(), *Case.objects.values()])
    assert not any(word in ledger for word in (SAID, "过路人", NUMBER, "陆青禾"))
    assert {len(bytes(s.blob)) > 30 for s in Sealed.objects.filter(owner_kind="call")} == {True}
    before = counted()
    with pytest.raises(Refused, match="接线员"):
        take(told(town, "c4"), community=town.community, at=T0, actor=town.delivery)
    assert counted() == before


def test_an_answer_is_said_or_a_card_and_a_promise_has_a_moment_and_a_number(town: Town) -> None:
    before = counted()
    refusals: list[tuple[Told, Step, Given, str]] = [
        (told(town), Call.answer, {}, "怎么答复"),
        (told(town), Call.answer, {"card": "nothing"}, "没有这张知识卡"),
        (told(town), Call.promise, {"promised_at": T0.isoformat()}, "晚于现在"),
        (told(town), Call.promise, {"promised_at": "明天"}, "1 处"),
        (told(town, number=""), Call.promise, {"promised_at": minutes(60).isoformat()}, "号码"),
        (told(town), Call.route, {"to": "parcel"}, "1 处"),
        (told(town), Call.give_up, {}, "1 处"),
    ]
    for call, step, given, says in refusals:
        with pytest.raises(Refused, match=says):
            ring(town, call, step=step, given=given)
    assert counted() == before, "not even the call itself"
    by_card = ring(town, told(town, "a1"), step=Call.answer, given={"card": "supplies"})
    in_words = ring(town, told(town, "a2", note=""), step=Call.answer, given={"said": "今晚八点前送到"})
    assert [case.state for case in (by_card, in_words)] == ["answered"] * 2
    assert Event.objects.get(case=by_card, name="call.answer").given == {"card": "supplies"}
    later = {"promised_at": minutes(60).isoformat()}
    of_register = told(town, "p1", number="", person=person(town, "陆青禾"))
    promised = ring(town, of_register, step=Call.promise, given=later)
    assert (promised.state, promised.due_at, promised.wake_at) == ("promised", minutes(60), minutes(50))
    assert [deadlines.wake(promised.id, at=minutes(m)).name for m in (50, 60)] == [
        "call.reminded",
        "call.overdue",
    ]  # type: ignore[union-attr]
    assert deadlines.wake(promised.id, at=minutes(61)) is None
    climbed = deadlines.wake(promised.id, at=minutes(65))
    assert climbed is not None
    assert (climbed.name, climbed.given["told"]) == ("call.climbed", ["hotline", "desk", "director"])
    engine.advance(
        promised.id, "answer", actor=town.desk, given={"said": "已回"}, at=minutes(66), intent="done"
    )
    assert Case.objects.get(pk=promised.id).closed_at == minutes(66)
    assert seal.verify(town.id) is None


def test_a_call_passed_on_closes_only_when_the_other_matter_has_it(town: Town) -> None:
    who = person(town, "陆青禾")
    before = counted()
    fever = {"to": "fever"}
    with pytest.raises(Refused, match="120"):
        ring(town, told(town, person=who, kind="fever"), step=Call.route, given=fever)
    with pytest.raises(Refused, match="在册"):
        ring(town, told(town, kind="return", name="生人"), step=Call.route, given={"to": "return"})
    assert counted() == before
    isolation = open_for(who, "other_province", day_zero=T0, actor=town.health, at=T0, intent="iso")
    call = ring(town, told(town, person=who, kind="fever"), step=Call.route, given=fever)
    alert = Case.objects.get(loop="fever")
    assert (call.state, call.closed_at) == ("routed", T0)
    assert (alert.cause_id, alert.subject, alert.state) == (call.id, str(who.pk), "seen")
    assert (alert.title, alert.scope) == (isolation.title, isolation.scope)
    assert alert.declared.facts
    assert ("电话里说", SAID) in [(fact.label, fact.value) for fact in alert.declared.facts(alert)]
    waiting = ring(town, told(town, "c2", person=who, kind="fever"))
    before = counted()
    with pytest.raises(Refused, match="已在办"):
        engine.advance(waiting.id, "route", actor=town.hotline, given=fever, at=T0, intent="twice")
    waiting.refresh_from_db()
    assert (waiting.state, counted()) == ("received", before)


def test_a_shopping_list_is_still_to_be_taken_down_when_supplies_have_the_call(town: Town) -> None:
    who = person(town, "陆青禾")
    call = ring(town, told(town, person=who), step=Call.route, given={"to": "supply"})
    order = Case.objects.get(loop="supply")
    assert (order.cause_id, order.state, order.subject) == (call.id, "lines_wanted", str(who.pk))
    assert [loop.key for loop in registry.taking_calls()] == [
        "return",
        "fever",
        "supply",
        "look_in",
        "alert",
        "visit_pass",
    ]


def test_somebody_is_looked_in_on_after_a_call_and_a_card_counts_it_as_a_contact(town: Town) -> None:
    who = person(town, "陆青禾")
    card = care.keep_plan(who, care.Told(helper_name="邹门安"), actor=town.grid_lead, at=T0, intent="card")
    call = ring(town, told(town, person=who, kind="care"), step=Call.route, given={"to": "look_in"})
    visit = Case.objects.get(loop="look_in")
    assert (visit.cause_id, visit.state, visit.due_at) == (call.id, "owed", minutes(120))
    assert visit.declared.facts
    shown = {fact.label: fact.value for fact in visit.declared.facts(visit)}
    assert (shown["电话里说"], shown["包保人"]) == (SAID, "邹门安")
    given = {"how": "door", "note": "腿肿,要去医院"}
    before = counted()
    with pytest.raises(Refused, match="网格员"):
        engine.advance(visit.id, "see", actor=town.delivery, given=given, at=minutes(30), intent="not mine")
    assert counted() == before
    seen = engine.advance(visit.id, "see", actor=town.grid_worker, given=given, at=minutes(30), intent="seen")
    assert "腿肿" not in str(seen.given)
    card.refresh_from_db()
    assert (card.last_contact_at, card.last_contact_by) == (minutes(30), town.grid_worker.shown_name)
    alone = ring(town, told(town, "c2", kind="care", name="过路人"), step=Call.route, given={"to": "look_in"})
    unknown = Case.objects.get(loop="look_in", cause=alone)
    engine.advance(unknown.id, "see", actor=town.grid_worker, given=given, at=minutes(40), intent="seen 2")
    assert Event.objects.filter(name="care.look").count() == 1
    assert seal.verify(town.id) is None


def test_a_return_told_by_telephone_is_a_trip_to_verify(town: Town) -> None:
    son = person(town, "石不语")
    call = ring(town, told(town, person=son, kind="return"), step=Call.route, given={"to": "return"})
    trip = Trip.objects.select_related("case", "dwelling").get()
    assert (trip.case.cause_id, trip.case.state, trip.case.subject) == (call.id, "noticed", str(trip.id))
    assert (trip.person_id, trip.dwelling, trip.doubts) == (son.pk, town.door["B 2-2-1101"], ["no_eta"])
    assert (trip.notices.get().source, trip.notices.get().outcome) == ("phone", "opened")
    assert trip.case.declared.facts
    assert trip.case.declared.facts(trip.case)[0].value == "石*语"
    with pytest.raises(Refused, match="已在办"):
        ring(town, told(town, "c2", person=son, kind="return"), step=Call.route, given={"to": "return"})
    assert Case.objects.filter(loop="call").count() == 1


def test_a_taker_that_opens_nothing_leaves_the_call_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    fever = registry.loop_of("fever")

    def nothing(case: Case, event: Event, pack: Pack) -> Opening | None:
        return None

    monkeypatch.setattr(fever, "opening", staticmethod(nothing))
    call, before = ring(town, told(town)), counted()
    with pytest.raises(Refused, match="没有接下"):
        engine.advance(call.id, "route", actor=town.hotline, given={"to": "fever"}, at=T0, intent="r")
    call.refresh_from_db()
    assert (call.state, before[:2]) == ("received", counted()[:2])


def test_who_calls_again_is_shown_and_joined_by_hand_to_the_same_matter_only(town: Town) -> None:
    who, here, binding = person(town, "陆青禾"), [town.community.path], pack_for(town.id, T0)

    def shown(**facts: Any) -> list[str]:
        asked = {"person": None, "number": "", "at": minutes(20), **facts}
        return [str(case.id) for case in earlier.calls(town.id, here, pack=binding, **asked)]

    first = ring(town, told(town, person=who))
    other = ring(town, told(town, "c2", person=who, kind="test", number=""), after=1)
    assert shown(person=who.pk) == [str(other.id), str(first.id)]
    assert shown(number=NUMBER) == [str(first.id)]
    assert shown(number="13900047777") == shown() == []
    assert shown(person=who.pk, at=minutes(24 * 60 + 0.5)) == [str(other.id)], "the pack's hours"
    assert (
        earlier.calls(
            make_town("other", "别的").id, ["other/"], person=who.pk, number=NUMBER, pack=binding, at=T0
        )
        == []
    )

    def again(intent: str, case: Case, **more: Any) -> Case:
        return join(
            case.id, told(town, intent, **more), community=town.community, at=minutes(20), actor=town.hotline
        )

    before = counted()
    for case, more, says in (
        (other, {"person": who}, "不是一件事"),
        (first, {"person": person(town, "叶知秋")}, "不是一个人"),
    ):
        with pytest.raises(Refused, match=says):
            again("j0", case, **more)
    assert counted() == before
    joined = [again("j1", first, person=who, number="13900047777", note="又问了一次") for _ in range(2)]
    assert {(c.id, c.anchors["times"], c.anchors["urgency"]) for c in joined} == {(first.id, 2, "soon")}
    assert joined[0].due_at == minutes(50), "half an hour from the second call, sooner than what was due"
    assert Case.objects.filter(loop="call").count() == 2
    assert [e.verb for e in first.events.order_by("seq")] == ["opened", "remarked", "remarked", "replanned"]
    assert shown(number="13900047777") == [str(first.id)]
    urgent = again("j2", first, person=who, kind="", urgency="urgent")
    assert (urgent.anchors["urgency"], urgent.due_at) == ("urgent", minutes(25))
    later = {"promised_at": minutes(90).isoformat()}
    engine.advance(first.id, "promise", actor=town.hotline, given=later, at=minutes(21), intent="p")
    assert again("j3", first).due_at == minutes(90), "what was promised stays promised"
    engine.advance(first.id, "answer", actor=town.hotline, given={"said": "好了"}, at=minutes(22), intent="a")
    with pytest.raises(Refused, match="已经办结"):
        again("j4", first)
    assert seal.verify(town.id) is None


def test_a_number_is_read_in_clear_with_a_trace_and_gone_with_its_words(town: Town) -> None:
    call = ring(town, told(town, person=person(town, "陆青禾"), number=NUMBER))
    assert numbers.tail_of(call) == "8888"
    shown = numbers.reveal(call, reader=town.hotline, at=T0)
    assert shown == (NUMBER, town.facts["陆青禾"].phone)
    assert set(Reading.objects.values_list("owner_kind", "reason")) == {("call", "回电"), ("person", "回电")}
    routed = ring(town, told(town, "c2", person=person(town, "石不语"), number=NUMBER, kind="return"),
                  step=Call.route, given={"to": "return"})  # fmt: skip
    engine.advance(call.id, "give_up", actor=town.desk, given={"reason": "打不通"}, at=T0, intent="g")
    days = timedelta(days=90)
    assert forget.forget(at=T0 + days) == 0
    assert forget.forget(at=minutes(1) + days) == 1
    assert forget.forget(at=minutes(1) + days) == 0, (
        "the return that followed from the other call is still open"
    )
    assert list(Sealed.objects.filter(owner_kind="call").values_list("owner_id", flat=True)) == [routed.id]
    assert set(Remark.objects.filter(event__case=call).values_list("text", flat=True)) == {""}
    assert set(Destruction.objects.values_list("of", "count")) == {("call_number", 1), ("remark", 2)}
    assert seal.verify(town.id) is None


@pytest.mark.parametrize("key", pack.shipped_keys())
def test_every_shipped_card_takes_its_numbers_from_its_pack(key: str) -> None:
    shipped = pack.read(pack.shipped(key))
    assert cards.faults(shipped) == []
    found = {card.key: card for card in cards.cards_of(shipped)}
    assert len(found) == len(shipped.get("hotline.cards"))
    assert {"days", "tests", "fever", "supplies", "needs", "complaint"} <= found.keys()
    assert not any("{" in card.answer for card in found.values())


def test_a_card_follows_its_pack_and_one_that_cannot_be_whole_is_left_out() -> None:
    shipped = pack.read(pack.shipped("changzhi-2022-04"))
    days = cards.card_of(shipped, "days")
    tests = cards.card_of(shipped, "tests")
    assert days
    assert tests
    assert "外省低风险地区:居家隔离7天,再健康监测5天" in days.answer
    assert "第 1、4、7、10、14 天" in tests.answer
    medicine, supplies = cards.card_of(shipped, "medicine"), cards.card_of(shipped, "supplies")
    assert medicine
    assert supplies
    assert "3小时内送到门口" in medicine.answer
    assert "09:00-12:00、14:00-17:00、17:00-20:00" in supplies.answer
    body = {
        **shipped.body,
        "lookback_days": 10,
        "isolation": {**shipped.body["isolation"], "history_rules": []},
    }
    changed = replace(shipped, body=body)
    assert {"days", "tests"}.isdisjoint(card.key for card in cards.cards_of(changed))
    assert any("other_province.isolation_days} is nothing this pack says" in f for f in cards.faults(changed))
    bad = {"key": "fever", "question": "?", "answer": "!", "keywords": [], "grade": "sure", "about": "cats"}
    faulty = replace(shipped, body={**shipped.body, "hotline": {"cards": [bad, bad]}})
    assert set(cards.faults(faulty)) == {
        "hotline.cards: 'fever' is there twice",
        "hotline.cards.fever: says no 'keywords'",
        "hotline.cards.fever: its grade is one of S, K, default",
        "hotline.cards.fever: is about 'cats', which is no kind of call",
    }
