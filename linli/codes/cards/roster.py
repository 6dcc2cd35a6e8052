"""Before the cards of a building: a sheet that parts the stacks, and a list to tick off, with the sheet of every card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from linli.codes.cards.front import Words, door_of
from linli.codes.cards.ink import Ink, frame, rule
from linli.codes.cards.order import Card, Stack
from linli.codes.page import HEIGHT, LEFT, RIGHT, WIDTH
from linli.codes.token import grouped

ROWS, COLUMNS = 38, 2
"""Of a page of the list."""

_TOP, _STEP = HEIGHT - 34.0, 6.6
_COLUMN = (RIGHT - LEFT) / COLUMNS


def building_said(stack: Stack) -> str:
    """迎春苑 3号楼; a building that has a name and no number is called by it."""
    compound, building = stack.building
    building = f"{building}号楼" if building.isdigit() else building
    return " ".join(part for part in (compound, building) if part) or "没有住址"


class Roster:
    """Draws what goes with the cards of a stack."""

    def __init__(self, ink: Ink, words: Words, title: str) -> None:
        self.ink, self.words, self.title = ink, words, title

    def separator(self, stack: Stack, sheets: int) -> bytes:
        """A sheet with the building's name as large as the sheet, and what lies below it."""
        doors = len({card.place for card in stack.cards})
        first, last = door_of(stack.cards[0]), door_of(stack.cards[-1])
        lines = [
            (200.0, building_said(stack), 64.0, True),
            (
                160.0,
                f"{len(stack.cards)} 张卡 · {doors} 户 · {sheets} 张纸 · 第 {stack.number} 摞",
                22.0,
                False,
            ),
            (143.0, f"{first} 到 {last}", 18.0, False),
            (60.0, f"{self.words.community} · {self.title}", 12.0, False),
        ]
        return "".join(self._centred(*line) for line in lines).encode()

    def pages(self, stack: Stack, sheet_of: Callable[[int], int]) -> Iterator[bytes]:
        """The list, in the order of the cut stack: a box to tick, door, name, short code, on which sheet it was printed."""
        rows = [(n, card, sheet_of(n)) for n, card in enumerate(stack.cards)]
        most = ROWS * COLUMNS
        for number, start in enumerate(range(0, len(rows), most), start=1):
            of = -(-len(rows) // most)
            yield self._page(stack, rows[start : start + most], f"{number}/{of}").encode()

    def _page(self, stack: Stack, rows: Sequence[tuple[int, Card, int]], number: str) -> str:
        head = f"{building_said(stack)} 发卡清单 第 {stack.number} 摞 {number}"
        text = self.ink.text
        parts = [
            text(LEFT, HEIGHT - 18, head, 16, bold=True),
            text(LEFT, HEIGHT - 25, "发一张勾一张;没发到的圈起来,注明原因。纸=印在本摞第几张纸", 9),
            text(LEFT, 12, f"{self.words.community} · {self.title} · 用完交回社区销毁", 8),
        ]
        for n, (index, card, sheet) in enumerate(rows):
            column, row = divmod(n, ROWS)
            parts.append(self._row(LEFT + column * _COLUMN, _TOP - row * _STEP, index, card, sheet))
        return "".join(parts)

    def _row(self, x: float, y: float, index: int, card: Card, sheet: int) -> str:
        door = "-".join(part for part in card.place[2:] if part)
        return "".join([
            frame(x, y - 0.4, 3.6, 3.6, thick=0.3),
            self.ink.text(x + 5, y, str(index + 1), 8),
            self._within(x + 12, y, door, 10, 20),
            self._within(x + 33, y, card.name, 11, 26),
            self._within(x + 60, y, grouped(card.short_code), 9, 17),
            self.ink.text(x + 78, y, f"纸{sheet}", 7),
            rule(x, y - 1.7, x + _COLUMN - 4, y - 1.7, thick=0.1),
        ])  # fmt: skip

    def _within(self, x: float, y: float, text: str, size: float, room: float) -> str:
        """Squeezed to half, then made smaller, until it fits."""
        wide = max(self.ink.width(text, size), 0.1)
        if wide * 0.5 > room:
            size, wide = size * room / (wide * 0.5), room / 0.5
        return self.ink.text(x, y, text, size, squeeze=min(1.0, room / wide))

    def _centred(self, y: float, text: str, most: float, bold: bool) -> str:
        size = min(most, most * (RIGHT - LEFT) / max(self.ink.width(text, most, bold=bold), 0.1))
        return self.ink.text((WIDTH - self.ink.width(text, size, bold=bold)) / 2, y, text, size, bold=bold)
