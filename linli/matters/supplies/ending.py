"""How a request ends: at the door, settled, refunded, carried over, called off or not to be had; never with a fen adrift."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.supplies.asking import refused
from linli.matters.supplies.effects import order_of
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine, SupplyOrder
from linli.matters.supplies.money import account, balance_words, fen, yuan
from linli.matters.supplies.questions import AT_DOOR
from linli.matters.supplies.settling import keep_payment


@Supply.receive.does
def receive(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """At the door and paid: closes only when nothing is owed either way. Raises Refused."""
    facts = _received(case, actor, given, at)
    order = order_of(case)
    if owed := account(order).owed:
        says = _("%(balance)s:金额要正好,或办「收到,钱没清」")
        raise refused("paid", says % {"balance": balance_words(owed)})
    return facts


@Supply.receive_unsettled.does
def receive_unsettled(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """At the door, and the desk settles the rest. Raises Refused for a wrong word, or when nothing is left to settle."""
    facts = _received(case, actor, given, at)
    if not account(order_of(case)).owed:
        raise refused("paid", _("钱已经清了,请办「收到,钱已清」"))
    return facts


def _received(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    order = order_of(case)
    if given["proof"] == "word" and given.get("word") != order.word:
        raise refused("word", _("口令不对。请住户再念一遍,或打电话确认"))
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
