"""A run of cards: every code is read by two decoders, every name can be copied, nothing personal stands beside them."""

from __future__ import annotations

import io
import re
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import segno
import zxingcpp

from linli.codes.cards.front import LEAST, NARROWEST, Words, fitted
from linli.codes.cards.ink import Ink
from linli.codes.cards.layout import LAYOUTS, Kind
from linli.codes.cards.order import Card, in_order
from linli.codes.cards.symbol import Symbols
from linli.codes.cards.writing import Run, write
from linli.codes.token import grouped, new_short_code, new_token

ADDRESS = "https://linli.example.cn/p#"
RUN = Run(
    kind="card",
    address=ADDRESS,
    words=Words(community="香阅四季社区", phone="0355-9990001"),
    title="扫码卡 第1批",
    made_at=datetime(2022, 4, 14, 4, 30, tzinfo=UTC),
)
NAMES = (
    "陆青禾",
    "𠮷野丽",
    "温𡈽",
    "欧阳㛃",
    "阿卜杜热合曼·买买提艾力江",
    "Christopher Alexander Bartholomew",
    "李",
)


def card(n: int, name: str = "") -> Card:
    place = ("迎春苑", f"{n // 60 + 1}号楼", f"{n % 60 // 20 + 1}单元", f"{100 + n % 20 // 3}")
    return Card(new_token(), new_short_code(), name or NAMES[n % len(NAMES)], place, n % 3)


def printed(run: Run, cards: list[Card]) -> bytes:
    file = io.BytesIO()
    write(file, run, cards)
    return file.getvalue()


def rendered(pdf: bytes, number: int, dpi: int = 150) -> np.ndarray:
    page = pdfium.PdfDocument(pdf)[number]
    return np.asarray(page.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze().copy())


def as_it_is(page: np.ndarray) -> np.ndarray:
    return page


def worn(page: np.ndarray) -> np.ndarray:
    """Blurred, tilted by 15 degrees, and a light spot on a tenth of every symbol."""
    high, wide = page.shape
    for found in zxingcpp.read_barcodes(page):
        p = found.position
        side = p.bottom_right.x - p.top_left.x
        spot = round((0.1 * side * side) ** 0.5)
        x, y = p.top_left.x + round(0.45 * side), p.top_left.y + round(0.4 * side)
        page[y : y + spot, x : x + spot] = np.clip(page[y : y + spot, x : x + spot].astype(int) + 160, 0, 255)
    page = cv2.GaussianBlur(page, (0, 0), 1.2)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), 15, 0.8)
    return cv2.warpAffine(page, turn, (wide, high), borderValue=255)


def decoded(pdf: bytes, seen: Callable[[np.ndarray], np.ndarray]) -> list[str]:
    """What every symbol says, page by page."""
    pages = (np.ascontiguousarray(seen(rendered(pdf, n))) for n in range(len(pdfium.PdfDocument(pdf))))
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("kind", ["card", "small", "badge", "household"])
def test_every_code_of_a_run_is_read_at_150_dpi(kind: Kind) -> None:
    cards = [card(n) for n in range(60)]
    found = decoded(printed(replace(RUN, kind=kind), cards), as_it_is)
    assert sorted(found) == sorted(ADDRESS + c.token for c in cards)


def test_99_of_100_are_read_blurred_tilted_and_glared_on() -> None:
    cards = [card(n) for n in range(300)]
    found = decoded(printed(RUN, cards), worn)
    assert len(set(found) & {ADDRESS + c.token for c in cards}) >= 297


def test_a_second_decoder_reads_them_one_by_one() -> None:
    cards, layout = [card(n) for n in range(10)], LAYOUTS["card"]
    page = rendered(printed(replace(RUN, lists=False), cards), 0, 200)
    scale, high = 200 / 25.4, page.shape[0]
    said = []
    for place in range(layout.up):
        x, y = layout.corner(place)
        top, left = high - round((y + layout.high) * scale), round(x * scale)
        piece = page[top : top + round(layout.high * scale), left : left + round(42 * scale)]
        said.append(cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(piece))[0])
    assert said == [ADDRESS + c.token for c in cards]


