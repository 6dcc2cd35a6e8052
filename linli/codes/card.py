"""The card of a resident without a phone (扫码卡): ten of the size of a bank card on a sheet of A4, to be cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.codes.letter import day
from linli.codes.page import Page

WIDE, HIGH = 85.6, 54.0
"""Millimetres of a bank card (ISO/IEC 7810 ID-1)."""
ACROSS = 36.0
"""The QR: read at arm's length by a counter's phone."""
COLUMNS, ROWS = 2, 5
MOST = 200
"""Cards in one file."""

_LEFT, _TOP = (210 - COLUMNS * WIDE) / 2, (297 - ROWS * HIGH) / 2
_GAP = 4.0


@dataclass(frozen=True, kw_only=True)
class CardFields:
    """What one card says. `name` is masked: whoever finds the card reads no full one. `url` is the QR's address."""

    community: str
    phone: str
    name: str
    url: str
    short_code: str
    issued_at: datetime


def resident_cards(cards: Sequence[CardFields], *, at: datetime) -> bytes:
    """Ten to a sheet, in one file. Raises ValueError for none or for more than MOST."""
    if not 1 <= len(cards) <= MOST:
        raise ValueError(f"a file holds 1 to {MOST} cards")
    page = Page(at=at, title=f"扫码卡 {len(cards)}张", author=cards[0].community)
    for n, card in enumerate(cards):
        place = n % (COLUMNS * ROWS)
        if n and not place:
            page.turn()
        _draw(page, card, _LEFT + place % COLUMNS * WIDE, _TOP + place // COLUMNS * HIGH)
    return page.finish()


def _draw(page: Page, card: CardFields, x: float, y: float) -> None:
    page.frame(x, y, WIDE, HIGH, thick=0.1, gray=0.6)
    page.qr(x + _GAP / 2, y + 5, card.url, across=ACROSS)
    page.text(x + _GAP / 2 + ACROSS / 2, y + 47, card.short_code, 15, bold=True, align="center")
    left, room = x + ACROSS + _GAP, WIDE - ACROSS - 2 * _GAP
    page.fitted(left, y + 10, card.community, room, most=10, least=7, rows=1)
    page.fitted(left, y + 21, card.name, room, most=20, least=12, bold=True, rows=1)
    after = page.paragraph(left, y + 29, "没带手机:给门口的核验人扫一扫,就登记好了。", room, 9)
    page.paragraph(left, after, "丢了打社区电话换新的,旧的马上不能用。", room, 8, gray=0.3)
    foot = "  ".join(part for part in (card.phone, f"{day(card.issued_at)}发") if part)
    page.fitted(left, y + 50, foot, room, most=8, least=6, rows=1, gray=0.3)
