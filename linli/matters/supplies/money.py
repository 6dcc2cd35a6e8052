"""Money in whole fen: read as people write yuan, shown as yuan, and never a float in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from linli.matters.supplies.models import SupplyLine, SupplyOrder, SupplyPayment

MOST_FEN = 10_000_000
"""100,000 yuan: a slip of the finger beyond it is asked again."""

Fen = int


def fen(written: Any) -> Fen:
    """`12.5`, `"12.50 元"`, `Decimal("12.5")` → 1250. Raises ValueError for no amount, below zero, or parts of a fen."""
    text = (
        str(written).strip().replace("。", ".").removeprefix("¥").removeprefix("¥").removesuffix("元").strip()
    )
    try:
        whole = Decimal(text) * 100
    except InvalidOperation:
        raise ValueError(text) from None
    if not whole.is_finite() or whole != int(whole) or not 0 <= whole <= MOST_FEN:
        raise ValueError(text)
    return int(whole)


def yuan(amount: Fen) -> str:
    """1250 → `12.50`; a minus in front of what is owed the other way."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02d}"


def no_money(value: Any) -> str | None:
    """The sentence for an answer that is no amount of money; None for one that is."""
    try:
        fen(value)
    except ValueError:
        return _("请写成元,最多两位小数,例如 12.50")
    return None


@dataclass(frozen=True)
class Account:
    """One order's money in fen. `owed` is what the community still owes the household; below zero the other way."""

    spent: Fen = 0
    paid: Fen = 0
    refunded: Fen = 0

    @property
    def owed(self) -> Fen:
        """paid = spent + refunded + owed, whatever happened."""
        return self.paid - self.spent - self.refunded

    def __add__(self, other: Account) -> Account:
        return Account(self.spent + other.spent, self.paid + other.paid, self.refunded + other.refunded)


def accounts(order_ids: Iterable[UUID], *, community_id: UUID) -> dict[UUID, Account]:
    """The account of each order. Two queries however many."""
    ids = list(order_ids)
    of = {"community_id": community_id, "order__in": ids}
    spent = SupplyLine.objects.filter(**of).values_list("order").annotate(fen=Sum("price_fen"))
    moved = (
        SupplyPayment.objects.filter(**of)
        .values_list("order")
        .annotate(paid=Sum("fen", filter=Q(is_refund=False)), back=Sum("fen", filter=Q(is_refund=True)))
    )
    bought = dict(spent)
    taken = {order: (paid or 0, back or 0) for order, paid, back in moved}
    return {key: Account(bought.get(key) or 0, *taken.get(key, (0, 0))) for key in ids}


def account(order: SupplyOrder) -> Account:
    """The account of one order as the database has it now."""
    return accounts([order.pk], community_id=order.community_id)[order.pk]


def balance_words(owed: Fen) -> str:
    """应退住户 12.50 元 / 住户还欠 12.50 元 / 已结清."""
    if not owed:
        return _("已结清")
    says = _("应退住户 %(yuan)s 元") if owed > 0 else _("住户还欠 %(yuan)s 元")
    return says % {"yuan": yuan(abs(owed))}
