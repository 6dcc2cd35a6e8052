"""Payments and statements: what a household asked for, what was bought, paid, given back and is still owed, to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops.ledger import Refused, lock
from linli.loops.rights import Actor
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine, SupplyOrder, SupplyPayment
from linli.matters.supplies.money import Account, Fen, account, accounts, yuan

LATEST = 50
"""Orders on one statement, the newest first."""


def keep_payment(
    order: SupplyOrder,
    amount: Fen,
    *,
    way: str,
    at: datetime,
    actor: Actor,
    intent: str,
    is_refund: bool = False,
) -> SupplyPayment | None:
    """Write one payment down; nothing for nothing. The caller holds the ledger lock and decided that it may."""
    if not amount:
        return None
    return SupplyPayment.objects.create(
        id=uuid7(),
        community_id=order.community_id,
        order=order,
        is_refund=is_refund,
        fen=amount,
        way=way,
        at=at,
        by_id=actor.id,
        by_name=actor.shown_name,
        intent=intent,
    )


def pay(
    case_id: UUID,
    amount: Fen,
    *,
    community_id: UUID,
    is_refund: bool,
    way: str,
    at: datetime,
    actor: Actor,
    intent: str,
) -> SupplyPayment:
    """Money taken ahead or given back at the desk, once per `intent`; also what clears an order that was carried over.

    Raises Refused (nothing written) for nothing, for more back than is there, and for an order that is closed and even.
    SupplyOrder.DoesNotExist for no order.
    """
    with transaction.atomic():
        lock(community_id)
        order = SupplyOrder.objects.select_related("case").get(community_id=community_id, case_id=case_id)
        before = SupplyPayment.objects.filter(community_id=community_id, intent=intent).first()
        if before:
            return _same(before, order)
        _may(order, amount, is_refund=is_refund)
        made = keep_payment(order, amount, way=way, at=at, actor=actor, intent=intent, is_refund=is_refund)
        assert made
        return made


def _same(before: SupplyPayment, order: SupplyOrder) -> SupplyPayment:
    if before.order_id != order.pk:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _may(order: SupplyOrder, amount: Fen, *, is_refund: bool) -> None:
    now = account(order)
    if not amount:
        raise Refused(_("请写金额"), {"amount": _("请写金额")})
    most = now.paid - now.refunded
    if is_refund and amount > most:
        says = _("最多能退 %(yuan)s 元") % {"yuan": yuan(most)}
        raise Refused(says, {"amount": says})
    if order.case.closed_at is None:
        return
    if order.case.state != Supply.carried.key or not now.owed:
        raise Refused(_("这张单已经结清,不能再收付"))
    if (now.owed > 0) is not is_refund or amount > abs(now.owed):
        says = _("挂账只能清到正好:%(yuan)s 元") % {"yuan": yuan(abs(now.owed))}
        raise Refused(says, {"amount": says})


@dataclass(frozen=True)
class Page:
    """One order on a statement, with what was asked and every payment."""

    order: SupplyOrder
    lines: list[SupplyLine]
    payments: list[SupplyPayment]
    account: Account


@dataclass(frozen=True)
class Statement:
    """对账单 of one household: its orders, and their money together."""

    pages: list[Page]
    total: Account


def statement(order: SupplyOrder) -> Statement:
    """Every order of the same household (of the same person, for somebody without one), the newest first."""
    rows = SupplyOrder.objects.filter(community_id=order.community_id).select_related("case")
    mine = (
        rows.filter(household_id=order.household_id)
        if order.household_id
        else rows.filter(person=order.person_id)
    )
    orders = list(mine.prefetch_related("lines", "payments").order_by("-created_at", "-pk")[:LATEST])
    money = accounts([o.pk for o in orders], community_id=order.community_id)
    pages = [
        Page(
            o,
            sorted(o.lines.all(), key=lambda line: line.position),
            sorted(o.payments.all(), key=lambda p: p.at),
            money[o.pk],
        )
        for o in orders
    ]
    return Statement(pages, sum((p.account for p in pages), Account()))
