"""The notice to an isolated household (居家隔离医学观察告知书), with every field of annex 9-4 of the national guide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.base.clock import local
from linli.codes import fonts, letter
from linli.codes.letter import Mark
from linli.codes.page import LEFT, RIGHT, Page

_GAP = 6.0
_HALF = (RIGHT - LEFT - _GAP) / 2
_SECOND = LEFT + _HALF + _GAP
_DOOR = 50.0
"""Room for the code of the dwelling beside the period."""


@dataclass(frozen=True)
class Helper:
    """Somebody who looks after the household: what they are, their name, the number to call."""

    role: tuple[str, str]
    name: str = ""
    phone: str = ""


Strokes = Sequence[Sequence[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class NoticeFields:
    """What the notice says: 姓名 性别 电话 证件 住址 单位, the period, the rules, two names to call.

    `first_day` and `last_day` are the period as the pack computed it, `rules` its wording. The paper is handed
    to the person it is about: whether `identity` is in clear is the pack's choice. An empty text leaves a line.
    With `helpers` (at most six) they stand in the place of the two contacts. `signature` is drawn on a sheet of
    600 × 200, `signed` says how and when; both are empty on a paper that is still to be signed. `door_url` is the code
    of the dwelling for whoever comes to the door, `door_code` the same to be typed.
    """

    community: str
    number: str
    issued_at: datetime
    name: str
    sex: str
    phone: str
    identity: str
    address: str
    employer: str
    employer_contact: str
    employer_phone: str
    first_day: date
    last_day: date
    rules: tuple[str, ...]
    street_cadre: str
    street_cadre_phone: str
    grid_worker: str
    grid_worker_phone: str
    title: str = "居家隔离医学观察告知书"
    helpers: tuple[Helper, ...] = ()
    signature: Strokes = ()
    signed: str = ""
    mark: Mark | None = None
    door_url: str = ""
    door_code: str = ""


def household_notice(paper: NoticeFields) -> bytes:
    """The notice as PDF; the same bytes for the same fields.

    Raises ValueError for a period that ends before it begins, or rules too long for the page.
    """
    if paper.last_day < paper.first_day:
        raise ValueError("the period ends before it begins")
    page = Page(at=paper.issued_at, title=f"{paper.title} {paper.number}", author=paper.community)
    letter.begin(
        page,
        title=paper.title,
        english="Notice to the household",
        issuer=paper.community,
        number=paper.number,
        mark=paper.mark,
    )
    _person(page, paper)
    _period(page, paper)
    _rules(page, paper.rules)
    _contacts(page, paper)
    _receipt(page, paper)
    return letter.end(page, number=paper.number, issued_at=paper.issued_at, purpose="一式两份")


def unprintable(paper: NoticeFields) -> list[str]:
    """Characters of the notice that no font has: printed as boxes with their number; tell the issuer."""
    said = [value for value in vars(paper).values() if isinstance(value, str)]
    named = [part for helper in paper.helpers for part in (helper.name, helper.phone)]
    return fonts.missing("".join([*said, *paper.rules, *named]))


def _person(page: Page, paper: NoticeFields) -> None:
    page.field(LEFT, 55, _HALF, ("姓名", "Name"), paper.name, size=18, bold=True)
    page.field(_SECOND, 55, 20, ("性别", "Sex"), paper.sex)
    page.field(_SECOND + 24, 55, _HALF - 24, ("联系电话", "Phone"), paper.phone)
    page.field(LEFT, 71, _HALF, ("证件号码", "Identity number"), paper.identity)
    page.field(_SECOND, 71, _HALF, ("居住地址", "Address"), paper.address)
    page.field(LEFT, 87, _HALF, ("所在单位", "Employer"), paper.employer)
    page.field(_SECOND, 87, 30, ("单位联系人", "Contact"), paper.employer_contact)
    page.field(_SECOND + 34, 87, _HALF - 34, ("单位联系方式", "Phone"), paper.employer_phone)


def _period(page: Page, paper: NoticeFields) -> None:
    page.frame(LEFT, 101, RIGHT - LEFT, 22, thick=0.7)
    page.label(LEFT + 6, 108, "观察期", "Period of observation")
    words = f"{letter.day(paper.first_day)} — {letter.day(paper.last_day)}"
    wide = RIGHT - LEFT - 12
    if paper.door_url:
        wide -= _DOOR
        page.qr(RIGHT - 21.5, 101.5, paper.door_url, across=21)
        page.label(RIGHT - 6 - _DOOR + 4, 108, "上门扫这里", "At the door")
        page.text(RIGHT - 6 - _DOOR + 4, 115, paper.door_code, 10, bold=True)
    page.fitted(LEFT + 6, 118.5, words, wide, most=24, least=12, bold=True, rows=1)


def _rules(page: Page, rules: tuple[str, ...]) -> None:
    """Numbered, as large as all of them fit between the period and the contacts."""
    page.label(LEFT, 131, "规定", "Rules")
    size = next((size for size in (13, 12, 11, 10, 9, 8) if _rules_end(rules, size) <= 214), None)
    if size is None:
        raise ValueError("the rules are too long for one page")
    y = 138.5
    for index, rule in enumerate(rules, start=1):
        page.text(LEFT, y, f"{index}", size, bold=True)
        y = page.paragraph(LEFT + 8, y, rule, RIGHT - LEFT - 8, size) + size * 0.18


def _rules_end(rules: tuple[str, ...], size: float) -> float:
    high = sum(Page.paragraph_height(rule, RIGHT - LEFT - 8, size) + size * 0.18 for rule in rules)
    return 138.5 + high


def _contacts(page: Page, paper: NoticeFields) -> None:
    page.rule(LEFT, 216, RIGHT, 216, gray=0.5)
    if paper.helpers:
        _helpers(page, paper.helpers)
        return
    page.field(LEFT, 223, _HALF, ("街道(镇)干部", "Street cadre"), paper.street_cadre)
    page.field(_SECOND, 223, _HALF, ("联系方式", "Phone"), paper.street_cadre_phone, size=14, bold=True)
    page.field(LEFT, 237, _HALF, ("社工(网格员)", "Grid worker"), paper.grid_worker)
    page.field(_SECOND, 237, _HALF, ("联系方式", "Phone"), paper.grid_worker_phone, size=14, bold=True)


def _helpers(page: Page, helpers: tuple[Helper, ...]) -> None:
    """Two columns of three: role, name, and the number as large as the room allows."""
    for index, helper in enumerate(helpers[:6]):
        x, y = (LEFT, _SECOND)[index % 2], 221 + index // 2 * 11
        page.label(x, y, *helper.role)
        if not helper.name:
            page.rule(x, y + 6, x + _HALF * 0.85, y + 6, thick=0.15)
            continue
        page.fitted(x, y + 5.5, helper.name, 28, most=11, least=8, rows=1)
        page.fitted(x + 30, y + 5.5, helper.phone, _HALF - 30, most=12, least=9, rows=1, bold=True)


def _receipt(page: Page, paper: NoticeFields) -> None:
    if paper.signed:
        page.text(LEFT, 262, "对象签收", 9)
        page.drawing(LEFT + 16, 252, 45, paper.signature)
        page.text(LEFT, 270, paper.signed, 8, gray=0.3)
    else:
        page.signature_line(LEFT, 262, _HALF + 6, "对象签收")
    page.stamp_place(166, 263.5, words="社区盖章")
    page.fitted(166, 264, paper.community, 46, most=9.5, least=9, align="center")
    page.text(166, 270, letter.day(local(paper.issued_at)), 10, align="center")
