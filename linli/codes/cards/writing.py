"""A run of cards as one PDF: a sheet before every stack, its list, its cards; written as it goes, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from linli.codes.cards.front import Front, Words, door_of
from linli.codes.cards.ink import POINT, Ink, at, rule
from linli.codes.cards.layout import HOUSEHOLD, LAYOUTS, Kind, Layout
from linli.codes.cards.order import Card, Stack, households, stacks
from linli.codes.cards.pdf import PdfFile
from linli.codes.cards.roster import Roster
from linli.codes.cards.symbol import Symbols
from linli.codes.page import HEIGHT, WIDTH

_MARK = 4.0
"""Millimetres of a crop mark in the margin; it keeps one away from the cards."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one file says besides its cards. `address` ends in #; `title` names the run and never a person."""

    kind: Kind
    address: str
    words: Words
    title: str
    made_at: datetime
    lists: bool = True
    """With separators and lists, or the cards alone (a reprint of three)."""


def write(file: BinaryIO, run: Run, cards: Iterable[Card]) -> int:
    """Write the cards, which come in the order of `order.in_order`; the pages written.

    No more than one stack is in memory. Raises ValueError where the address is too long for a card.
    """
    writer = _Writer(file, run)
    for stack in stacks(cards, writer.layout.up):
        writer.stack(stack)
    writer.pdf.finish(writer.ink.faces)
    return writer.pdf.pages


class _Writer:
    """One file being written."""

    def __init__(self, file: BinaryIO, run: Run) -> None:
        self.run, self.layout, self.ink = run, LAYOUTS[run.kind], Ink()
        self.front = Front(self.ink, self.layout, Symbols(run.address), run.words)
        self.roster = Roster(self.ink, run.words, run.title)
        self.pdf = PdfFile(file, title=run.title, at=run.made_at, wide=WIDTH * POINT, high=HEIGHT * POINT)
        self.pdf.drawing("Alike", self.front.alike())
        self.pdf.drawing("Marks", marks(self.layout).encode())

    def stack(self, stack: Stack) -> None:
        """The pages of one stack."""
        pages = list(self._placed(stack))
        if self.run.lists:
            sheet_of = {card.token: n for n, page in enumerate(pages, start=1) for card in page if card}
            self.pdf.page(self.roster.separator(stack, len(pages)))
            for page in self.roster.pages(stack, lambda n: sheet_of[stack.cards[n].token]):
                self.pdf.page(page)
        for cards in pages:
            self.pdf.page(self._sheet(cards))

    def _placed(self, stack: Stack) -> Iterator[Sequence[Card | None]]:
        if self.layout is HOUSEHOLD:
            yield from households(stack.cards, self.layout.up)
        else:
            yield from (stack.sheet(n, self.layout.up) for n in range(stack.sheets))

    def _sheet(self, cards: Sequence[Card | None]) -> bytes:
        parts = [b"/Marks Do\n"]
        if self.layout is HOUSEHOLD and cards[0]:
            parts.append(self._head(cards[0]).encode())
        for place, card in enumerate(cards):
            if card:
                x, y = self.layout.corner(place)
                parts += at(x, y, "Alike").encode(), self.front.of(card, x, y)
        return b"".join(parts)

    def _head(self, card: Card) -> str:
        return self.ink.text(self.layout.left, HEIGHT - 15, f"{door_of(card)} 全家的扫码卡", 18, bold=True)


def marks(layout: Layout) -> str:
    """Crop marks in the margins and the gaps, for a layout that is cut."""
    if layout is HOUSEHOLD:
        return ""
    xs, ys = layout.cuts()
    left, below = layout.left, layout.below
    right, top = WIDTH - left, HEIGHT - below
    parts = [rule(x, y, x, y + _MARK, thick=0.1) for x in xs for y in (top + 1, below - 1 - _MARK)] + [
        rule(x, y, x + _MARK, y, thick=0.1) for y in ys for x in (right + 1, left - 1 - _MARK)
    ]
    gaps = [(a, b) for a, b in zip(ys[1::2], ys[2::2], strict=False)]
    return "".join(parts + [rule(x, a + 0.8, x, b - 0.8, thick=0.1) for x in xs for a, b in gaps])
