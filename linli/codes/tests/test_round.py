"""A round sheet: every row on it in large print, boxes where somebody writes, and on each page a QR two decoders read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp

from linli.codes.boxes import SIZE, Box, flow, lines_of
from linli.codes.paper import RoundFields, RoundRow, round_sheet
from linli.codes.round import MOST_PAGES, most_rows, rows_on_a_page
from linli.codes.tests.examples import AT, TOKEN

BOXES = (
    Box(key="celsius", title="体温 ℃", kind="digits", digits="00.0"),
    Box(key="symptoms", title="症状(有就选)", kind="ticks", choices=("发热", "干咳", "乏力", "咽痛")),
    Box(key="giver", title="交出人"),
    Box(key="given", title="告知书已当面交付", kind="tick"),
)
URL = f"https://linli.example.org/desk/s/{TOKEN}/"


def rows(n: int) -> tuple[RoundRow, ...]:
    return tuple(RoundRow(number=i, door=f"3-1-{i}01", who="欧阳*远") for i in range(1, n + 1))


SHEET = RoundFields(
    community="府前社区",
    number="ZB-FQ-2022-0007",
    title="健康报告 · 体温登记",
    place="府前小区一网格",
    issued_at=AT,
    issued_by="李明",
    back_by=AT + timedelta(hours=4),
    boxes=BOXES,
    not_done=("没人", "不肯"),
    rows=rows(rows_on_a_page(BOXES) + 2),
    url=URL,
    short_code="7A3K-9F4J",
    spoken="拐A三K,勾F四J",
    return_to="府前社区值班台 0355-0000000",
    purpose="用途:体温登记。",
    keep="本表录入后封存 7 天,到期粉碎。",
)


@pytest.fixture(scope="module")
def document() -> pdfium.PdfDocument:
    return pdfium.PdfDocument(round_sheet(SHEET))


def said(page: pdfium.PdfPage) -> str:
    return re.sub(r"\s", "", page.get_textpage().get_text_range())


def test_each_page_says_which_sheet_which_page_and_where_it_goes_back(document: pdfium.PdfDocument) -> None:
    assert len(document) == 2
    for number, page in enumerate(document, 1):
        for words in (
            *(
                "ZB-FQ-2022-0007",
                "健康报告·体温登记",
                "府前小区一网格共",
                f"第{number}页,共2页",
                "录入码7A3K-9F4J",
            ),
            *("拐A三K,勾F四J", "走访人", "签名", "4月17日05:10前交回府前社区值班台0355-0000000"),
            *("用途:体温登记。", "到期粉碎", "没办成", "没人", "不肯", "体温℃", "症状(有就选)", "交出人"),
        ):
            assert words in said(page), (number, words)
    last = SHEET.rows[-1].number
    assert f"{last}欧阳*远3-1-{last}01" in said(document[1])
    assert f"3-1-{last}01" not in said(document[0])


def test_two_decoders_read_sheet_and_page_from_each_page(document: pdfium.PdfDocument) -> None:
    for number, page in enumerate(document, 1):
        image = page.render(scale=150 / 72, grayscale=True).to_numpy().squeeze().copy()
        assert [found.text for found in zxingcpp.read_barcodes(image)] == [f"{URL}#{number}"]
        corner = image[: int(image.shape[0] * 0.155), int(image.shape[1] * 0.72) :]
        assert cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(corner))[0] == f"{URL}#{number}"


def test_ink_is_black_the_font_inside_and_nothing_near_the_edge(document: pdfium.PdfDocument) -> None:
    pdf = round_sheet(SHEET)
    names = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert names and all(re.match(rb"[A-Z]{6}\+", name) for name in names)
    image = document[0].render(scale=1).to_numpy().astype(int)
    assert int(np.ptp(image[:, :, :3], axis=2).max()) == 0
    edge = round(6 / 25.4 * 72)
    image[edge:-edge, edge:-edge] = 255
    assert int((image < 128).sum()) == 0
    assert pdf == round_sheet(SHEET)


def test_what_is_known_stands_on_its_line_and_what_was_entered_has_no_boxes() -> None:
    known = RoundRow(number=1, door="3-1-101", who="陆*禾", known={"giver": "路远行"})
    done = RoundRow(number=2, door="3-1-201", who="郭*", done="4月17日 20:12 已录")
    text = said(pdfium.PdfDocument(round_sheet(replace(SHEET, rows=(known, done))))[0])
    assert "交出人路远行" in text
    assert text.count("体温℃") == 1
    assert "4月17日20:12已录" in text


def test_boxes_stay_on_the_line_and_a_title_with_its_first_choice() -> None:
    for boxes in (BOXES, (*BOXES, Box(key="x", title="很长的一个问题" * 12, kind="tick"))):
        pieces = flow(boxes, 120)
        assert all(piece.x + piece.wide <= 120 for piece in pieces)
        titles = [i for i, piece in enumerate(pieces) if piece.kind == "title"]
        assert all(pieces[i].line == pieces[i + 1].line for i in titles)
    assert lines_of(flow((), 120)) == 0
    assert SIZE >= 12


def test_a_sheet_holds_what_its_pages_hold() -> None:
    each = rows_on_a_page(BOXES)
    assert most_rows(BOXES) == each * MOST_PAGES
    for wrong in ((), rows(most_rows(BOXES) + 1)):
        with pytest.raises(ValueError, match="a sheet holds"):
            round_sheet(replace(SHEET, rows=wrong))
    with pytest.raises(ValueError, match="more than a page"):
        rows_on_a_page(BOXES * 20)
