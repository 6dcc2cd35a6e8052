"""The card of a resident: ten on a sheet, each read by two decoders at 150 dpi; nothing on it names anybody in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp

from linli.codes.address import card_url
from linli.codes.card import MOST, CardFields, resident_cards
from linli.codes.token import new_token

AT = datetime(2022, 4, 16, 17, 10, tzinfo=UTC)
CARD = CardFields(
    community="香阅四季社区",
    phone="0355-9990001",
    name="陆*禾",
    url=card_url("7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"),
    short_code="7A3K-9F4J",
    issued_at=AT,
)


def test_twelve_cards_are_two_sheets_and_every_one_is_read() -> None:
    cards = [replace(CARD, url=card_url(new_token())) for _ in range(12)]
    sheets = pdfium.PdfDocument(resident_cards(cards, at=AT))
    assert len(sheets) == 2
    read, opencv = [], cv2.QRCodeDetector()
    for sheet in sheets:
        seen = np.ascontiguousarray(sheet.render(scale=150 / 72, grayscale=True).to_numpy().squeeze())
        found = zxingcpp.read_barcodes(seen)
        read += [one.text for one in found]
        first = found[0].position.top_left
        piece = seen[max(first.y - 40, 0) : first.y + 260, max(first.x - 40, 0) : first.x + 260]
        assert opencv.detectAndDecode(np.ascontiguousarray(piece))[0] in read
    assert sorted(read) == sorted(card.url for card in cards)
    words = sheets[0].get_textpage().get_text_range()
    assert words.count("陆*禾") == words.count("7A3K-9F4J") == 10


@pytest.mark.parametrize("n", [0, MOST + 1])
def test_no_card_and_too_many_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="cards"):
        resident_cards([CARD] * n, at=AT)
