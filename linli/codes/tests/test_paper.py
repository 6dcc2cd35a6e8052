"""The papers: one page, every field on it, fonts inside, black only, and a QR that two decoders read from paper."""

import re
import zlib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import segno
import zxingcpp

from linli.codes import certificate, notice
from linli.codes.page import Page, segments
from linli.codes.paper import (
    CertificateFields,
    NoticeFields,
    Stop,
    Traveller,
    household_notice,
    reception_certificate,
)
from linli.codes.sign import RECEPTION, Statement, check_url, sign, verify
from linli.codes.tests.examples import AT, CERTIFICATE, FAMILY, KEY, NAMES, NOTICE, STATEMENT, TOKEN, URL

LONGEST = Statement(
    number="JS-20220417-140403-0007",
    masked_name="买" + "*" * 48 + "力",
    persons=8,
    audience=RECEPTION,
    issued_at=AT,
    not_before=AT,
    expires_at=AT + timedelta(hours=8),
)
LONGEST_URL = check_url("https://linli.luzhou.changzhi.example.gov.cn/c/", TOKEN, sign(LONGEST, KEY))


@cache
def certificate_of(paper: CertificateFields) -> bytes:
    return reception_certificate(paper)


@cache
def notice_of(paper: NoticeFields) -> bytes:
    return household_notice(paper)


def read(pdf: bytes) -> str:
    """All text of the only page, without white space."""
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 1
    return re.sub(r"\s", "", document[0].get_textpage().get_text_range())


def render(pdf: bytes, dpi: int) -> np.ndarray:
    return pdfium.PdfDocument(pdf)[0].render(scale=dpi / 72, grayscale=True).to_numpy().squeeze().copy()


def streams(pdf: bytes) -> bytes:
    """Everything that draws or is embedded, unpacked."""
    found = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(part) if part[:1] == b"x" else part for part in found)


def test_the_certificate_says_what_it_was_given() -> None:
    text = read(certificate_of(CERTIFICATE))
    expected = """
        接收证明 长治市潞州区英雄街道府前社区居民委员会 编号No.JS-20220417-0007 请查验后放行 4月17日09:10 2022年星期日
        张小三 1404**********9931 138****0017 共1人 上海市浦东新区 D292 长治东站 社区专车 府前小区3号楼 晋D·00017
        王强 139****0004 D292次上海虹桥→长治东 2022年4月17日02:00 上海市浦东新区(近14日)
        同意接收,闭环转运,居家隔离7+5 李明 0355-0000000 7A3K-9F4J linli.example.org/c
        街道审批 英雄街道疫情防控指挥部 公章处 2022年4月17日01:10
    """.split()  # noqa: SIM905 - a list of forty strings is harder to read
    assert [words for words in expected if words not in text] == []


def test_six_people_with_rare_and_long_names_fit_on_one_page_and_are_found_as_text() -> None:
    text = read(certificate_of(FAMILY))
    assert "共6人" in text
    assert [name for name in NAMES if name.replace(" ", "") not in text] == []


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8])
def test_every_number_of_travellers_stays_on_the_page(count: int) -> None:
    people = tuple(
        Traveller(name=f"张三{n}" * 4, identity="1404**********9931") for n in "一二三四五六七八"[:count]
    )
    pdf = certificate_of(replace(CERTIFICATE, travellers=people))
    assert [person.name for person in people if person.name not in read(pdf)] == []
    assert outside_margins(pdf) == 0


def outside_margins(pdf: bytes) -> int:
    """Dark pixels nearer than 6 mm to an edge: a printer would lose them."""
    page = render(pdf, 100)
    edge = round(6 / 25.4 * 100)
    page[edge:-edge, edge:-edge] = 255
    return int((page < 128).sum())


def test_fifty_characters_of_name_are_all_there() -> None:
    name = "阿卜杜热合曼买买提艾力·" * 4 + "吐尔"
    assert len(name) == 50
    assert name in read(
        certificate_of(replace(CERTIFICATE, travellers=(Traveller(name=name, identity="G*******8"),)))
    )


