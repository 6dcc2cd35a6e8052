"""The desk's lists of requests: waiting, in a round, on the way to the door, to settle; everybody in exactly one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from linli.loops.models import Case
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyLine, SupplyOrder
from linli.matters.supplies.money import Account, accounts

WAITING, ROUND, DOOR, SETTLE = "waiting", "round", "door", "settle"
LISTS = {
    WAITING: (Supply.lines_wanted.key, Supply.asked.key, Supply.urgent.key, Supply.short.key),
    ROUND: (Supply.shopping.key,),
    DOOR: (Supply.bought.key, Supply.packed.key, Supply.at_door.key),
    SETTLE: (Supply.to_settle.key, Supply.refunding.key),
}
"""List → the states in it. Every open state is in one."""

SHOWN = 200
"""Rows one look holds; the figures count all."""

MOST_ROUNDS = 12
"""Rounds under way that one look names."""


@dataclass(frozen=True)
class Listed:
    """One request on a list. `order` is None while a call's lines are still to be taken."""

    case: Case
    order: SupplyOrder | None
    things: int
    account: Account


def counts(community_id: UUID, scopes: Iterable[str]) -> dict[str, int]:
    """How many stand in each list. One query."""
    cases = Case.objects.open().within(community_id, scopes).filter(loop=Supply.key)
    by_state = dict(cases.values_list("state").annotate(n=Count("pk")).order_by())
    return {key: sum(by_state.get(s, 0) for s in states) for key, states in LISTS.items()}


def listed(community_id: UUID, scopes: Iterable[str], show: str) -> list[Listed]:
    """One list, what is due first comes first. Five queries however many."""
    cases = (
        Case.objects.open()
        .within(community_id, scopes)
        .filter(loop=Supply.key, state__in=LISTS[show])
        .by_promise()[:SHOWN]
    )
    found = list(cases)
    rows = SupplyOrder.objects.filter(community_id=community_id, case__in=[c.pk for c in found])
    orders = {o.case_id: o for o in rows.select_related("round")}
    ids = [o.pk for o in orders.values()]
    things = dict(
        SupplyLine.objects.filter(community_id=community_id, order__in=ids)
        .values_list("order")
        .annotate(n=Count("pk"))
        .order_by()
    )
    money = accounts(ids, community_id=community_id)
    return [
        Listed(c, o, things.get(o.pk, 0) if o else 0, money.get(o.pk, Account()) if o else Account())
        for c in found
        for o in [orders.get(c.pk)]
    ]


def carried(community_id: UUID, scopes: Iterable[str]) -> list[Listed]:
    """Closed with something owed and not cleared since, the oldest first. Three queries."""
    cases = Case.objects.within(community_id, scopes).filter(loop=Supply.key, state=Supply.carried.key)
    orders = list(
        SupplyOrder.objects.filter(community_id=community_id, case__in=cases)
        .select_related("case")
        .order_by("case__closed_at")
    )
    money = accounts([o.pk for o in orders], community_id=community_id)
    return [Listed(o.case, o, 0, money[o.pk]) for o in orders if money[o.pk].owed]


def open_rounds(community_id: UUID, scopes: Iterable[str]) -> list[ShoppingRound]:
    """The latest rounds with orders here still to buy or to carry; `left` says how many. One query."""
    here = Q()
    for path in scopes:
        here |= Q(orders__case__scope__under=path)
    left = Count("orders", filter=here & Q(orders__case__state__in=(*LISTS[ROUND], *LISTS[DOOR])))
    rows = ShoppingRound.objects.filter(community_id=community_id).annotate(left=left).filter(left__gt=0)
    return list(rows.order_by("-made_at")[:MOST_ROUNDS]) if here else []
