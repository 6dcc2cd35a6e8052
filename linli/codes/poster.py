"""The poster of a venue (场所码海报), A4 or A5: its name, a QR as large as the page, the rule, who checks, what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Literal

from linli.codes import fonts
from linli.codes.letter import day
from linli.codes.lines import width
from linli.codes.page import Page

Size = Literal["a4", "a5"]

MOST = 200
"""Posters in one file."""

_SCALE: dict[Size, float] = {"a4": 1.0, "a5": 148 / 210}
_MIDDLE, _LEFT, _RIGHT = 105.0, 16.0, 194.0
_ROOM = _RIGHT - _LEFT
_ACROSS = 138.0
"""The QR of an A4 poster: read from two metres away; that of A5 from one and a half."""
_TOP = 55.0
_LABEL = 32.0


@dataclass(frozen=True, kw_only=True)
class PosterFields:
    """What the poster says. `url` is the QR's address, `host` the same in words, `rule` and `no_phone` the pack's.

    `short_code` is as printed, `spoken` as read aloud; `kept` says what is kept and for how long. An empty `checker`
    leaves a line to write on.
    """

    community: str
    phone: str
    name: str
    address: str
    url: str
    host: str
    short_code: str
    spoken: str
    checker: str
    rule: str
    no_phone: str
    kept: str
    issued_at: datetime


def venue_poster(paper: PosterFields, size: Size = "a4") -> bytes:
    """The poster as PDF; the same bytes for the same fields."""
    return venue_posters([paper], size)


def venue_posters(papers: list[PosterFields], size: Size = "a4") -> bytes:
    """A page each, in one file. Raises ValueError for none or for more than MOST."""
    if not 1 <= len(papers) <= MOST:
        raise ValueError(f"a file holds 1 to {MOST} posters")
    first = papers[0]
    title = f"场所码 {first.name}" if len(papers) == 1 else f"场所码 {len(papers)}张"
    page = Page(at=first.issued_at, title=title, author=first.community, small=size == "a5")
    for n, paper in enumerate(papers):
        if n:
            page.turn()
        _Poster(page, paper, _SCALE[size]).draw()
    return page.finish()


def unprintable(papers: Iterable[PosterFields]) -> list[str]:
    """Characters that no font has: printed as boxes with their number; tell whoever prints."""
    said = chain.from_iterable(vars(paper).values() for paper in papers)
    return fonts.missing("".join(value for value in said if isinstance(value, str)))


class _Poster:
    """One page. Everything is measured on A4 and drawn smaller on A5."""

    def __init__(self, page: Page, paper: PosterFields, scale: float) -> None:
        self.page, self.paper, self.scale = page, paper, scale

    def draw(self) -> None:
        self._head()
        self._code()
        self._facts()
        self._foot()

    def _text(
        self, y: float, text: str, *, most: float, least: float, bold: bool = False, rows: int = 1
    ) -> None:
        """Centred, as large as it fits."""
        s = self.scale
        self.page.fitted(
            _MIDDLE * s, y * s, text, _ROOM * s, most=most * s, least=least * s, bold=bold, rows=rows,
            align="center",
        )  # fmt: skip

    def _head(self) -> None:
        paper = self.paper
        self._text(17, paper.community, most=13, least=9)
        self._text(42, paper.name, most=46, least=18, bold=True, rows=2)
        self._text(54, "进门请扫码登记", most=24, least=18, bold=True)

    def _code(self) -> None:
        s, paper = self.scale, self.paper
        # The symbol is cut to whole dots of a printer: it is centred as it will be, not as it was asked for.
        wide = self._qr_width()
        self.page.qr(_MIDDLE * s - wide / 2, _TOP * s, paper.url, across=_ACROSS * s)
        below = _TOP + _ACROSS + 8
        self._text(below, paper.short_code, most=30, least=20, bold=True)
        self._text(below + 7, f"编码读作 {paper.spoken}", most=11, least=8)
        self._text(
            below + 13.5, f"扫出来的网址应是 {paper.host},不是就别填,告诉社区", most=11, least=8, bold=True
        )

    def _qr_width(self) -> float:
        s = self.scale
        trial = Page(at=self.paper.issued_at, title="", author="", small=s < 1)
        return trial.qr(0, 0, self.paper.url, across=_ACROSS * s)

    def _facts(self) -> None:
        paper, y = self.paper, 224.0
        self._rule(y - 6)
        y = self._fact(y, "规定", paper.rule)
        y = self._fact(y, "没带手机", paper.no_phone)
        y = self._fact(y, "记录", paper.kept)
        self._fact(y, "核验人", paper.checker or "________________", bold=True)
        self._word(y)

    def _fact(self, y: float, label: str, text: str, *, bold: bool = False) -> float:
        s = self.scale
        self.page.text(_LEFT * s, y * s, label, 12 * s, bold=True)
        return (
            self.page.paragraph(
                (_LEFT + _LABEL - 8) * s, y * s, text, (_ROOM - _LABEL + 8) * s, 12 * s, bold=bold
            )
            / s
            + 1.2
        )

    def _word(self, y: float) -> None:
        """Where the shop writes the day's two digits, for whoever scans on the spot."""
        s = self.scale
        words = "今日口令(店家每天写)"
        self.page.text((_RIGHT - 28) * s, y * s, words, 11 * s, align="right")
        self.page.frame((_RIGHT - 25) * s, (y - 8) * s, 25 * s, 12 * s, thick=0.5)

    def _foot(self) -> None:
        s, paper = self.scale, self.paper
        self._rule(281)
        said = [paper.address, f"有事打 {paper.phone}" if paper.phone else "", f"{day(paper.issued_at)}发码"]
        line = "    ".join(part for part in said if part)
        size = min(9.0 * s, 9.0 * s * _ROOM * s / max(width(line, 9.0 * s), 1))
        self.page.text(_MIDDLE * s, 286.5 * s, line, size, gray=0.3, align="center")

    def _rule(self, y: float) -> None:
        s = self.scale
        self.page.rule(_LEFT * s, y * s, _RIGHT * s, y * s, thick=0.4)