def test_a_character_of_no_font_is_a_box_with_its_number_and_is_reported() -> None:
    paper = replace(CERTIFICATE, travellers=(Traveller(name="张\U00030000", identity="1404**********9931"),))
    assert "U+30000" in read(certificate_of(paper))
    assert certificate.unprintable(paper) == ["\U00030000"]
    assert certificate.unprintable(FAMILY) == []
    assert notice.unprintable(replace(NOTICE, rules=("\U00030001",))) == ["\U00030001"]


@pytest.mark.parametrize("pdf", [certificate_of(FAMILY), notice_of(NOTICE)], ids=["certificate", "notice"])
def test_every_font_is_embedded_and_cut(pdf: bytes) -> None:
    names = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert names
    assert all(re.match(rb"[A-Z]{6}\+", name) for name in names)
    assert (
        len(re.findall(rb"/FontFile2 ", pdf)) == len(re.findall(rb"/Type /FontDescriptor", pdf)) == len(names)
    )
    assert len(pdf) < 120_000


def test_a_page_without_rare_names_carries_two_fonts() -> None:
    assert len(set(re.findall(rb"/BaseFont /(\S+)", certificate_of(CERTIFICATE)))) == 2


@pytest.mark.parametrize("pdf", [certificate_of(FAMILY), notice_of(NOTICE)], ids=["certificate", "notice"])
def test_ink_is_black_and_its_tints_only(pdf: bytes) -> None:
    drawn = streams(pdf)
    assert re.search(rb"\d \d+(\.\d+)? \d+(\.\d+)? (rg|RG)\b", drawn) is None
    assert re.search(rb"\b[\d.]+ [gG]\b", drawn) is not None
    image = pdfium.PdfDocument(pdf)[0].render(scale=1).to_numpy().astype(int)
    assert int(np.ptp(image[:, :, :3], axis=2).max()) == 0


def test_the_same_fields_give_the_same_bytes() -> None:
    assert reception_certificate(FAMILY) == certificate_of(FAMILY)
    assert household_notice(NOTICE) == notice_of(NOTICE)
    assert b"D:20220416171000Z" in certificate_of(FAMILY)


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("url", [URL, LONGEST_URL], ids=["usual", "longest"])
def test_two_decoders_read_the_qr_from_the_page(dpi: int, url: str) -> None:
    page = render(certificate_of(replace(CERTIFICATE, check_url=url)), dpi)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [url]
    corner = page[int(page.shape[0] * 0.77) :, : int(page.shape[1] * 0.33)]
    assert cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(corner))[0] == url


@pytest.mark.parametrize("dpi", [200, 300])
def test_two_decoders_read_the_door_from_the_notice(dpi: int) -> None:
    page = render(notice_of(NOTICE), dpi)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [NOTICE.door_url]
    mm = dpi / 25.4
    corner = page[int(99 * mm) : int(125 * mm), int(160 * mm) : int(196 * mm)]
    assert cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(corner))[0] == NOTICE.door_url


def test_what_the_qr_says_verifies_offline() -> None:
    found = zxingcpp.read_barcodes(render(certificate_of(CERTIFICATE), 300))[0].text
    assert verify(found, {KEY.public.kid: KEY.public}, at=AT, audience=RECEPTION) == STATEMENT


def test_the_longest_certificate_needs_version_15_at_most_and_names_nobody() -> None:
    code = segno.make(segments(LONGEST_URL), error="m", boost_error=False)  # type: ignore[arg-type]
    assert int(code.version) <= 15
    assert int(segno.make(segments(URL), error="m", boost_error=False).version) <= 13  # type: ignore[arg-type]
    assert "张小三" not in URL
    assert URL.partition("#")[0] == f"https://linli.example.org/c/{TOKEN}"


def test_a_qr_at_30_millimetres_is_read_from_a_300_dpi_print() -> None:
    page = Page(at=AT, title="QR", author="test")
    assert page.qr(30, 30, URL, across=30) <= 30
    image = render(page.finish(), 300)
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [URL]


