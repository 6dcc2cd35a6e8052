"""Lists and money as people write them: read exactly, or sent back with every fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.matters.supplies.models import SupplyLine
from linli.matters.supplies.money import Account, fen, no_money, yuan
from linli.matters.supplies.written import Bought, Unreadable, Wanted, bought, to_buy, wanted


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("白菜 2 斤", Wanted("白菜", 2, "斤")),
        ("白菜2斤", Wanted("白菜", 2, "斤")),
        ("Eggs 12 no substitute", Wanted("Eggs", 12, "", False)),
        ("鸡蛋 1板 不换", Wanted("鸡蛋", 1, "板", False)),
        ("挂面(可换) 2把", Wanted("挂面", 2, "把", True)),
        ("盐", Wanted("盐")),
        ("布洛芬 0.3g*24粒 1盒", Wanted("布洛芬 0.3g*24粒", 1, "盒")),
        ("纯牛奶×2", Wanted("纯牛奶", 2)),
        ("白菜 1.5斤", Wanted("白菜 1.5斤")),
    ],
)
def test_a_row_is_read_as_it_is_written(typed: str, means: Wanted) -> None:
    assert wanted(typed) == [means]


def test_a_list_is_read_by_rows_commas_and_pauses() -> None:
    assert [w.name for w in wanted("白菜 2 斤\n鸡蛋;盐、醋,酱油\n\n")] == ["白菜", "鸡蛋", "盐", "醋", "酱油"]


def test_a_list_that_cannot_be_taken_says_all_of_it() -> None:
    with pytest.raises(Unreadable) as unread:
        wanted("鸡蛋 0 个\n" + "长" * 81)
    assert [fault[:6] for fault in unread.value.faults] == ["「鸡蛋」要几", "「长长长长长"]
    with pytest.raises(Unreadable, match="一行一样"):
        wanted(" \n ")
    with pytest.raises(Unreadable, match="最多 30 样"):
        wanted(
            "\n".join(f"第{n}样" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地人和日月星光云")
        )


def lines() -> list[SupplyLine]:
    return [
        SupplyLine(position=1, name="白菜", quantity=2, unit="斤", substitute=False),
        SupplyLine(position=2, name="苹果", quantity=3, unit="斤", substitute=True),
    ]


def test_what_was_bought_is_read_by_its_row() -> None:
    assert bought("1 2 12.5\n2 1 8 梨", lines()) == {1: Bought(2, 1250), 2: Bought(1, 800, "梨")}
    assert bought("2 0", lines()) == {}
    assert to_buy(lines()) == "1 白菜:2 \n2 苹果:3 "
    assert bought("1 白菜:2 12.5\n2 苹果: 1 8 梨", lines()) == bought("1 2 12.5\n2 1 8 梨", lines())


def test_every_row_that_cannot_be_right_is_said_at_once() -> None:
    with pytest.raises(Unreadable) as unread:
        bought("1 3 5\n2 1\n9 1 1\nxx\n1 2 3 梨", lines())
    assert [fault[:6] for fault in unread.value.faults] == [
        "第 1 样「",
        "第 2 样「",
        "「9 1 1",
        "「xx」没看",
        "第 1 样「",
    ]
    with pytest.raises(Unreadable, match="没看懂"):
        bought("1 1 2\n1 1 2", lines())


@given(st.integers(0, 10_000_000))
def test_money_survives_being_written(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(f"¥{yuan(amount)} 元") == amount


@pytest.mark.parametrize("typed", ["", "十元", "-1", "1.234", "1e9", "NaN", "Infinity", "100000.01"])
def test_no_amount_is_no_money(typed: str) -> None:
    with pytest.raises(ValueError):
        fen(typed)
    assert no_money(typed)


def test_what_a_float_says_is_taken_as_it_is_written() -> None:
    assert (fen(12.35), fen(0.1), yuan(-5)) == (1235, 10, "-0.05")
    assert (Account(spent=6320, paid=5000) + Account(spent=0, paid=2000)).owed == 680
