"""The hand register of a venue (手工登记表): numbered rows for whoever has no phone, typed in later at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from linli.codes.boxes import Box, Piece, draw, flow
from linli.codes.letter import day, moment
from linli.codes.page import LEFT, RIGHT, Page

ROWS = 20
"""Rows of a page: large enough for a thick pen, and a page is a clipboard's."""
MOST_PAGES = 20

_TOP, _HIGH, _FIRST = 66.0, 10.5, 12.0
_COLUMNS = (
    ("时间", Box(key="time", title="", kind="digits", digits="00:00")),
    ("手机号", Box(key="phone", title="", kind="digits", digits="00000000000")),
    ("人数", Box(key="heads", title="", kind="digits", digits="00")),
    ("码不是绿的打勾", Box(key="colour", title="", kind="ticks", choices=("黄", "红"))),
)
"""What a row asks. No name: the number is by what somebody is reached when it matters; without one the heads count."""


@dataclass(frozen=True, kw_only=True)
class RegisterFields:
    """What the sheet says. `pages` are numbered from `first_page`; `day` is the day it is for. Times are aware."""

    community: str
    venue: str
    short_code: str
    day: date
    pages: int = 1
    first_page: int = 1
    rule: str
    kept: str
    printed_at: datetime


def hand_register(paper: RegisterFields) -> bytes:
    """The sheets as PDF; the same bytes for the same fields. Raises ValueError for no page or too many."""
    if not 1 <= paper.pages <= MOST_PAGES:
        raise ValueError(f"1 to {MOST_PAGES} pages at once")
    page = Page(at=paper.printed_at, title=f"手工登记表 {paper.venue}", author=paper.community)
    pieces = flow(tuple(box for _title, box in _COLUMNS), RIGHT - LEFT - _FIRST - 4)
    for n in range(paper.pages):
        if n:
            page.turn()
        _head(page, paper, paper.first_page + n)
        _titles(page, pieces)
        for row in range(ROWS):
            _row(page, row, pieces)
        _foot(page, paper)
    return page.finish()


def _head(page: Page, paper: RegisterFields, number: int) -> None:
    page.text(LEFT, 16, paper.community, 11)
    page.text(RIGHT, 16, f"场所编码 {paper.short_code}", 11, align="right")
    page.fitted(
        LEFT, 29, f"手工登记表  {paper.venue}", RIGHT - LEFT - 40, most=22, least=13, bold=True, rows=1
    )
    page.text(RIGHT, 29, f"第 {number} 页", 18, bold=True, align="right")
    page.text(LEFT, 40, day(paper.day), 16, bold=True)
    page.text(LEFT + 52, 40, "核验人", 12, bold=True)
    page.rule(LEFT + 67, 41, LEFT + 115, 41)
    page.text(RIGHT, 40, "没有手机号的,手机号留空,写人数", 10, align="right")
    page.paragraph(LEFT, 47.5, paper.rule, RIGHT - LEFT, 9.5)


def _titles(page: Page, pieces: list[Piece]) -> None:
    """Over each column what it is, where its first piece begins."""
    starts = {piece.key: piece.x for piece in reversed(pieces)}
    for title, box in _COLUMNS:
        page.text(LEFT + _FIRST + 3 + starts[box.key], _TOP - 2, title, 11, bold=True)


def _row(page: Page, row: int, pieces: list[Piece]) -> None:
    y = _TOP + row * _HIGH
    page.frame(LEFT, y, RIGHT - LEFT, _HIGH, thick=0.3)
    page.text(LEFT + _FIRST / 2, y + 7.4, str(row + 1), 14, bold=True, align="center")
    draw(page, LEFT + _FIRST + 2, y + 7.2, pieces, {})


def _foot(page: Page, paper: RegisterFields) -> None:
    page.paragraph(LEFT, 280, paper.kept, RIGHT - LEFT, 9)
    page.text(RIGHT, 290.5, f"打印 {moment(paper.printed_at)}", 7.5, gray=0.35, align="right")