def test_a_blurred_and_tilted_copy_is_still_read() -> None:
    page = render(certificate_of(CERTIFICATE), 300)
    turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), 12, 1)
    copy = cv2.GaussianBlur(cv2.warpAffine(page, turn, page.shape[::-1], borderValue=255), (0, 0), 1.5)
    assert [found.text for found in zxingcpp.read_barcodes(copy)] == [URL]


def test_a_qr_too_dense_for_paper_is_refused() -> None:
    page = Page(at=AT, title="QR", author="test")
    with pytest.raises(ValueError, match="too dense"):
        page.qr(30, 30, URL + "0" * 400, across=60)
    with pytest.raises(ValueError, match="too dense"):
        page.qr(30, 30, URL, across=20)


def test_a_voided_certificate_no_longer_asks_to_let_pass() -> None:
    text = read(certificate_of(replace(CERTIFICATE, mark="void")))
    assert "请查验后放行" not in text
    assert "已作废,不作凭证" in text
    assert "样张,不作凭证" in read(certificate_of(replace(CERTIFICATE, mark="specimen")))
    page = render(certificate_of(replace(CERTIFICATE, mark="void")), 200)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [URL]


@pytest.mark.parametrize(
    "identity", ["140403199001019931", "14040319900101993X", "No. 140403199001019931", "140403900101993"]
)
def test_an_identity_number_in_clear_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="masked"):
        reception_certificate(replace(CERTIFICATE, travellers=(Traveller(name="张三", identity=identity),)))


def test_too_few_or_too_many_people_or_stops_are_refused() -> None:
    person, stop = CERTIFICATE.travellers[0], Stop(place="长治东站")
    for people in ((), (person,) * 9):
        with pytest.raises(ValueError, match="travellers"):
            reception_certificate(replace(CERTIFICATE, travellers=people))
    for stops in ((stop,), (stop,) * 6):
        with pytest.raises(ValueError, match="stops"):
            reception_certificate(replace(CERTIFICATE, route=stops))


def test_what_is_not_known_yet_is_a_line_to_write_on() -> None:
    bare = replace(
        CERTIFICATE,
        plate="",
        driver="",
        driver_phone="",
        arrives_at=None,
        route=(Stop(place="甲"), Stop(place="乙")),
    )
    text = read(certificate_of(bare))
    assert "接返车辆Vehicle" in text
    assert "晋D" not in text
    assert outside_margins(certificate_of(bare)) == 0


def test_the_notice_has_every_field_of_annex_9_4() -> None:
    filled = replace(NOTICE, employer="晋东机械厂", employer_contact="孙工", employer_phone="0355-0000002")
    text = read(notice_of(filled))
    labels = (
        "姓名 性别 联系电话 证件号码 居住地址 所在单位 单位联系人 单位联系方式 观察期 规定 "
        "街道(镇)干部 社工(网格员) 对象签收 社区盖章"
    )
    values = (
        "张𠮷 女 13800000017 1404**********9931 府前小区3号楼2单元1101室 晋东机械厂 孙工 0355-0000002 "
        "2022年4月17日—2022年4月24日 赵敏 0355-0000001 李明 13900000004 GZ-20220417-0012"
    )
    assert [words for words in [*labels.split(), *values.split()] if words not in text] == []
    assert [rule for rule in NOTICE.rules if re.sub(r"\s", "", rule) not in text] == []
    assert outside_margins(notice_of(filled)) == 0


def test_long_rules_are_set_smaller_and_longer_ones_refused() -> None:
    rules = tuple(rule * 3 for rule in NOTICE.rules)
    text = read(notice_of(replace(NOTICE, rules=rules)))
    assert [rule for rule in rules if re.sub(r"\s", "", rule) not in text] == []
    with pytest.raises(ValueError, match="too long"):
        household_notice(replace(NOTICE, rules=tuple(rule * 9 for rule in NOTICE.rules)))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="period"):
        household_notice(replace(NOTICE, last_day=date(2022, 4, 16)))
