"""Several orders on one way to one shop: what is waiting, what to buy altogether, and who carries what to which door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyLine, SupplyOrder

WAITING = (Supply.asked.key, Supply.urgent.key, Supply.short.key)
"""States from which an order may go with a round."""
CARRYING = (Supply.bought.key, Supply.packed.key, Supply.at_door.key)
"""States in which whoever carries a bag must know the door."""
MOST = 60
"""Orders in one round: more than one person can buy."""

MOST_WAITING = 300
"""Orders one look offers for a round: what is due first."""

HOME = "household__dwelling"


def waiting(community_id: UUID, scopes: Iterable[str]) -> list[SupplyOrder]:
    """The most pressing orders that may go with a round, by shop, building and promise. Three queries however many."""
    cases = Case.objects.open().within(community_id, scopes).filter(loop=Supply.key, state__in=WAITING)
    pressing = list(cases.by_promise().values_list("pk", flat=True)[:MOST_WAITING])
    rows = _with_home(SupplyOrder.objects.filter(community_id=community_id, case__in=pressing))
    return sorted(rows, key=lambda o: (o.shop, *building_key(o), o.case.due_at or o.created_at))


def of_round(one: ShoppingRound) -> list[SupplyOrder]:
    """The orders of a round, in the order somebody walks to their doors."""
    return sorted(
        _with_home(SupplyOrder.objects.filter(community_id=one.community_id, round=one)), key=walk_key
    )


def _with_home(rows: object) -> list[SupplyOrder]:
    homes = (f"{HOME}__compound", f"{HOME}__building", f"{HOME}__unit")
    return list(rows.select_related("case", "person", "round", *homes).prefetch_related("lines"))  # type: ignore[attr-defined]


def building_key(order: SupplyOrder) -> tuple[int, int]:
    """(compound, building) as they are walked; orders without a home come last."""
    home = order.household.dwelling if order.household else None
    return (home.compound.position, home.building.position) if home else (99, 0)


def walk_key(order: SupplyOrder) -> tuple[int, ...]:
    """Compound, building, unit, door: somebody with many bags walks once."""
    home = order.household.dwelling if order.household else None
    return (*building_key(order), home.unit.position, home.position) if home else (99, 0, 0, 0)


@dataclass
class Item:
    """One thing to buy for everybody together. `parts` say whose it is: (order, line)."""

    name: str
    unit: str
    quantity: int
    parts: list[tuple[SupplyOrder, SupplyLine]]


def shopping_list(orders: Iterable[SupplyOrder]) -> list[Item]:
    """What is still to be bought, summed over the orders by name and unit, in the order first asked for."""
    found: dict[tuple[str, str], Item] = {}
    for order in orders:
        for line in sorted(order.lines.all(), key=lambda one: one.position):
            if not line.open:
                continue
            key = ("".join(line.name.split()).casefold(), line.unit)
            item = found.setdefault(key, Item(line.name, line.unit, 0, []))
            item.quantity += line.open
            item.parts.append((order, line))
    return list(found.values())


def make(
    case_ids: Sequence[UUID],
    *,
    community_id: UUID,
    shop: str,
    shopper_name: str,
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> ShoppingRound:
    """Take these orders up for one way to one shop, all or none, once per `intent`.

    Raises Refused (nothing written) for none or too many, and for one that is not waiting any more or not under the
    actor's duty.
    """
    with transaction.atomic():
        lock(community_id)
        if before := ShoppingRound.objects.filter(community_id=community_id, intent=intent).first():
            return before
        if not case_ids or len(case_ids) > MOST:
            raise Refused(_("请选 1 到 %(most)d 张单") % {"most": MOST})
        orders = list(
            SupplyOrder.objects.filter(community_id=community_id, case__in=case_ids).select_related("case")
        )
        if gone := [o.code for o in orders if o.case.state not in WAITING]:
            raise Refused(_("%(codes)s 已经有人去买了,请重新选") % {"codes": "、".join(gone)})
        if len(orders) != len(set(case_ids)):
            raise Refused(_("有的单不在了,请重新选"))
        one = _numbered(
            ShoppingRound(
                id=uuid7(),
                community_id=community_id,
                shop=shop[:60],
                shopper_name=shopper_name[:60],
                made_at=at,
                made_by=actor.shown_name,
                intent=intent,
            )
        )
        for order in sorted(orders, key=lambda o: o.pk):
            engine.advance(
                order.case_id,
                Supply.take_up.key,
                actor=actor,
                given={},
                at=at,
                intent=f"{one.pk}:{order.pk}",
            )
        SupplyOrder.objects.filter(pk__in=[o.pk for o in orders]).update(round=one)
        return one


def _numbered(one: ShoppingRound) -> ShoppingRound:
    one.day_on = local(one.made_at).date()
    rows = ShoppingRound.objects.filter(community_id=one.community_id, day_on=one.day_on)
    one.number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    one.save(force_insert=True)
    return one


def bought_text(lines: Iterable[SupplyLine], said: dict[int, tuple[str, str, str]]) -> str:
    """A table of answers (position → got, price, substitute) as the step `buy` reads it; empty rows are left out."""
    rows = [
        f"{line.position} {got} {price} {took}".strip()
        for line in lines
        for got, price, took in [said.get(line.position, ("", "", ""))]
        if got.strip() not in ("", "0")
    ]
    return "\n".join(rows)
