"""The release note (解除通知单): one page that says that somebody's isolation is over, signed, for the gate to check."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from linli.base.clock import local
from linli.codes import fonts, letter
from linli.codes.letter import Mark
from linli.codes.page import LEFT, RIGHT, Page

_IN_CLEAR = re.compile(r"\d{15}|\d{17}[\dXx]")
_GAP = 6.0
_HALF = (RIGHT - LEFT - _GAP) / 2
_SECOND = LEFT + _HALF + _GAP


@dataclass(frozen=True, kw_only=True)
class ReleaseFields:
    """What a release note says: who, which period under which measure, the last test, and who let out.

    `identity` is masked (linli.base.masks). `check_url` is the whole content of the QR, `check_page` the address a
    person types, `short_code` the code as printed. An empty text leaves a line to write on.
    """

    community: str
    street: str
    number: str
    issued_at: datetime
    name: str
    identity: str
    address: str
    measure: str
    first_day: date
    last_day: date
    last_test: str
    handler: str
    phone: str
    check_url: str
    check_page: str
    short_code: str
    mark: Mark | None = None


def release_note(paper: ReleaseFields) -> bytes:
    """The note as PDF; the same bytes for the same fields.

    Raises ValueError if the identity number is not masked, or for a period that ends before it begins.
    """
    if _IN_CLEAR.search(paper.identity):
        raise ValueError("an identity number on a release note is masked")
    if paper.last_day < paper.first_day:
        raise ValueError("the period ends before it begins")
    page = Page(at=paper.issued_at, title=f"解除通知单 {paper.number}", author=paper.community)
    letter.begin(
        page,
        title="解除通知单",
        english="Release from isolation",
        issuer=paper.community,
        number=paper.number,
        mark=paper.mark,
    )
    _says(page, paper)
    _details(page, paper)
    _check(page, paper)
    return letter.end(page, number=paper.number, issued_at=paper.issued_at, purpose="一式两份")


def unprintable(paper: ReleaseFields) -> list[str]:
    """Characters of the note that no font has: printed as boxes with their number; tell the issuer."""
    return fonts.missing("".join(value for value in vars(paper).values() if isinstance(value, str)))


def _says(page: Page, paper: ReleaseFields) -> None:
    page.frame(LEFT, 52, RIGHT - LEFT, 46, thick=0.7)
    page.fitted(LEFT + 6, 66, paper.name, RIGHT - LEFT - 12, most=30, least=16, bold=True, rows=1)
    period = f"{letter.day(paper.first_day)} — {letter.day(paper.last_day)}"
    page.fitted(LEFT + 6, 78, period, RIGHT - LEFT - 12, most=18, least=12, rows=1)
    words = f"{paper.measure}期满,核对无异常,现予解除。"
    page.fitted(LEFT + 6, 90, words, RIGHT - LEFT - 12, most=16, least=10, rows=1)


def _details(page: Page, paper: ReleaseFields) -> None:
    grid = (
        (("证件号码", "Identity number"), paper.identity, ("居住地址", "Address"), paper.address),
        (("最后一次检测", "Last test"), paper.last_test, ("经办人", "Handled by"), paper.handler),
    )
    for row, (label, value, second_label, second) in enumerate(grid):
        page.field(LEFT, 112 + row * 18, _HALF, label, value, size=13)
        page.field(_SECOND, 112 + row * 18, _HALF, second_label, second, size=13)


def _check(page: Page, paper: ReleaseFields) -> None:
    page.rule(LEFT, 158, RIGHT, 158, thick=0.2, gray=0.5)
    wide = page.qr(LEFT - 2.4, 164, paper.check_url, across=50)
    x = LEFT + wide + 2
    page.text(x, 172, "查验", 11, bold=True)
    page.text(x + 10, 172, "How to check", 8, gray=0.3)
    page.text(x, 183, paper.short_code, 18, bold=True)
    y = 190.0
    for line in (
        "扫码,看网页显示有效。",
        f"或在 {paper.check_page} 输入编码。",
        f"电话核实:{paper.phone}",
    ):
        y = page.paragraph(x, y, line, RIGHT - x, 9) + 1
    page.signature_line(LEFT, 240, _HALF, "医务人员")
    page.signature_line(_SECOND, 240, _HALF, "网格长")
    page.stamp_place(166, 262, words="社区盖章")
    page.fitted(166, 263, paper.community, 46, most=9.5, least=9, align="center")
    page.text(166, 269, letter.day(local(paper.issued_at)), 10, align="center")
