"""What the steps of a request do beside moving it: lists kept, things bought, money taken and given back, all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.supplies import asking
from linli.matters.supplies.asking import CALL, Wish
from linli.matters.supplies.loop import AT_DOOR, Supply, deliver_by
from linli.matters.supplies.models import SupplyLine, SupplyOrder
from linli.matters.supplies.money import account, balance_words, fen, yuan
from linli.matters.supplies.settling import keep_payment
from linli.matters.supplies.written import Bought, Unreadable, bought, wanted


def _refuse(key: str, sentence: str) -> Refused:
    return Refused(sentence, {key: sentence})


@Supply.list_lines.does
def list_lines(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The list of a call becomes an order with its number. Raises Refused while nobody knows whose it is."""
    return _list(case, given, at, is_urgent=False)


@Supply.list_urgent.does
def list_urgent(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The same for medicine that cannot wait; without medicine on it, it can. Raises Refused."""
    if given["medicine"] == "none":
        raise _refuse("medicine", _("单里没有药,请办「记下清单」"))
    return _list(case, given, at, is_urgent=True)


def _list(case: Case, given: Given, at: datetime, *, is_urgent: bool) -> Given:
    person = asking.person_of(case)
    if person is None:
        raise _refuse("lines", _("还不知道是哪一户,请先在「哪一户」里选定住户"))
    if given["medicine"] == "prescription" and not given.get("prescription_at"):
        raise _refuse("prescription_at", _("处方药要写明处方在哪里"))
    wish = Wish(
        lines=tuple(wanted(str(given["lines"]))),
        substitute=given["substitute"] == "yes",
        shop=str(given.get("shop", ""))[:60],
        cap_fen=fen(given["cap"]) if given.get("cap") not in (None, "") else None,
        pay=str(given["pay"]),
        medicine=str(given["medicine"]),
        prescription_at=str(given.get("prescription_at", ""))[:200],
        is_urgent=is_urgent,
        door_note=str(given.get("door_note", ""))[:200],
        channel=CALL,
        intent="",
    )
    day, number = asking.next_number(case.community_id, at)
    order = asking.new_order(case, person, wish, at=at, day=day, number=number)
    asking.write_lines(order, wish)
    case.anchors |= asking.anchors(wish, at)
    case.anchors |= deliver_by(case, pack_for(case.community_id, at))
    engine.rename(case.id, title=f"{order.code} · {asking.place(person)}", scope=person.path)
    return {"cap": yuan(wish.cap_fen)} if wish.cap_fen is not None else {}


def order_of(case: Case) -> SupplyOrder:
    """The order beside a case whose list was taken down. The caller holds the ledger lock."""
    return SupplyOrder.objects.get(community_id=case.community_id, case=case)


@Supply.buy.does
def buy(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Keep what was really bought; what was not is short for good. Raises Refused for an unreadable list or a broken cap."""
    order = order_of(case)
    lines = list(order.lines.order_by("position"))
    try:
        found = bought(str(given["bought"]), lines)
    except Unreadable as unread:
        raise _refuse("bought", " ".join(unread.faults)) from None
    if not found:
        raise _refuse("bought", _("一样都没买到:请办「没买成」"))
    _within_cap(order, sum(one.fen for one in found.values()), given)
    for line in lines:
        _bring(line, found.get(line.position))
    SupplyLine.objects.bulk_update(lines, ("got", "price_fen", "took", "short"))
    return {"spent": yuan(sum(line.price_fen for line in lines)), "short": sum(line.short for line in lines)}


def _within_cap(order: SupplyOrder, spent: int, given: Given) -> None:
    if order.cap_fen is not None and spent > order.cap_fen and not given.get("over_cap"):
        says = _("共 %(spent)s 元,超过上限 %(cap)s 元:先打电话问住户,同意了再勾选")
        raise _refuse("over_cap", says % {"spent": yuan(spent), "cap": yuan(order.cap_fen)})


def _bring(line: SupplyLine, one: Bought | None) -> None:
    if one:
        line.got, line.price_fen, line.took = one.got, one.fen, one.took
    line.short += line.open


@Supply.run_out.does
def run_out(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """It leaves its round: everything is still wanted, and may go with another."""
    SupplyOrder.objects.filter(community_id=case.community_id, case=case).update(round=None)
    return {}


@Supply.receive.does
def receive(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """At the door and paid: closes only when nothing is owed either way. Raises Refused."""
    facts = _received(case, actor, given, at)
    order = order_of(case)
    if owed := account(order).owed:
        says = _("%(balance)s:金额要正好,或办「收到,钱没清」")
        raise _refuse("paid", says % {"balance": balance_words(owed)})
    return facts


@Supply.receive_unsettled.does
def receive_unsettled(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """At the door, and the desk settles the rest. Raises Refused for a wrong word, or when nothing is left to settle."""
    facts = _received(case, actor, given, at)
    if not account(order_of(case)).owed:
        raise _refuse("paid", _("钱已经清了,请办「收到,钱已清」"))
    return facts


def _received(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    order = order_of(case)
    if given["proof"] == "word" and given.get("word") != order.word:
        raise _refuse("word", _("口令不对。请住户再念一遍,或打电话确认"))
    amount = fen(given["paid"]) if given.get("paid") not in (None, "") else 0
    keep_payment(order, amount, way=AT_DOOR, at=at, actor=actor, intent=f"door:{case.id}:{case.stay}")
    return {"paid": yuan(amount)}


@Supply.settle.does
def settle(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Whatever is owed, either way, is paid now."""
    return _even(case, actor, given, at)


@Supply.refund.does
def refund(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What was paid goes back to the household."""
    return _even(case, actor, given, at)


def _even(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    order = order_of(case)
    owed = account(order).owed
    keep_payment(
        order,
        abs(owed),
        is_refund=owed > 0,
        way=given["way"],
        at=at,
        actor=actor,
        intent=f"even:{case.id}:{case.stay}",
    )
    return {"owed": yuan(owed)}


@Supply.carry_over.does
def carry_over(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The desk's decision: what is owed stands in the household's statement from now on."""
    return {"owed": yuan(account(order_of(case)).owed)}


@Supply.give_up.does
def give_up(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """It cannot be had, and nobody paid. Raises Refused when money is to go back."""
    return _drop(case, "short", is_paid=False)


@Supply.give_up_paid.does
def give_up_paid(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """It cannot be had; the money goes back. Raises Refused when nobody paid."""
    return _drop(case, "short", is_paid=True)


@Supply.call_off.does
def call_off(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Not wanted any more, and nobody paid. Raises Refused when money is to go back."""
    return _drop(case, "called_off", is_paid=False)


@Supply.call_off_paid.does
def call_off_paid(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Not wanted any more; the money goes back. Raises Refused when nobody paid."""
    return _drop(case, "called_off", is_paid=True)


def _drop(case: Case, becomes: str, *, is_paid: bool) -> Given:
    """Nothing more is owed to the household but its money; goods already bought stay with the community."""
    order = SupplyOrder.objects.filter(community_id=case.community_id, case=case).first()
    if order is None:  # a call whose lines were never taken
        return {}
    now = account(order)
    if (now.paid > now.refunded) is not is_paid:
        says = (
            _("住户已经付过钱,请选「要退款」的那一项")
            if not is_paid
            else _("住户没有付过钱,请选不退款的那一项")
        )
        raise Refused(says)
    lines = list(order.lines.all())
    for line in lines:
        line.called_off, line.short = (
            (line.called_off + line.got + line.open, line.short)
            if becomes == "called_off"
            else (line.called_off, line.short + line.got + line.open)
        )
        line.got, line.price_fen, line.took = 0, 0, ""
    SupplyLine.objects.bulk_update(lines, ("got", "price_fen", "took", "short", "called_off"))
    return {"written_off": yuan(now.spent)}
