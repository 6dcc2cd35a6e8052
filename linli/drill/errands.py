"""A day of errands in the demo community: requests in every list, one round under way, and one that needs medicine now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.drill.names import Register
from linli.loops import engine
from linli.loops.models import Case
from linli.matters.supplies import asking, rounds, settling
from linli.matters.supplies.asking import DESK, PAGE, Wish
from linli.matters.supplies.models import SupplyOrder
from linli.matters.supplies.written import wanted
from linli.registry import subjects
from linli.registry.models import Community, Person
from linli.roster.models import Shift

SHOP = "晨光超市"

# What is wanted, what it cost (the answer to `buy`), how far it has come.
ERRANDS: tuple[tuple[str, str, str], ...] = (
    ("白菜 2 斤\n鸡蛋 1 板\n挂面 2 把 不换", "1 2 6.40\n2 1 18.90\n3 2 9", "received"),
    ("纯牛奶 1 箱\n苹果 3 斤", "1 1 52.80\n2 3 17.70 梨", "to_settle"),
    ("大米 1 袋\n食用油 1 桶", "1 1 64\n2 1 79.90", "at_door"),
    ("土豆 5 斤\n白菜 3 斤\n鸡蛋 2 板", "1 5 12.50\n2 3 9.60", "bought"),
    ("白菜 1 斤\n豆腐 2 块\n鸡蛋 1 板", "", "shopping"),
    ("卫生纸 1 提\n洗衣液 1 瓶", "", "shopping"),
    ("降压药 1 盒 不换", "", "urgent"),
    ("婴儿奶粉 2 罐 不换\n纸尿裤 1 包", "", "asked"),
    ("鸡蛋 1 板\n黄瓜 2 斤\n挂面 1 把", "", "asked"),
)


def run_errands(community: Community, register: Register, *, at: datetime) -> None:
    """Let the errands so far happen, every step through the engine."""
    shift = Shift.objects.filter(community=community, duty="delivery").select_related("user").first()
    desk = Shift.objects.filter(community=community, duty="desk").select_related("user").first()
    assert shift and desk
    people = Person.objects.filter(community=community, household__isnull=False).select_related(
        *subjects.HOMES
    )
    chosen = register.dice.sample(list(people.filter(birth_on__year__lt=1960)[:400]), len(ERRANDS))
    begun = at - timedelta(hours=3)
    cases = []
    for n, (person, (listed, _cost, state)) in enumerate(zip(chosen, ERRANDS, strict=True)):
        is_medicine = state == "urgent"
        wish = Wish(
            lines=tuple(wanted(listed)),
            medicine="prescription" if is_medicine else "none",
            prescription_at="装在信封里挂在门上" if is_medicine else "",
            is_urgent=is_medicine,
            cap_fen=None if n % 3 else 15_000,
            pay="later" if state == "to_settle" else "at_door",
            channel=PAGE if n % 2 else DESK,
            intent=f"demo-supply-{n}",
        )
        asked_at = at - timedelta(minutes=20) if is_medicine else begun + timedelta(minutes=4 * n)
        cases.append(asking.ask(person, wish, at=asked_at, actor=None if n % 2 else desk.user))
    going = [
        case for case, (_l, _c, state) in zip(cases, ERRANDS, strict=True) if state not in ("asked", "urgent")
    ]
    rounds.make(
        [case.pk for case in going],
        community_id=community.pk,
        shop=SHOP,
        shopper_name=shift.user.shown_name,
        actor=shift.user,
        at=at - timedelta(hours=2),
        intent="demo-round",
    )
    for case, (_listed, cost, state) in zip(cases, ERRANDS, strict=True):
        _carry(case, shift.user, cost, state, at)


def _carry(case: Case, shopper: Any, cost: str, state: str, at: datetime) -> None:
    """The steps after the shop, as far as this bag has come."""
    who = shopper.shown_name
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("bought", "buy", {"giver": SHOP, "taker": who, "bought": cost}),
        ("packed", "pack_up", {"giver": who, "taker": who}),
        ("at_door", "set_down", {"giver": who, "taker": "门口"}),
    )
    reached = {"received": 3, "to_settle": 3, "at_door": 3, "bought": 1}.get(state, 0)
    for n, (_state, step, given) in enumerate(steps[:reached]):
        _take(case, step, given, shopper, at - timedelta(minutes=80 - 20 * n))
    home = {"giver": "门口", "taker": "本户", "proof": "phone"}
    if state == "received":
        owed = settling.statement(SupplyOrder.objects.get(case=case)).total.owed
        _take(case, "receive", {**home, "paid": f"{-owed / 100:.2f}"}, shopper, at - timedelta(minutes=15))
    elif state == "to_settle":
        _take(case, "receive_unsettled", home, shopper, at - timedelta(minutes=12))


def _take(case: Case, step: str, given: dict[str, Any], actor: Any, at: datetime) -> None:
    engine.advance(case.pk, step, actor=actor, given=given, at=at, intent=f"demo-{case.pk}-{step}")
