"""What a volunteer's phone takes along: code and list to the shop, the door from then on, answers already there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.models import Case, Event
from linli.loops.spec import Carried, Fact, Step
from linli.matters.supplies.facts import HOMES, for_stage
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyOrder
from linli.matters.supplies.money import Account, accounts, yuan
from linli.matters.supplies.rounds import shopping_list
from linli.matters.supplies.written import to_buy

DOOR = "门口"
"""Who holds a bag that hangs at a door."""
HOUSEHOLD = "本户"


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """Neither name nor telephone nor the word of the bag. Five queries however many cases."""
    ids = [case.id for case in cases]
    states = {case.id: case.state for case in cases}
    if not ids:
        return {}
    community_id = next(iter(cases)).community_id
    orders = list(
        SupplyOrder.objects.filter(community_id=community_id, case__in=ids)
        .select_related(*HOMES)
        .prefetch_related("lines")
        .order_by("day_on", "number")
    )
    money = accounts([o.pk for o in orders], community_id=community_id)
    takers, together = last_takers(ids), _together(orders, states)
    return {
        o.case_id: Carried(
            (*_facts(o, states[o.case_id], money[o.pk]), *together.get(o.case_id, ())),
            _known(o, money[o.pk], takers.get(o.case_id, "")),
        )
        for o in orders
    }


def _together(orders: list[SupplyOrder], states: Mapping[UUID, str]) -> dict[UUID, tuple[Fact, ...]]:
    """What to buy for the whole round, on each of its orders that is still to be bought: the phone has no other page."""
    found: dict[UUID, tuple[Fact, ...]] = {}
    going = [o for o in orders if o.round_id and states[o.case_id] == Supply.shopping.key]
    for _id, rows in groupby(sorted(going, key=lambda o: str(o.round_id)), key=lambda o: o.round_id):
        same = list(rows)
        items = "、".join(f"{i.name} {i.quantity}{i.unit}" for i in shopping_list(same))
        says = Fact(_("这一批 %(n)d 张单一共买") % {"n": len(same)}, items)
        found |= {o.case_id: (says,) for o in same if len(same) > 1}
    return found


def last_takers(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who has each bag now: the one who gives at the next hand-over."""
    passed = Event.objects.filter(case_id__in=list(ids)).exclude(taker="").order_by("seq")
    return dict(passed.values_list("case_id", "taker"))


def _facts(order: SupplyOrder, state: str, money: Account) -> tuple[Fact, ...]:
    rows = [
        Fact(_("单号"), order.code),
        *for_stage(order, state),
        Fact(_("采购批次"), order.round.code if order.round else ""),
        Fact(_("在门口收"), _to_collect(order, money)),
    ]
    return tuple(row for row in rows if row.value)


def _to_collect(order: SupplyOrder, money: Account) -> str:
    """What is to be paid at the door, where the household pays there."""
    if order.pay != "at_door" or money.owed >= 0:
        return ""
    return _("%(yuan)s 元") % {"yuan": yuan(-money.owed)}


def _known(order: SupplyOrder, money: Account, has_it: str) -> Mapping[str, Given]:
    shop = order.round.shop if order.round else order.shop
    shopper = order.round.shopper_name if order.round else ""
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    took = {"giver": has_it, "taker": HOUSEHOLD}
    paid = {"paid": yuan(-money.owed)} if order.pay == "at_door" and money.owed < 0 else {}
    return {
        Supply.buy.key: {"giver": shop, "taker": shopper, "bought": to_buy(lines)},
        Supply.pack_up.key: {"giver": has_it},
        Supply.set_down.key: {"giver": has_it, "taker": DOOR},
        Supply.receive.key: {**took, **paid},
        Supply.receive_unsettled.key: took,
    }


def known(case: Case, step: Step) -> Given:
    """The same for one step at the desk."""
    carried = carry([case]).get(case.id)
    return dict(carried.known.get(step.key, {})) if carried else {}


Supply.carry = staticmethod(carry)
Supply.known = staticmethod(known)