@pytest.mark.parametrize(
    ("address", "level"),
    [
        ("https://linli.example.cn/p#", "Q"),
        ("https://linli.luzhou.example.cn/p#", "Q"),
        ("https://linli.luzhou.changzhi.example.gov.cn/p#", "M"),
    ],
)
def test_a_symbol_is_what_an_encoder_of_one_by_one_makes(address: str, level: str) -> None:
    symbols = Symbols(address)
    head = [(symbols.address, segno.consts.MODE_BYTE)]
    if symbols.address != address:
        head = [(symbols.address[:-1], segno.consts.MODE_ALPHANUMERIC), ("#", segno.consts.MODE_BYTE)]
    for token in (new_token() for _ in range(20)):
        rows, parts = symbols.of(token), [*head, (token, segno.consts.MODE_ALPHANUMERIC)]
        drawn = [bytes(rows[5 * r + c // 8] >> 7 - c % 8 & 1 for c in range(33)) for r in range(33)]
        ways = [
            segno.make(parts, error=level.lower(), version=4, mask=mask, boost_error=False, micro=False)
            for mask in range(8)
        ]
        assert drawn in [[bytes(row) for row in way.matrix] for way in ways]
    assert symbols.level == level


def test_a_host_too_long_for_a_card_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        Symbols(f"https://{'a' * 60}.cn/p#")


def text_of(pdf: bytes) -> str:
    file = pdfium.PdfDocument(pdf)
    return "".join(re.sub(r"\s", "", file[n].get_textpage().get_text_range()) for n in range(len(file)))


@pytest.mark.parametrize("kind", ["card", "badge", "household"])
def test_names_doors_and_codes_can_be_copied_rare_ones_too(kind: Kind) -> None:
    cards = [card(n) for n in range(20)]
    text = text_of(printed(replace(RUN, kind=kind, lists=False), cards))
    said = [c.name.replace(" ", "") for c in cards] + [grouped(c.short_code) for c in cards]
    assert [words for words in (*said, "0355-9990001") if words not in text] == []


def test_before_a_building_lie_its_name_and_a_list_of_every_card_with_its_sheet() -> None:
    cards = in_order(card(n) for n in range(61))
    file = pdfium.PdfDocument(printed(RUN, cards))
    pages = [re.sub(r"\s", "", file[n].get_textpage().get_text_range()) for n in range(len(file))]
    assert len(pages) == 1 + 1 + 6 + 1 + 1 + 1
    assert "迎春苑1号楼60张卡·21户·6张纸·第1摞" in pages[0]
    assert [c.short_code for c in cards[:60] if grouped(c.short_code) not in pages[1]] == []
    assert pages[1].count("纸") >= 60
    assert "迎春苑2号楼1张卡" in pages[8]


def test_the_file_says_nothing_of_anybody_but_on_its_pages() -> None:
    cards = [card(0, "陆青禾")]
    pdf = printed(RUN, cards)
    said = pdfium.PdfDocument(pdf).get_metadata_dict(skip_empty=True)
    assert said == {"Title": "扫码卡 第1批", "Producer": "linli", "CreationDate": "D:20220414043000Z"}
    for secret in ("陆青禾", cards[0].token, cards[0].short_code):
        assert secret.encode() not in pdf
        assert secret.encode("utf-16-be").hex() not in pdf.decode("latin-1").lower()
    drawn = [zlib.decompress(raw) for raw in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)]
    bare = [
        re.sub(rb"ID .{165} EI", b"", raw, flags=re.DOTALL)
        for raw in drawn
        if raw.startswith((b"/Marks", b"BT"))
    ]
    assert len(bare) >= 4
    assert [raw for raw in bare if re.search(rb" (rg|RG|k|K|g|G|sc|scn|cs)\s", raw)] == []
    assert printed(RUN, cards) == pdf


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("李", ("李",)),
        ("陆青禾", ("陆青禾",)),
        ("古丽娜尔·阿卜杜热依木", ("古丽娜尔·", "阿卜杜热依木")),
        ("阿卜杜热合曼·买买提艾力江", ("阿卜杜热合曼·", "买买提艾力江")),
    ],
)
def test_a_long_name_is_broken_after_its_dot_and_never_below_14_points(
    name: str, rows: tuple[str, ...]
) -> None:
    found = fitted(Ink(), name, 41)
    assert (found.rows, found.size >= LEAST, found.squeeze) == (rows, True, 1.0)


def test_a_name_without_end_is_squeezed_then_cut_and_stays_within_its_room() -> None:
    ink = Ink()
    for name in ("买" * 12, "买" * 60, "W" * 50, "·".join(["阿卜杜热合曼江别克"] * 6)):
        found = fitted(ink, name, 41)
        assert len(found.rows) <= 3
        assert max(ink.width(row, found.size, bold=True) for row in found.rows) * found.squeeze <= 41.01
        assert found.squeeze >= NARROWEST
        assert "".join(found.rows).rstrip("…") == name[: len("".join(found.rows).rstrip("…"))]


def test_a_character_no_font_has_is_a_box_and_can_still_be_copied() -> None:
    assert "张\U00030000" in text_of(printed(replace(RUN, lists=False), [card(0, "张\U00030000")]))


def test_memory_does_not_grow_with_the_number_of_cards() -> None:
    class Nowhere(io.BytesIO):
        def write(self, raw: object) -> int:
            return len(raw)  # type: ignore[arg-type]

    def peak(count: int) -> int:
        tracemalloc.start()
        write(Nowhere(), RUN, (card(n) for n in range(count)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(60)
    assert peak(1800) < 1.15 * peak(600)
