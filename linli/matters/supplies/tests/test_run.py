"""Requests from the first word to the last fen: a short one, a substitute, a refund, a call, medicine at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.base.ids import uuid7
from linli.loops import check, deadlines, engine, pack, registry, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Destruction, Event, Remark
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.supplies import asking, forget, listing, on_phone, rounds, settling
from linli.matters.supplies.asking import PAGE, Wish, ask
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyLine, SupplyOrder, SupplyPayment
from linli.matters.supplies.money import account, accounts
from linli.matters.supplies.written import wanted
from linli.registry import subjects
from linli.registry.models import Person
from tests.town import Town, make_town, minutes

HOUR = timedelta(hours=1)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def who(town: Town, name: str) -> Person:
    return Person.objects.select_related(*subjects.HOMES).get(pk=town.person[name].pk)


def request(town: Town, name: str, listed: str, **more: Any) -> Case:
    wish = Wish(lines=tuple(wanted(listed)), **{"intent": f"ask-{uuid7()}"} | more)
    return ask(who(town, name), wish, at=minutes(0), actor=town.desk)


def take(town: Town, case: Case, step: str, at: datetime, duty: str = "delivery", **given: Any) -> Event:
    event = engine.advance(
        case.id, step, actor=town.staff[duty], given=given, at=at, intent=f"{case.id}-{step}-{at:%d%H%M}"
    )
    case.refresh_from_db()
    return event


def to_the_door(town: Town, case: Case, bought: str, **more: Any) -> None:
    if case.state != "shopping":
        take(town, case, "take_up", minutes(9))
    take(town, case, "buy", minutes(60), giver="晨光超市", taker="车小满", bought=bought, **more)
    take(town, case, "pack_up", minutes(70), giver="车小满", taker="门长安")
    take(town, case, "set_down", minutes(80), giver="门长安", taker="门口")


HOME = {"giver": "门口", "taker": "本户", "proof": "phone"}


def ledger(town: Town) -> str:
    """All that stands in the ledger and in titles, as one text."""
    told = [
        str(given) for given in Event.objects.filter(community_id=town.id).values_list("given", flat=True)
    ]
    return " ".join([*told, *Case.objects.filter(community_id=town.id).values_list("title", flat=True)])


def kept(case: Case) -> dict[str, tuple[int, int, int, int]]:
    rows = SupplyLine.objects.filter(order__case=case)
    return {one.name: (one.got, one.short, one.called_off, one.price_fen) for one in rows}


def test_a_round_of_three_one_short_one_with_a_substitute_and_paid_at_the_door(town: Town) -> None:
    first = request(town, "陆青禾", "白菜 2 斤\n鸡蛋 1 板 不换", cap_fen=3000, door_note="别按门铃")
    second = request(town, "叶知秋", "白菜 3 斤\n苹果 2 斤", pay="ahead")
    third = request(town, "屈无忧", "豆腐 1 块")
    assert [c.title for c in (first, second, third)] == [
        "0415-01 · 香阅四季A区3号楼", "0415-02 · 香阅四季B区1号楼", "0415-03 · 香阅四季A区10号楼",
    ]  # fmt: skip
    settling.pay(
        second.pk,
        5000,
        community_id=town.id,
        is_refund=False,
        way="scan",
        at=minutes(5),
        actor=town.desk,
        intent="p1",
    )
    waiting = rounds.waiting(town.id, [town.community.path])
    assert [o.code for o in waiting] == ["0415-01", "0415-03", "0415-02"], "by building as it is walked"
    cases = [o.case_id for o in waiting]
    made = [_round(town, cases) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].code, ShoppingRound.objects.count(), len(rounds.of_round(made[0]))) == ("R0415-1", 1, 3)
    items = {i.name: (i.quantity, [o.code for o, _line in i.parts]) for i in rounds.shopping_list(waiting)}
    assert items["白菜"] == (5, ["0415-01", "0415-02"])
    assert listing.counts(town.id, [town.community.path]) == {
        "waiting": 0,
        "round": 3,
        "door": 0,
        "settle": 0,
    }
    with pytest.raises(Refused, match="已经有人去买"):
        _round(town, cases, intent="again")

    for case in (first, second, third):
        case.refresh_from_db()
    assert "这一批 3 张单一共买 白菜 5斤、鸡蛋 1板、苹果 2斤、豆腐 1块" in _shown(first, second, third)
    take(town, third, "run_out", minutes(50), reason="卖完了")
    assert (third.state, third.due_at) == ("short", minutes(50) + 24 * HOUR), "it stays open, with a promise"
    assert kept(third) == {"豆腐": (0, 0, 0, 0)}
    before = Event.objects.count()
    for bought, fault in (
        ("1 2 40", "over_cap"),
        ("1 9 1", "bought"),
        ("2 1 9 鸭蛋", "bought"),
        ("2 0", "bought"),
    ):
        with pytest.raises(Refused) as refused:
            take(town, first, "buy", minutes(55), giver="晨光超市", taker="车小满", bought=bought)
        assert set(refused.value.faults) == {fault}
    assert (Event.objects.count(), kept(first)["白菜"]) == (before, (0, 0, 0, 0))
    to_the_door(town, first, "1 2 12.50")
    assert kept(first) == {"白菜": (2, 0, 0, 1250), "鸡蛋": (0, 1, 0, 0)}
    to_the_door(town, second, "1 3 18\n2 2 11.30 梨")

    word = first.supply.word
    wrong = "11" if word != "11" else "12"
    for given, fault in (
        ({**HOME, "proof": "word", "word": wrong, "paid": 12.5}, "word"),
        ({**HOME, "paid": 12}, "paid"),
        ({**HOME, "paid": 12.345}, "paid"),
    ):
        with pytest.raises(Refused) as refused:
            take(town, first, "receive", minutes(90), **given)
        assert set(refused.value.faults) == {fault}
    assert not SupplyPayment.objects.filter(order__case=first).exists()
    take(town, first, "receive", minutes(90), **{**HOME, "proof": "word", "word": word, "paid": 12.5})
    assert (first.state, account(first.supply).owed) == ("received", 0)
    with pytest.raises(Refused, match=r"应退住户 20\.70 元"):
        take(town, second, "receive", minutes(92), **HOME)
    take(town, second, "receive_unsettled", minutes(92), **HOME)
    assert [
        row.order.code for row in listing.listed(town.id, [town.community.path], "settle") if row.order
    ] == ["0415-02"]
    take(town, second, "settle", minutes(99), "desk", way="scan", agreed=True)
    told = settling.statement(second.supply).total
    assert (second.state, told.spent, told.paid, told.refunded, told.owed) == ("settled", 2930, 5000, 2070, 0)

    line = [(e.giver, e.taker) for e in Event.objects.filter(case=first).exclude(taker="").order_by("seq")]
    assert line == [("晨光超市", "车小满"), ("车小满", "门长安"), ("门长安", "门口"), ("门口", "本户")]
    said = ledger(town)
    assert [
        w for w in ("白菜", "鸡蛋", "别按门铃", "卖完了", "陆青禾", "陆*", f"'{word}'") if w in said
    ] == []
    assert seal.verify(town.id) is None


def _round(town: Town, cases: list[Any], intent: str = "round-1") -> ShoppingRound:
    return rounds.make(
        cases,
        community_id=town.id,
        shop="晨光超市",
        shopper_name="车小满",
        actor=town.desk,
        at=minutes(10),
        intent=intent,
    )


def test_calling_off_and_giving_up_send_money_back_or_have_none_to_send(town: Town) -> None:
    free, paid, gone = (request(town, name, "大米 1 袋") for name in ("陆青禾", "叶知秋", "屈无忧"))
    for case in (paid, gone):
        settling.pay(
            case.pk, 8000, community_id=town.id, is_refund=False, way="cash", at=minutes(1), actor=town.desk,
            intent=f"pay-{case.pk}",
        )  # fmt: skip
    to_the_door(town, paid, "1 1 64")
    for case, step in ((free, "call_off_paid"), (paid, "call_off"), (gone, "give_up")):
        before = (Event.objects.count(), kept(case))
        with pytest.raises(Refused, match="付过钱"):
            take(town, case, step, minutes(85), "desk", reason="不要了")
        assert (Event.objects.count(), kept(case)) == before
    take(town, free, "call_off", minutes(86), "desk", reason="不要了")
    take(town, paid, "call_off_paid", minutes(86), "desk", reason="不要了")
    take(town, gone, "give_up_paid", minutes(86), "desk", reason="全城没有")
    assert (free.state, paid.state, gone.state) == ("called_off", "refunding", "refunding")
    assert kept(paid) == {"大米": (0, 0, 1, 0)}, "what was bought stays with the community"
    assert kept(gone) == {"大米": (0, 1, 0, 0)}
    with pytest.raises(Refused, match="不在这个岗位"):
        take(town, paid, "refund", minutes(87), "delivery", way="cash", agreed=True)
    take(town, paid, "refund", minutes(88), "desk", way="cash", agreed=True)
    take(town, gone, "carry_over", minutes(88), "desk", reason="下次抵扣")
    assert (paid.state, account(paid.supply).owed) == ("refunded", 0)
    assert (gone.state, account(gone.supply).owed) == ("carried", 8000)
    back = {"community_id": town.id, "is_refund": True, "way": "cash", "at": minutes(99), "actor": town.desk}
    for case, amount, says in ((paid, 1, "最多能退"), (free, 1, "最多能退"), (gone, 8001, "最多能退")):
        with pytest.raises(Refused, match=says):
            settling.pay(case.pk, amount, intent=f"late-{case.pk}", **back)
    with pytest.raises(Refused, match="已经结清"):
        settling.pay(paid.pk, 5, intent="late-in", **{**back, "is_refund": False})
    everywhere = [town.community.path]
    assert [(one.case.pk, one.account.owed) for one in listing.carried(town.id, everywhere)] == [
        (gone.pk, 8000)
    ]
    late = minutes(99) + timedelta(days=91)
    assert forget.forget(at=late) == 2, "all but the one that still owes"
    assert [o.case_id for o in SupplyOrder.objects.all()] == [gone.pk]
    assert [settling.pay(gone.pk, 8000, intent="back", **back).fen for _ in range(2)] == [8000, 8000]
    assert account(gone.supply).owed == 0
    assert (listing.carried(town.id, everywhere), forget.forget(at=late)) == ([], 1)


class Call(Loop, key="call", title="来电"):
    """A call, as the hotline will have it: routed to where it belongs."""

    ringing = State("来电", due="supply.lines", tell=("hotline",))
    routed = State("已转")
    route = Step(ringing, routed, by="hotline", title="转")

    @route.does
    def where(case: Case, actor: Any, given: Any, at: datetime) -> dict[str, str]:
        return {"to": case.anchors["to"]}


def rung(town: Town, monkeypatch: pytest.MonkeyPatch, to: str, person: str = "") -> Case | None:
    monkeypatch.setitem(registry._loops, "call", Call)
    opening = Opening(
        title="叶** · B区1号楼",
        scope=town.community.path,
        subject=str(uuid7()),
        anchors={"to": to, "person": person},
    )
    call = engine.open_case(Call, opening, community_id=town.id, at=minutes(0), intent=str(uuid7()))
    engine.advance(call.id, "route", actor=town.hotline, given={}, at=minutes(1), intent=str(uuid7()))
    return Case.objects.filter(cause=call).first()


SAID = {
    "lines": "降压药 1 盒 不换",
    "substitute": "no",
    "medicine": "prescription",
    "prescription_at": "信封里",
    "pay": "later",
}


def test_a_routed_call_waits_for_its_lines_and_urgent_medicine_cannot_wait(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rung(town, monkeypatch, to="isolation") is None
    case = rung(town, monkeypatch, to="supply")
    assert case is not None
    assert (case.state, case.due_at, case.title) == ("lines_wanted", minutes(31), "叶** · B区1号楼")
    assert on_phone.carry([case]) == {}
    with pytest.raises(Refused, match="哪一户"):
        take(town, case, "list_urgent", minutes(2), "hotline", **SAID)
    for _ in range(2):
        asking.belongs_to(case.pk, who(town, "叶知秋"), at=minutes(3), intent="whose", actor=town.hotline)
    with pytest.raises(Refused) as refused:
        take(town, case, "list_urgent", minutes(4), "hotline", **{**SAID, "prescription_at": ""})
    assert set(refused.value.faults) == {"prescription_at"}
    case.refresh_from_db()
    assert (case.due_at, case.scope) == (minutes(31), town.person["叶知秋"].path), (
        "knowing whose moves no promise"
    )
    take(town, case, "list_urgent", minutes(5), "hotline", **SAID)
    assert (case.state, case.due_at, case.title) == ("urgent", minutes(65), "0415-01 · 香阅四季B区1号楼")
    with pytest.raises(Refused, match="不能再换"):
        asking.belongs_to(case.pk, who(town, "陆青禾"), at=minutes(6), intent="other", actor=town.hotline)
    assert case.wake_at == minutes(7), "the ladder begins at once"
    deadlines.wake(case.id, at=minutes(7))
    assert Event.objects.filter(case=case).latest("seq").given["told"] == ["delivery", "desk"]
    take(town, case, "buy", minutes(30), giver="仁和堂", taker="车小满", bought="1 1 31.8")
    assert case.due_at == minutes(5 + 120), "packed an hour before it must hang at the door"
    plain = request(town, "屈无忧", "盐 1 袋")
    assert (plain.due_at, plain.wake_at) == (minutes(0) + 24 * HOUR, minutes(0) + 23 * HOUR), (
        "a quiet promise"
    )
    assert [w for w in ("降压药", "信封", "'prescription'") if w in ledger(town)] == []
    by_person = rung(town, monkeypatch, to="supply", person=str(town.person["陆青禾"].pk))
    assert by_person is not None
    take(town, by_person, "list_lines", minutes(9), "desk", **{**SAID, "medicine": "free"})
    assert SupplyOrder.objects.get(case=by_person).person_id == town.person["陆青禾"].pk
    nobody = rung(town, monkeypatch, to="supply")
    assert nobody is not None
    take(town, nobody, "call_off", minutes(9), "desk", reason="打错了")


def test_the_shopper_sees_a_code_and_a_list_and_the_door_only_to_carry(town: Town) -> None:
    case = request(
        town,
        "叶知秋",
        "白菜 2 斤",
        medicine="prescription",
        prescription_at="信封里",
        door_note="放鞋柜上",
        cap_fen=2000,
    )
    SupplyOrder.objects.filter(case=case).update(word="73")
    shown = _shown(case)
    assert [w for w in ("0415-01", "白菜 2斤", "B区1号楼", "信封里", "20.00") if w not in shown] == []
    secrets = ("叶", "知秋", town.facts["叶知秋"].phone[-4:], "73")
    assert [w for w in (*secrets, "2-1101", "放鞋柜上") if w in shown] == []
    take(town, case, "take_up", minutes(1))
    known = on_phone.known(case, Supply.buy)
    assert known["bought"] == "1 白菜:2 "
    take(town, case, "buy", minutes(2), giver="店", taker="车小满", bought="1 2 7")
    shown = _shown(case)
    assert [w for w in ("B区1-2-1101", "放鞋柜上", "7.00") if w not in shown] == []
    assert [w for w in (*secrets, "白菜", "信封里") if w in shown] == []
    assert on_phone.known(case, Supply.receive) == {"giver": "车小满", "taker": "本户", "paid": "7.00"}


def _shown(*cases: Case) -> str:
    """What a phone shows of the first of these cases."""
    carried = on_phone.carry(list(cases))[cases[0].id]
    return " ".join(f"{fact.label} {fact.value}" for fact in carried.facts)


def test_a_request_sent_twice_is_one_and_a_link_cannot_flood_the_shop(town: Town) -> None:
    cases = {request(town, "叶知秋", "盐", intent="same", channel=PAGE).pk for _ in range(2)}
    assert len(cases) == 1
    with pytest.raises(Refused, match="已用于另一步"):
        request(town, "屈无忧", "盐", intent="same")
    for _ in range(asking.MOST_OPEN - 1):
        request(town, "叶知秋", "盐", channel=PAGE)
    before = (Event.objects.count(), SupplyOrder.objects.count())
    with pytest.raises(Refused, match="没送完"):
        request(town, "叶知秋", "盐", channel=PAGE)
    assert (Event.objects.count(), SupplyOrder.objects.count()) == before
    assert request(town, "叶知秋", "盐").state == "asked", "the desk may"


def test_what_is_long_closed_is_forgotten_and_leaves_a_proof(town: Town) -> None:
    done, still = request(town, "叶知秋", "盐"), request(town, "屈无忧", "盐")
    _round(town, [done.pk, still.pk])
    for case in (done, still):
        case.refresh_from_db()
    to_the_door(town, done, "1 1 2")
    take(town, done, "receive", minutes(90), **{**HOME, "paid": 2, "note": "挂好了"})
    days = timedelta(days=90)
    assert forget.forget(at=minutes(90) + days) == 0
    assert forget.forget(at=minutes(91) + days) == 1
    assert [o.case_id for o in SupplyOrder.objects.all()] == [still.pk]
    assert (SupplyLine.objects.count(), SupplyPayment.objects.count(), ShoppingRound.objects.count()) == (
        1,
        0,
        1,
    )
    assert {r.text for r in Remark.objects.filter(event__case=done)} == {""}
    assert {(d.of, d.count) for d in Destruction.objects.all()} == {("supply", 1), ("remark", 2)}
    assert forget.forget(at=minutes(91) + days) == 0
    assert accounts([], community_id=town.id) == {}
    assert seal.verify(town.id) is None


def test_the_declaration_holds_under_every_pack() -> None:
    for key in pack.shipped_keys():
        body = pack.read(pack.shipped(key)).body
        assert check.faults(registry.all_loops(), due_keys=body["due"]) == []
        assert len(body["supply"]["slots"]) == 3
    closed = {s.key for s in Supply.states.values() if not s.is_open}
    listed = {state for states in listing.LISTS.values() for state in states}
    assert closed | listed == set(Supply.states), "every open state stands in one of the desk's lists"
