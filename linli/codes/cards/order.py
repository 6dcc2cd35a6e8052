"""In what order cards lie: building, unit, room, person as people count them, and stacks that stay so when they are cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

MOST_SHEETS = 100
"""Sheets of one stack: what an office's guillotine cuts at once."""

_NUMBER = re.compile(r"(\d+)")


class Card(NamedTuple):
    """One card. `place` is compound, building, unit, room as they are said; `rank` the order within the household.

    `token` is 26 characters, `short_code` 8; nothing else is known of the person here.
    """

    token: str
    short_code: str
    name: str
    place: tuple[str, str, str, str]
    rank: int = 0


class Stack(NamedTuple):
    """Cards of one building that are printed on `sheets` sheets and cut together; `number` counts from 1."""

    building: tuple[str, str]
    number: int
    cards: list[Card]
    sheets: int

    def sheet(self, index: int, up: int) -> list[Card | None]:
        """The cards of one sheet by place, None where it stays blank.

        Place p of sheet s holds card p × sheets + s: cut, the pile of place 1 laid on that of place 2 and so on is the
        order again, and what is blank lies at the very bottom.
        """
        return [
            self.cards[n] if (n := place * self.sheets + index) < len(self.cards) else None
            for place in range(up)
        ]


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that puts 2 before 10 and 3 before 3甲."""
    return tuple(
        (int(part), "") if n % 2 else (-1, part) for n, part in enumerate(_NUMBER.split(text)) if part
    )


def in_order(cards: Iterable[Card]) -> list[Card]:
    """By compound, building, unit, room, then within the household by rank and name."""
    keys: dict[str, tuple[tuple[int, str], ...]] = {}

    def key(card: Card) -> tuple[object, ...]:
        for part in card.place:
            if part not in keys:
                keys[part] = natural(part)
        return (*(keys[part] for part in card.place), card.rank, card.name)

    return sorted(cards, key=key)


def stacks(cards: Iterable[Card], up: int) -> Iterator[Stack]:
    """Cards that come in order, as stacks of one building each and at most MOST_SHEETS sheets."""
    for building, there in groupby(cards, key=lambda card: card.place[:2]):
        for number, part in enumerate(_parts(there, up * MOST_SHEETS), start=1):
            yield Stack((building[0], building[1]), number, part, -(-len(part) // up))


def households(cards: Sequence[Card], most: int) -> Iterator[list[Card]]:
    """The cards of a stack door by door, at most so many on a page."""
    for _place, there in groupby(cards, key=lambda card: card.place):
        yield from _parts(there, most)


def _parts(cards: Iterable[Card], most: int) -> Iterator[list[Card]]:
    held: list[Card] = []
    for card in cards:
        held.append(card)
        if len(held) == most:
            yield held
            held = []
    if held:
        yield held
