"""Cards lie as people count doors, also after the guillotine."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.codes.cards.layout import BADGE, CARD, HOUSEHOLD, LAYOUTS, SMALL
from linli.codes.cards.order import MOST_SHEETS, Card, households, in_order, natural, stacks
from linli.codes.page import HEIGHT, WIDTH


def card(building: str, unit: str, room: str, rank: int = 0, name: str = "李") -> Card:
    return Card("0" * 26, "22222222", name, ("迎春苑", building, unit, room), rank)


def test_2_comes_before_10_and_3_before_3_jia() -> None:
    assert sorted(["10", "3甲", "2", "3", "2号楼"], key=natural) == ["2", "2号楼", "3", "3甲", "10"]


def test_building_unit_room_then_the_head_of_the_household() -> None:
    cards = [
        card("10", "1", "101"),
        card("2", "2", "101"),
        card("2", "1", "1101"),
        card("2", "1", "201", 1, "乙"),
        card("2", "1", "201", 0, "丁"),
    ]
    assert in_order(cards) == [cards[4], cards[3], cards[2], cards[1], cards[0]]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2400), st.sampled_from([6, 9, 10]))
def test_cut_piles_laid_on_one_another_are_the_order_again(count: int, up: int) -> None:
    cards = [card("1", "1", str(n), n) for n in range(count)]
    found: list[Card] = []
    for stack in stacks(cards, up):
        sheets = [stack.sheet(n, up) for n in range(stack.sheets)]
        piles = [sheet[place] for place in range(up) for sheet in sheets]
        kept = [c for c in piles if c]
        assert piles[: len(kept)] == kept, "what is blank lies below"
        assert stack.sheets <= MOST_SHEETS
        found += kept
    assert found == cards


def test_a_stack_holds_one_building_and_a_building_may_have_several() -> None:
    cards = [card("1", "1", str(n)) for n in range(1001)] + [card("2", "1", "101")]
    assert [(s.building[1], s.number, len(s.cards), s.sheets) for s in stacks(cards, 10)] == [
        ("1", 1, 1000, 100),
        ("1", 2, 1, 1),
        ("2", 1, 1, 1),
    ]


def test_a_household_has_a_page_of_its_own_and_a_large_one_two() -> None:
    cards = [card("1", "1", "101", n) for n in range(9)] + [card("1", "1", "102")]
    assert [len(page) for page in households(cards, HOUSEHOLD.up)] == [8, 1, 1]


def test_every_layout_lies_within_the_sheet_and_its_quiet_zone_within_the_card() -> None:
    for layout in LAYOUTS.values():
        corners = [layout.corner(place) for place in range(layout.up)]
        assert min(x for x, _y in corners) >= 5
        assert max(x for x, _y in corners) + layout.wide <= WIDTH - 5
        assert min(y for _x, y in corners) >= 5
        assert max(y for _x, y in corners) + layout.high <= HEIGHT - 5
        assert 41 * layout.module <= min(layout.high, layout.wide) - 3
    assert (CARD.up, SMALL.up, BADGE.up, CARD.wide, CARD.high) == (10, 10, 9, 85.6, 54)
