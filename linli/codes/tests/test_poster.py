"""The poster is read by two decoders as it hangs: small, blurred, tilted, glared on; the word tells it from a photo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp

from linli.codes import poster
from linli.codes.address import said_by, venue_url
from linli.codes.paper import PosterFields, RegisterFields, hand_register, venue_poster, venue_posters
from linli.codes.poster import Size
from linli.codes.word import word_of

TOKEN = "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"
POSTER = PosterFields(
    community="香阅四季社区",
    phone="0355-9990001",
    name="惠民便利店(迎春苑东门)",
    address="迎春苑底商1号",
    url=f"https://linli.luzhou.changzhi.example.gov.cn/v/{TOKEN}/",
    host="linli.luzhou.changzhi.example.gov.cn",
    short_code="7A3K-9F4J",
    spoken="拐A三K,勾F四J",
    checker="申佳宁",
    rule="逢人必扫、逢扫必验。黄码、红码不进门,请留在原地,由核验人立即报告社区。",
    no_phone="同行的人可以替您登;出示纸质卡由店员扫;报手机号由店员登;都没有,写在登记表上。",
    kept="只记时间、地点、联系电话和看到的码色,30天后删除;店家查不到,扫卡时只显示遮住的名字。",
    issued_at=datetime(2022, 4, 16, 17, 10, tzinfo=UTC),
)
REGISTER = RegisterFields(
    community="香阅四季社区",
    venue=POSTER.name,
    short_code=POSTER.short_code,
    day=date(2022, 4, 17),
    pages=2,
    first_page=3,
    rule=POSTER.rule,
    kept=POSTER.kept,
    printed_at=POSTER.issued_at,
)


def render(pdf: bytes, dpi: int, number: int = 0) -> np.ndarray:
    page = pdfium.PdfDocument(pdf)[number]
    return np.asarray(page.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze().copy())


def read(pdf: bytes, number: int = 0) -> str:
    return re.sub(r"\s", "", pdfium.PdfDocument(pdf)[number].get_textpage().get_text_range())


def blurred(page: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(page, (0, 0), 1.5)


def tilted(page: np.ndarray) -> np.ndarray:
    turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), 12, 1)
    return cv2.warpAffine(page, turn, page.shape[::-1], borderValue=255)


def glared(page: np.ndarray) -> np.ndarray:
    """A tenth of the symbol's area under a lamp: black becomes a light grey there."""
    high, wide = page.shape
    side = round((0.1 * (0.5 * wide) ** 2) ** 0.5)
    top, left = round(0.36 * high), round(0.42 * wide)
    patch = page[top : top + side, left : left + side].astype(int) + 160
    page[top : top + side, left : left + side] = np.clip(patch, 0, 255)
    return page


def as_it_is(page: np.ndarray) -> np.ndarray:
    return page


@pytest.mark.parametrize("size", ["a4", "a5"])
@pytest.mark.parametrize("seen", [as_it_is, blurred, tilted, glared])
def test_two_decoders_read_the_poster_at_150_dpi(
    size: Size, seen: Callable[[np.ndarray], np.ndarray]
) -> None:
    page = np.ascontiguousarray(seen(render(venue_poster(POSTER, size), 150)))
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [POSTER.url]
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == POSTER.url


def test_the_qr_is_more_than_half_as_wide_as_the_page() -> None:
    page = render(venue_poster(POSTER), 150)
    _found, corners, _straight = cv2.QRCodeDetector().detectAndDecode(page)
    assert (corners[0][1][0] - corners[0][0][0]) / page.shape[1] > 0.5


@pytest.mark.parametrize("size", ["a4", "a5"])
def test_the_poster_says_what_a_visitor_must_know(size: Size) -> None:
    text = read(venue_poster(POSTER, size))
    said = [POSTER.name, "进门请扫码登记", POSTER.short_code, POSTER.spoken, POSTER.host, POSTER.checker]
    said += [POSTER.rule, POSTER.no_phone, POSTER.kept, POSTER.address, POSTER.phone, "今日口令"]
    assert [words for words in said if words not in text] == []
    assert pdfium.PdfDocument(venue_poster(POSTER, size))[0].get_size()[0] == pytest.approx(
        {"a4": 595.3, "a5": 419.5}[size], abs=0.1
    )


def test_a_long_name_with_a_rare_character_stays_on_the_page_and_none_is_lost() -> None:
    long = replace(
        POSTER,
        name="长治市潞州区五马街道香阅四季社区第二居民小组𠮷祥如意平价蔬菜水果肉类综合超市二十四小时店",
        checker="",
    )
    assert long.name in read(venue_poster(long))
    page = render(venue_poster(long), 100)
    page[20:-20, 20:-20] = 255
    assert (page < 128).sum() == 0
    assert poster.unprintable([replace(POSTER, name="张\U00030000")]) == ["\U00030000"]


def test_many_posters_are_one_file_a_page_each_and_the_same_bytes_again() -> None:
    papers = [replace(POSTER, name=f"店{n}") for n in range(3)]
    file = venue_posters(papers)
    assert [f"店{n}" in read(file, n) for n in range(3)] == [True] * 3
    assert venue_posters(papers) == file
    for wrong in ([], [POSTER] * 201):
        with pytest.raises(ValueError, match="1 to 200"):
            venue_posters(wrong)


def test_the_register_has_twenty_numbered_rows_on_each_page() -> None:
    file = hand_register(REGISTER)
    assert len(pdfium.PdfDocument(file)) == 2
    text = read(file, 1)
    assert [
        w for w in (POSTER.name, "第4页", "2022年4月17日", "手机号", "7A3K-9F4J", "30天") if w not in text
    ] == []
    assert all(str(n) in text for n in range(1, 21))
    with pytest.raises(ValueError, match="pages"):
        hand_register(replace(REGISTER, pages=21))


def test_the_word_changes_with_day_and_code_and_needs_the_house(settings: object) -> None:
    first = date(2022, 4, 16)
    words = [word_of(TOKEN, first + timedelta(days=n)) for n in range(200)]
    assert all(re.fullmatch(r"\d\d", word) for word in words)
    assert len(set(words)) > 60
    assert words[0] == word_of(TOKEN, first)
    before = words[:20]
    settings.SECRET_KEY = "another house"  # type: ignore[attr-defined]
    assert [word_of(TOKEN, first + timedelta(days=n)) for n in range(20)] != before


@pytest.mark.parametrize(
    ("scanned", "said"),
    [
        (f"https://linli.example.org/v/{TOKEN}/", TOKEN),
        (f" http://127.0.0.1:8000/q/{TOKEN} ", TOKEN),
        (f"https://linli.example.org/c/{TOKEN}#5676", TOKEN),
        ("7A3K-9F4J", "7A3K-9F4J"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (f"https://a.example/v/{TOKEN}/x", f"https://a.example/v/{TOKEN}/x"),
    ],
)
def test_a_scanned_address_is_its_token(scanned: str, said: str) -> None:
    assert said_by(scanned) == said
    assert said_by(venue_url(TOKEN)) == TOKEN
