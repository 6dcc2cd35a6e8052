"""The front of one card: its symbol, the name, the door, the short code; around it what all cards of a run say alike."""

from __future__ import annotations

from dataclasses import dataclass

from linli.codes.cards.ink import Ink, frame, symbol
from linli.codes.cards.layout import Layout
from linli.codes.cards.masking import SIZE
from linli.codes.cards.order import Card
from linli.codes.cards.symbol import Symbols
from linli.codes.lines import MM
from linli.codes.token import grouped

MOST, LEAST = 20.0, 14.0
"""Points of a name: read at arm's length by people of seventy."""
NARROWEST = 0.75
"""How far a long name is squeezed before it is cut."""
ROWS = 3

_QUIET = 4
_EDGE = 1.5
_ROOMY = 54
"""Millimetres of height that leave a line for what the card is for, above a name of three rows."""
_ROW = 1.18
_CUT = "…"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What every card of a run says: the office and its telephone."""

    community: str
    phone: str


@dataclass(frozen=True)
class Name:
    """A name as it fits: points, how far it is squeezed, its rows from the top."""

    size: float
    squeeze: float
    rows: tuple[str, ...]


class Front:
    """Draws cards of one layout; (0, 0) of a card is its lower left corner."""

    def __init__(self, ink: Ink, layout: Layout, symbols: Symbols, words: Words) -> None:
        self.ink, self.layout, self.symbols, self.words = ink, layout, symbols, words
        self.side = SIZE * layout.module
        around = (SIZE + 2 * _QUIET) * layout.module
        self._x, self._room = _EDGE + around + 0.5, layout.wide - around - _EDGE - 2.5
        self._qx, self._qy = _EDGE + _QUIET * layout.module, (layout.high - self.side) / 2
        self._base = 3.0
        if layout.upright:
            self._x, self._room = 3.0, layout.wide - 6
            self._qx, self._qy = (
                (layout.wide - self.side) / 2,
                layout.high - 5 - around + _QUIET * layout.module,
            )

    def alike(self) -> bytes:
        """What is the same on every card, drawn once."""
        words, high = self.words, self.layout.high
        lines = [self._line(self._base, f"丢了请打 {words.phone}" if words.phone else "只作登记,不作证明", 8)]
        if self.layout.upright:
            lines.append(frame(self.layout.wide / 2 - 7, high - 6, 14, 3, thick=0.15))
        else:
            lines.append(self._line(high - 6, words.community, 8.5))
        if not self.layout.upright and high >= _ROOMY:
            lines.append(self._line(high - 11, "采样、进门时给工作人员扫", 8))
        return "".join(lines).encode()

    def of(self, card: Card, x: float, y: float) -> bytes:
        """One card with its corner at (x, y) millimetres of the sheet."""
        drawn = symbol(x + self._qx, y + self._qy, self.side, self.symbols.of(card.token))
        base = self._base
        said = [
            self._line(base + 5.2, grouped(card.short_code), 13, x=x, y=y, bold=True),
            self._line(base + 11.2, door_of(card), 12, x=x, y=y),
        ]
        name = fitted(self.ink, card.name, self._room)
        for n, row in enumerate(name.rows, start=1):
            up = base + 18.2 + (len(name.rows) - n) * name.size * MM * _ROW
            said.append(self._text(x, y + up, row, name.size, name.squeeze))
        return drawn + "".join(said).encode()

    def _line(
        self, up: float, text: str, most: float, *, x: float = 0, y: float = 0, bold: bool = False
    ) -> str:
        """A line that is made smaller, down to six points, then narrower, until it fits."""
        wide = self.ink.width(text, most, bold=bold)
        size = most if wide <= self._room else max(6.0, most * self._room / wide)
        squeeze = min(1.0, self._room / max(self.ink.width(text, size, bold=bold), 0.1))
        return self._text(x, y + up, text, size, squeeze, bold=bold)

    def _text(self, x: float, y: float, text: str, size: float, squeeze: float, *, bold: bool = True) -> str:
        x += self._x
        if self.layout.upright:
            x += (self._room - self.ink.width(text, size, bold=bold) * squeeze) / 2
        return self.ink.text(x, y, text, size, bold=bold, squeeze=squeeze)


def door_of(card: Card) -> str:
    """迎春苑 3-2-1101: the door as it is said, without what it does not have."""
    compound, *rest = card.place
    return " ".join(part for part in (compound, "-".join(part for part in rest if part)) if part)


def fitted(ink: Ink, name: str, room: float) -> Name:
    """A name on one row from MOST down to LEAST points, else on up to ROWS at LEAST, broken after · and spaces.

    What is still too wide is squeezed to NARROWEST, then broken anywhere; what even so does not fit ends in ….
    """
    wide = ink.width(name, MOST, bold=True)
    if wide <= room * MOST / LEAST:
        return Name(min(MOST, MOST * room / max(wide, 0.1)), 1.0, (name,))
    pieces = _pieces(name)
    for squeeze in (1.0, 0.9, 0.82, NARROWEST):
        rows = _wrapped(ink, pieces, room / squeeze)
        if len(rows) <= ROWS and all(_wide(ink, row) * squeeze <= room for row in rows):
            return Name(LEAST, squeeze, tuple(rows))
    rows = _wrapped(ink, list(name), room / NARROWEST)
    if len(rows) > ROWS:
        rows = [*rows[: ROWS - 1], _shortened(ink, rows[ROWS - 1], room / NARROWEST)]
    return Name(LEAST, NARROWEST, tuple(rows))


def _pieces(name: str) -> list[str]:
    """Cut after every · and space."""
    found = [""]
    for character in name:
        found[-1] += character
        if character in "·•・ ":
            found.append("")
    return [piece for piece in found if piece]


def _wrapped(ink: Ink, pieces: list[str], room: float) -> list[str]:
    rows = [""]
    for piece in pieces:
        if rows[-1] and _wide(ink, rows[-1] + piece) > room:
            rows.append("")
        rows[-1] += piece
    return [row.rstrip() for row in rows]


def _shortened(ink: Ink, row: str, room: float) -> str:
    while row and _wide(ink, row + _CUT) > room:
        row = row[:-1]
    return row + _CUT


def _wide(ink: Ink, text: str) -> float:
    return ink.width(text.rstrip(), LEAST, bold=True)
