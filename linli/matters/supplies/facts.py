"""What screens show of a request: the code and the list while somebody shops, the door only while somebody carries."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.supplies.asking import CHANNELS
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine, SupplyOrder
from linli.matters.supplies.money import Account, account, balance_words, yuan
from linli.matters.supplies.questions import MEDICINE, PAY
from linli.matters.supplies.rounds import CARRYING, WAITING

SHOPPING = (*WAITING, Supply.shopping.key)
"""States in which somebody must read the list."""

HOMES = (
    "person",
    "round",
    "household__dwelling__compound",
    "household__dwelling__building",
    "household__dwelling__unit",
)


def facts(case: Case) -> list[Fact]:
    """Enough for whoever holds it now, nothing for curiosity: the whole is on the statement, for the desk alone."""
    order = (
        SupplyOrder.objects.filter(community_id=case.community_id, case=case)
        .select_related(*HOMES)
        .prefetch_related("lines")
        .first()
    )
    if order is None:
        return [] if case.closed_at else [_whose(case)]
    money = account(order)
    statement = reverse("desk-supply-statement", args=[case.pk])
    rows = [
        Fact(_("单号"), order.code, _(CHANNELS[order.channel])),
        Fact(_("住户"), order.person.masked_name, "", reverse("desk-person", args=[order.person_id])),
        *for_stage(order, case.state),
        _round(order),
        Fact(_("怎么付"), pay_word(order)),
        Fact(_("钱"), money_words(money), "", statement),
    ]
    return [row for row in rows if row.value]


def _round(order: SupplyOrder) -> Fact:
    one = order.round
    return Fact(
        _("采购批次"), one.code if one else "", "", reverse("desk-round", args=[one.pk]) if one else ""
    )


def _whose(case: Case) -> Fact:
    known = case.title if case.anchors.get("person") else _("选定住户")
    return Fact(_("哪一户"), known, "", reverse("desk-supply-whose", args=[case.pk]))


def for_stage(order: SupplyOrder, state: str) -> list[Fact]:
    """The list while it is bought, the door while it is carried; neither when the purpose of seeing it is over."""
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    if state in SHOPPING:
        return [
            Fact(_("送到"), building(order)),
            Fact(_("想在哪家买"), order.shop),
            *(Fact(_("第 %(n)d 样") % {"n": line.position}, asked_words(line)) for line in lines),
            Fact(
                _("最多花"),
                _("%(yuan)s 元") % {"yuan": yuan(order.cap_fen)} if order.cap_fen is not None else "",
            ),
            Fact(_("处方"), prescription(order)),
            Fact(_("希望送到的时间"), slot(order)),
        ]
    if state in CARRYING:
        return [
            Fact(_("送到"), door(order)),
            Fact(_("希望送到的时间"), slot(order)),
            Fact(_("门口注意"), order.door_note),
            Fact(_("几样"), str(sum(line.got > 0 for line in lines))),
        ]
    return []


def asked_words(line: SupplyLine) -> str:
    """白菜 2斤 · 不要换."""
    swap = _("可以换相近的") if line.substitute else _("不要换")
    return f"{line.name} {line.amount} · {swap}"


def became_words(line: SupplyLine) -> str:
    """买到 1 · 缺 1: what became of a line, for the household."""
    parts = (
        (_("买到 %(n)d"), line.got),
        (_("缺 %(n)d"), line.short),
        (_("取消 %(n)d"), line.called_off),
        (_("还没定 %(n)d"), line.open),
    )
    said = [words % {"n": n} for words, n in parts if n]
    return " · ".join([*said, _("换成 %(took)s") % {"took": line.took}] if line.took else said)


def money_words(money: Account) -> str:
    """花 63.20 · 收 50.00 · 退 0.00 · 住户还欠 13.20 元; nothing while no money moved."""
    if not (money.spent or money.paid):
        return ""
    said = {"spent": yuan(money.spent), "paid": yuan(money.paid), "back": yuan(money.refunded)}
    moved = _("花 %(spent)s · 收 %(paid)s · 退 %(back)s") % said
    return f"{moved} · {balance_words(money.owed)}"


def household_money(money: Account) -> str:
    """The same for whoever pays: 一共 63.20 元 · 已付 50.00 元 · 还要付 13.20 元."""
    if not (money.spent or money.paid):
        return ""
    parts = [
        _("一共 %(yuan)s 元") % {"yuan": yuan(money.spent)} if money.spent else "",
        _("已付 %(yuan)s 元") % {"yuan": yuan(money.paid)} if money.paid else "",
        _("已退 %(yuan)s 元") % {"yuan": yuan(money.refunded)} if money.refunded else "",
        _("还要付 %(yuan)s 元") % {"yuan": yuan(-money.owed)} if money.owed < 0 else "",
    ]
    return " · ".join(part for part in parts if part)


def pay_word(order: SupplyOrder) -> str:
    """How the household wants to pay."""
    return _(dict(PAY)[order.pay]) if order.pay in dict(PAY) else ""


def prescription(order: SupplyOrder) -> str:
    """Whether there is medicine, whether it needs a prescription and where that is; never what it is for."""
    if order.medicine in ("", "none"):
        return ""
    word = _(dict(MEDICINE)[order.medicine]) if order.medicine in dict(MEDICINE) else ""
    return " · ".join(part for part in (word, order.prescription_at) if part)


def slot(order: SupplyOrder) -> str:
    """4-15 14:00–17:00."""
    if order.slot_from is None or order.slot_until is None:
        return ""
    return span_words(order.slot_from, order.slot_until)


def span_words(opens: datetime, closes: datetime) -> str:
    """4-15 14:00–17:00, by the clock of the community."""
    here = local(opens)
    return f"{here.month}-{here.day} {here:%H:%M}–{local(closes):%H:%M}"


def building(order: SupplyOrder) -> str:
    """香阅四季A区3号楼."""
    home = order.household.dwelling if order.household else None
    return f"{home.compound.name}{home.building}" if home else ""


def door(order: SupplyOrder) -> str:
    """香阅四季A区3-1-101."""
    return str(order.household.dwelling) if order.household else ""


Supply.facts = staticmethod(facts)
