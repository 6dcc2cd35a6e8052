"""What a row of a round sheet asks, as boxes to tick and to write in: laid out once, so that the rows stand in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from linli.codes.lines import fit, largest, width
from linli.codes.page import Page

SIZE = 12.0
"""Points of everything in a row: people of seventy read it by the light of a stairwell."""
LINE = 8.6
"""Millimetres from one line of boxes to the next: room for a thick pen."""

_TICK, _DIGIT, _DIGIT_HIGH = 4.6, 5.6, 6.6
_GAP, _NEAR = 4.2, 1.4
_WRITE = 40.0

Kind = Literal["tick", "ticks", "digits", "line"]
Part = tuple[str, str, float, str]
"""(kind, text, width, key)"""


@dataclass(frozen=True, kw_only=True)
class Box:
    """One thing asked. tick: one box; ticks: a box for each choice; digits: a box for each 0; line: room to write.

    `title` stands before it; `key` finds an answer already there, which is printed on the line.
    """

    key: str
    title: str
    kind: Kind = "line"
    choices: tuple[str, ...] = ()
    digits: str = ""


@dataclass(frozen=True)
class Piece:
    """A part that is never broken across lines: a title, a tick with its word, digits, a line. `x` within the row."""

    kind: str
    x: float
    line: int
    wide: float
    text: str
    key: str = ""


def flow(boxes: tuple[Box, ...], room: float) -> list[Piece]:
    """The boxes from left to right in lines of `room` mm; the same for every row."""
    placed: list[Piece] = []
    x, line = 0.0, 0
    for box in boxes:
        parts = list(_parts(box, room))
        if x and x + _together(parts, room) > room:
            x, line = 0.0, line + 1
        for kind, text, wide, key in parts:
            if x and x + wide > room:
                x, line = 0.0, line + 1
            placed.append(Piece(kind, x, line, wide, text, key))
            x += wide + (_NEAR if kind == "title" else _GAP)
    return placed


def _together(parts: list[Part], room: float) -> float:
    """How wide what must stand on one line is: all of it if a line holds it, else a title with its first choice."""
    gaps = [_NEAR if kind == "title" else _GAP for kind, *_rest in parts]
    whole = sum(wide for _kind, _text, wide, _key in parts) + sum(gaps[:-1])
    return whole if whole <= room else sum(part[2] for part in parts[:2]) + _NEAR


def lines_of(pieces: list[Piece]) -> int:
    """How many lines they take."""
    return max((piece.line for piece in pieces), default=-1) + 1


def _parts(box: Box, room: float) -> Iterator[Part]:
    """What is never broken, one after the other."""
    title = min(width(box.title, SIZE), room)
    if box.kind == "tick":
        yield "tick", box.title, min(_TICK + _NEAR + title, room), box.key
    elif box.kind == "ticks":
        yield "title", box.title, title, box.key
        for choice in box.choices:
            yield "tick", choice, min(_TICK + _NEAR + width(choice, SIZE), room), box.key
    elif box.kind == "digits":
        wide = title + _NEAR + sum(_DIGIT if c == "0" else 2.4 for c in box.digits)
        yield "digits", f"{box.title}\n{box.digits}", wide, box.key
    else:
        yield "line", box.title, min(title + _NEAR + _WRITE, room), box.key


def draw(page: Page, x: float, y: float, pieces: list[Piece], known: Mapping[str, str]) -> None:
    """One row's boxes; `y` is the base line of the first."""
    for piece in pieces:
        _PENS[piece.kind](page, x + piece.x, y + piece.line * LINE, piece, known.get(piece.key, ""))


def _title(page: Page, x: float, y: float, piece: Piece, known: str) -> None:
    page.text(x, y, piece.text, largest(piece.text, piece.wide, most=SIZE, least=8))


def _tick(page: Page, x: float, y: float, piece: Piece, known: str) -> None:
    page.frame(x, y - _TICK + 0.8, _TICK, _TICK, thick=0.35)
    size = largest(piece.text, piece.wide - _TICK - _NEAR, most=SIZE, least=8)
    page.text(x + _TICK + _NEAR, y, piece.text, size)


def _digits(page: Page, x: float, y: float, piece: Piece, known: str) -> None:
    title, _cut, digits = piece.text.partition("\n")
    page.text(x, y, title, SIZE)
    x += width(title, SIZE) + _NEAR
    for character in digits:
        if character == "0":
            page.frame(x, y - _DIGIT_HIGH + 1.6, _DIGIT, _DIGIT_HIGH, thick=0.3)
            x += _DIGIT
        else:
            page.text(x + 1.2, y, character, SIZE, bold=True, align="center")
            x += 2.4


def _line(page: Page, x: float, y: float, piece: Piece, known: str) -> None:
    page.text(x, y, piece.text, SIZE)
    start = x + width(piece.text, SIZE) + _NEAR
    page.rule(start, y + 1, x + piece.wide, y + 1, thick=0.2)
    if known and (room := x + piece.wide - start) > 10:
        size, cut = fit(known, room, rows=1, most=SIZE, least=8)
        page.text(start + 1, y, cut[0], size)


_PENS = {"title": _title, "tick": _tick, "digits": _digits, "line": _line}
