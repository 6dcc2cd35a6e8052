"""Whatever becomes of lines and money, the books balance.

asked = received + short + called off, and paid = spent + refunded + owed, after every step taken or refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.matters.supplies import asking, settling
from linli.matters.supplies.asking import Wish
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine, SupplyPayment
from linli.matters.supplies.money import account
from linli.matters.supplies.written import Wanted
from linli.registry import subjects
from linli.registry.models import Person
from tests.town import T0, Town, make_town

QUANTITIES = st.lists(st.integers(1, 3), min_size=1, max_size=3)
WAYS_ON = st.sampled_from([0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5])
"""Which of the steps that leave the present state: the road straight on most often."""
BROUGHT = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3000)), min_size=3, max_size=3)
EVEN = st.just(-1)
"""A shopper who brings no more than was asked, and at the door exactly what is owed."""
STEPS = st.tuples(WAYS_ON, BROUGHT, st.one_of(EVEN, EVEN, st.integers(0, 6000)))
PAID = st.tuples(st.just("pay"), st.booleans(), st.integers(0, 6000))
ACTS = st.lists(st.one_of(STEPS, STEPS, STEPS, PAID), min_size=8, max_size=14)
CLOSED_EVEN = {"received", "settled", "refunded", "called_off", "not_to_be_had"}


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def answers(step: str, brought: list[tuple[int, int]], fen: int) -> dict[str, Any]:
    """Everything any step could ask; the step takes what it needs."""
    rows = "\n".join(f"{n} {got} {price / 100:.2f}" for n, (got, price) in enumerate(brought, 1) if got)
    said = {
        "giver": "甲", "taker": "乙", "reason": "原因", "bought": rows, "way": "cash", "agreed": True, "proof": "phone",
        "paid": f"{fen / 100:.2f}", "over_cap": True,
    }  # fmt: skip
    return {e.key: said[e.key] for e in Supply.steps[step].needs if said.get(e.key)}


def check_books(case: Case) -> None:
    case.refresh_from_db()
    lines = list(SupplyLine.objects.filter(order__case=case))
    for line in lines:
        assert line.quantity == line.got + line.short + line.called_off + line.open
        assert line.open >= 0
        assert case.closed_at is None or line.open == 0
    money = account(case.supply)
    moved = SupplyPayment.objects.filter(order__case=case)
    assert money.paid == sum(p.fen for p in moved if not p.is_refund)
    assert money.refunded == sum(p.fen for p in moved if p.is_refund)
    assert money.spent == sum(line.price_fen for line in lines)
    assert money.paid == money.spent + money.refunded + money.owed
    assert money.refunded <= money.paid
    if case.state in CLOSED_EVEN:
        assert money.owed == 0, "a case closes even, or by the desk's decision"


def act(town: Town, case: Case, one: tuple[Any, ...], at: datetime) -> str:
    """Do one thing; the state it led to, "" for a payment."""
    if one[0] == "pay":
        paid = {"is_refund": one[1], "way": "cash", "at": at, "actor": town.desk, "intent": str(uuid7())}
        settling.pay(case.pk, one[2], community_id=town.id, **paid)
        return ""
    which, brought, fen = one
    leaving = Supply.steps_from(case.state) or list(Supply.steps.values())
    step = leaving[which % len(leaving)].key
    exact = max(-account(case.supply).owed, 0) if fen < 0 else fen
    if fen < 0:
        asked = case.supply.lines.order_by("position").values_list("quantity", flat=True)
        brought = [(min(got, most), price) for (got, price), most in zip(brought, asked, strict=False)]
    said = answers(step, brought, exact)
    engine.advance(case.pk, step, actor=town.desk, given=said, at=at, intent=str(uuid7()))
    return Supply.steps[step].target.key


def written() -> tuple[int, int, list[Any]]:
    """All that a step could write, to be compared."""
    return Event.objects.count(), SupplyPayment.objects.count(), list(SupplyLine.objects.values())


def road(*which: int, fen: int) -> list[tuple[Any, ...]]:
    """The n-th step of each state in turn."""
    return [(n, [(2, 500), (0, 0), (0, 0)], fen) for n in which]


def test_the_books_balance_whatever_happens(town: Town) -> None:
    reached: set[str] = set()
    who = Person.objects.select_related(*subjects.HOMES).get(pk=town.person["叶知秋"].pk)

    @settings(max_examples=14, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(quantities=QUANTITIES, acts=ACTS)
    @example(quantities=[2, 1], acts=road(0, 0, 0, 0, 1, 0, fen=0))
    @example(quantities=[2, 1], acts=road(0, 0, 0, 0, 1, 1, fen=0))
    @example(quantities=[2, 1], acts=road(0, 0, 0, 0, 0, fen=-1))
    @example(quantities=[2, 1], acts=[("pay", False, 500), *road(2, 0, fen=0)])
    @example(quantities=[2], acts=road(1, fen=0))
    @example(quantities=[2], acts=road(3, fen=0))
    def whatever(quantities: list[int], acts: list[tuple[Any, ...]]) -> None:
        lines = tuple(Wanted(f"物{n}", q) for n, q in enumerate(quantities))
        with transaction.atomic():
            case = asking.ask(who, Wish(lines=lines, intent=str(uuid7())), at=T0)
            for n, one in enumerate(acts, 1):
                before = written()
                try:
                    reached.add(act(town, case, one, T0 + timedelta(minutes=n)))
                except Refused:
                    assert written() == before, "a refusal writes nothing"
                check_books(case)
            transaction.set_rollback(True)

    whatever()
    assert {key for key, state in Supply.states.items() if not state.is_open} <= reached, "every end"
