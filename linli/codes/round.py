"""A round sheet (纸质表): the doors of one walk in their order, in print an elder reads, a code on each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linli.codes.boxes import LINE, SIZE, Box, Piece, draw, flow, lines_of
from linli.codes.letter import moment, short_moment
from linli.codes.page import LEFT, RIGHT, Page

MOST_PAGES = 6
"""Pages of one sheet: what one person carries on a clipboard through one evening."""

_TOP, _BOTTOM = 70.0, 264.0
_WHO = 46.0
"""Millimetres for number, door and name at the left of a row."""
_ROOM = RIGHT - LEFT - _WHO - 6
_LOWEST = 24.0
_TIME = Box(key="", title="时间", kind="digits", digits="00:00")
_BEGAN = Box(key="", title="月日时分", kind="digits", digits="00-00 00:00")


@dataclass(frozen=True, kw_only=True)
class RoundRow:
    """One door: its number on the sheet, the door as it is called, the masked name, answers already there by key.

    `done` replaces the boxes by a word where the row was entered before it is printed again.
    """

    number: int
    door: str
    who: str
    known: Mapping[str, str] = field(default_factory=dict)
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class RoundFields:
    """What the sheet says. `url` is the QR's address; `#` and the number of the page are added on each page.

    `short_code` is as printed, `spoken` as read aloud; `not_done` are the reasons to tick; times are aware.
    """

    community: str
    number: str
    title: str
    place: str
    issued_at: datetime
    issued_by: str
    back_by: datetime
    boxes: tuple[Box, ...]
    not_done: tuple[str, ...]
    rows: tuple[RoundRow, ...]
    url: str
    short_code: str
    spoken: str
    return_to: str
    purpose: str
    keep: str


def rows_on_a_page(boxes: tuple[Box, ...]) -> int:
    """How many doors fit on one page. Raises ValueError when not even one does."""
    fits = int((_BOTTOM - _TOP) / _height(_laid(boxes)))
    if not fits:
        raise ValueError("one row asks for more than a page holds")
    return fits


def most_rows(boxes: tuple[Box, ...]) -> int:
    """How many doors one sheet holds."""
    return rows_on_a_page(boxes) * MOST_PAGES


def round_sheet(paper: RoundFields) -> bytes:
    """The sheet as PDF; the same bytes for the same fields. Raises ValueError without rows or with too many."""
    each = rows_on_a_page(paper.boxes)
    if not 1 <= len(paper.rows) <= each * MOST_PAGES:
        raise ValueError(f"a sheet holds 1 to {each * MOST_PAGES} rows")
    page = Page(at=paper.issued_at, title=f"{paper.title} {paper.number}", author=paper.community)
    pieces, last = _laid(paper.boxes), -(-len(paper.rows) // each)
    for number in range(1, last + 1):
        if number > 1:
            page.turn()
        _head(page, paper, number, last)
        for place, row in enumerate(paper.rows[(number - 1) * each : number * each]):
            _row(page, _TOP + place * _height(pieces), row, paper, pieces)
        _foot(page, paper, number, last)
    return page.finish()


def _laid(boxes: tuple[Box, ...]) -> list[Piece]:
    return flow((_TIME, *boxes), _ROOM)


def _height(pieces: list[Piece]) -> float:
    return max(lines_of(pieces) * LINE + LINE + 4.0, _LOWEST)


def _head(page: Page, paper: RoundFields, number: int, last: int) -> None:
    wide = page.qr(RIGHT - 33, 9, f"{paper.url}#{number}", across=34)
    room = RIGHT - 33 - LEFT - 4
    page.fitted(LEFT, 16, f"{paper.community}  编号 {paper.number}", room, most=11, least=8, rows=1)
    page.fitted(LEFT, 29, paper.title, room, most=24, least=15, bold=True, rows=1)
    page.fitted(
        LEFT, 39, f"{paper.place}  共 {len(paper.rows)} 行", room, most=17, least=11, bold=True, rows=1
    )
    page.text(LEFT, 47.5, f"第 {number} 页,共 {last} 页", 14, bold=True)
    page.text(RIGHT - 33 - 4, 47.5, f"录入码 {paper.short_code}", 14, bold=True, align="right")
    page.text(RIGHT - 33 + wide / 2, 47.5, paper.spoken, 10, align="center")
    y = 58.0
    page.text(LEFT, y, "走访人", SIZE, bold=True)
    page.rule(LEFT + 15, y + 1, LEFT + 50, y + 1)
    draw(page, LEFT + 54, y, flow((_BEGAN,), _ROOM), {})
    page.text(LEFT + 131, y, "签名", SIZE, bold=True)
    page.rule(LEFT + 141, y + 1, RIGHT, y + 1)
    back = f"{short_moment(paper.back_by)} 前交回 {paper.return_to}"
    page.fitted(LEFT, 66, back, RIGHT - LEFT, most=SIZE, least=9, bold=True, rows=1)


def _row(page: Page, y: float, row: RoundRow, paper: RoundFields, pieces: list[Piece]) -> None:
    high = _height(pieces)
    page.frame(LEFT, y, RIGHT - LEFT, high, thick=0.4)
    page.rule(LEFT + _WHO, y, LEFT + _WHO, y + high, thick=0.2)
    page.text(LEFT + 2, y + 8.2, str(row.number), 20, bold=True)
    page.text(LEFT + _WHO - 2, y + 8.2, row.who, 15, align="right")
    page.fitted(LEFT + 2, y + 16, row.door, _WHO - 4, most=18, least=SIZE, bold=True, down=True)
    x = LEFT + _WHO + 3
    if row.done:
        page.text(x, y + 8.2, row.done, 15, gray=0.35)
        return
    draw(page, x, y + 7.2, pieces, row.known)
    below = y + 7.2 + lines_of(pieces) * LINE
    page.rule(LEFT + _WHO, below - 6, RIGHT, below - 6, thick=0.12, gray=0.5)
    asked = Box(key="", title="没办成", kind="ticks", choices=paper.not_done)
    draw(page, x, below, flow((asked,), _ROOM), {})


def _foot(page: Page, paper: RoundFields, number: int, last: int) -> None:
    page.rule(LEFT, 268, RIGHT, 268, thick=0.15, gray=0.4)
    y = page.paragraph(LEFT, 273, paper.purpose, RIGHT - LEFT, 9)
    page.paragraph(LEFT, y, paper.keep, RIGHT - LEFT, 9)
    page.text(LEFT, 289.5, f"{paper.number}    第 {number} 页,共 {last} 页", 7.5, gray=0.35)
    made = f"开表 {moment(paper.issued_at)} {paper.issued_by}"
    page.text(RIGHT, 289.5, made, 7.5, gray=0.35, align="right")
