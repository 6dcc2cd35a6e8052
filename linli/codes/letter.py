"""What every paper of the office begins with: issuer, number, title; and how it writes days and hours."""

from datetime import date, datetime
from typing import Literal

from linli.base.clock import local
from linli.codes.page import LEFT, RIGHT, Page

Mark = Literal["void", "specimen"]
"""Pale words across the page: a paper that was withdrawn, or one that was never meant to be used."""

_MARKS: dict[Mark, str] = {"void": "作废 VOID", "specimen": "样张 SPECIMEN"}
_WEEKDAYS = "一二三四五六日"
_HAIR_SPACES = 2


def begin(page: Page, *, title: str, english: str, issuer: str, number: str, mark: Mark | None) -> None:
    """The upper 46 mm of a page; the mark goes below everything that follows."""
    if mark is not None:
        page.watermark(_MARKS[mark])
    page.fitted(LEFT, 17, issuer, 104, most=11, least=8, bold=True, rows=1)
    page.fitted(RIGHT, 17, f"编号 No. {number}", 66, most=11, least=7, bold=True, rows=1, align="right")
    page.rule(LEFT, 20.5, RIGHT, 20.5, thick=0.5)
    wide = (" " * _HAIR_SPACES).join(title) if len(title) <= 6 else title
    page.fitted(105, 37.5, wide, RIGHT - LEFT, most=36, least=18, bold=True, rows=1, align="center")
    page.text(105, 44.5, english, 10.5, gray=0.35, align="center")


def end(page: Page, *, number: str, issued_at: datetime, purpose: str) -> bytes:
    """The footer and the finished file."""
    page.footer(f"{number}    第 1 页,共 1 页", f"签发 {moment(issued_at)}    {purpose}".rstrip())
    return page.finish()


def moment(at: datetime) -> str:
    """2022年4月17日 01:10, as the community's wall clock shows it."""
    here = local(at)
    return f"{day(here)} {here:%H:%M}"


def short_moment(at: datetime) -> str:
    """4月17日 01:10."""
    here = local(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def day(on: date) -> str:
    """2022年4月17日."""
    return f"{on.year}年{on.month}月{on.day}日"


def weekday(at: datetime) -> str:
    """星期日, where the community is."""
    return f"星期{_WEEKDAYS[local(at).weekday()]}"
