"""What the steps up to the shop do beside moving a request: the list kept, the things bought, all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.supplies import asking
from linli.matters.supplies.asking import CALL, refused
from linli.matters.supplies.loop import Supply, deliver_by
from linli.matters.supplies.models import SupplyLine, SupplyOrder
from linli.matters.supplies.money import yuan
from linli.matters.supplies.written import Bought, Unreadable, bought


@Supply.list_lines.does
def list_lines(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The list of a call becomes an order with its number. Raises Refused while nobody knows whose it is."""
    return _list(case, given, at, is_urgent=False)


@Supply.list_urgent.does
def list_urgent(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The same for medicine that cannot wait; without medicine on it, it can. Raises Refused."""
    return _list(case, given, at, is_urgent=True)


def _list(case: Case, given: Given, at: datetime, *, is_urgent: bool) -> Given:
    person = asking.person_of(case)
    if person is None:
        raise refused("lines", _("还不知道是哪一户,请先在「哪一户」里选定住户"))
    wish = asking.heard(given, channel=CALL, is_urgent=is_urgent)
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
        raise refused("bought", " ".join(unread.faults)) from None
    if not found:
        raise refused("bought", _("一样都没买到:请办「没买成」"))
    _within_cap(order, sum(one.fen for one in found.values()), given)
    for line in lines:
        _bring(line, found.get(line.position))
    SupplyLine.objects.bulk_update(lines, ("got", "price_fen", "took", "short"))
    return {"spent": yuan(sum(line.price_fen for line in lines)), "short": sum(line.short for line in lines)}


def _within_cap(order: SupplyOrder, spent: int, given: Given) -> None:
    if order.cap_fen is not None and spent > order.cap_fen and not given.get("over_cap"):
        says = _("共 %(spent)s 元,超过上限 %(cap)s 元:先打电话问住户,同意了再勾选")
        raise refused("over_cap", says % {"spent": yuan(spent), "cap": yuan(order.cap_fen)})


def _bring(line: SupplyLine, one: Bought | None) -> None:
    if one:
        line.got, line.price_fen, line.took = one.got, one.fen, one.took
    line.short += line.open


@Supply.run_out.does
def run_out(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """It leaves its round: everything is still wanted, and may go with another."""
    SupplyOrder.objects.filter(community_id=case.community_id, case=case).update(round=None)
    return {}
