"""Files that cannot be read say so in a sentence; files that are only kept differently are read all the same."""

import codecs
import csv
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from linli.registry.intake import Unreadable, open_file, recognise
from linli.registry.intake.table import rows
from tests.intake.truth import INPUTS, setting

HEAD = ["姓名", "身份证号", "房号", "楼栋", "单元", "手机"]
ZHANG = ["张伟", "140402197907119905", "101", "1", "2", "13600041292"]


def book(path: Path, *lines: list[object]) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    made.save(path)
    return path


def refusal(path: Path, kind: str | None = None) -> str:
    with pytest.raises(Unreadable) as refused:
        list(open_file(path, setting(), kind))
    assert str(refused.value).endswith("。")
    return refused.value.kind


def part_of(source: Path, target: Path, **parts: bytes) -> Path:
    """A copy of a workbook with some parts replaced (`a__b` is a/b)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name.replace("/", "__").replace(".", "_"), old.read(name)))
        for name, data in parts.items():
            new.writestr(name.replace("__", "/"), data)
    return target


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert refusal(tmp_path / "a.xlsx") == "empty"
    assert refusal(book(tmp_path / "b.xlsx")) == "empty"


def test_an_old_xls_and_a_password_are_told_apart(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    (tmp_path / "old.xlsx").write_bytes(ole + "Workbook".encode("utf-16-le"))
    (tmp_path / "locked.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert refusal(tmp_path / "old.xlsx") == "old_xls"
    assert refusal(tmp_path / "locked.xlsx") == "password"


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    whole = (INPUTS / "志愿者名单.xlsx").read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 10):
        (tmp_path / "cut.xlsx").write_bytes(whole[:size])
        assert refusal(tmp_path / "cut.xlsx") == "damaged"


def test_pictures_pages_and_binary_are_refused(tmp_path: Path) -> None:
    for data, kind in (
        (b"%PDF-1.7\n", "not_a_table"),
        (b"<html><table>", "web_page"),
        (b"a\0b,c", "not_a_table"),
    ):
        (tmp_path / "x.csv").write_bytes(data)
        assert refusal(tmp_path / "x.csv") == kind


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"这里要导入居民台账，而 车辆.csv 像是车辆表。"):
        open_file(INPUTS / "车辆.csv", setting(), "register")
    (tmp_path / "x.csv").write_text("甲,乙,丙\n1,2,3\n", "utf-8")
    assert refusal(tmp_path / "x.csv") == "unknown_kind"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "no_file"


def test_macros_are_refused(tmp_path: Path) -> None:
    path = part_of(book(tmp_path / "a.xlsx", HEAD, ZHANG), tmp_path / "b.xlsx", xl__vbaProject_bin=b"x")
    assert path.exists()
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as made:
        made.writestr("xl/vbaProject.bin", b"x")
    assert refusal(tmp_path / "c.xlsx") == "macros"


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", HEAD, ZHANG)
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    path = part_of(plain, tmp_path / "b.xlsx", xl__worksheets__sheet1_xml=bomb)
    assert refusal(path) == "xml_entities"


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", HEAD, ZHANG)
    path = part_of(plain, tmp_path / "b.xlsx", xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * (40 << 20))
    assert path.stat().st_size < 1 << 20
    assert refusal(path) == "bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([HEAD, ["赵𠮷䶮", *ZHANG[1:]]])
    with open_file(path, setting()) as reading:
        found = list(reading)
    assert [r.values["name"] for r in found if r.role == "data"] == ["赵𠮷䶮"]
    assert reading.recognised.kind == "register"


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("姓名,".encode() + b"\xff\xff" + codecs.BOM_UTF8)
    assert refusal(tmp_path / "a.csv") == "encoding"


def test_columns_may_stand_in_another_order_under_other_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "手机号,爱好,公民身份号码,室,单元号,楼号,名字\n13600041292,下棋,140402197907119905,101,2,1,张伟\n",
        "utf-8",
    )
    told = recognise(path)
    assert (told.kind, told.unknown) == ("register", ("爱好",))
    with open_file(path, setting()) as reading:
        values = next(r.values for r in reading if r.role == "data")
    assert [values[k] for k in ("name", "id_no", "building", "unit", "room", "phone")] == [
        *ZHANG[:2],
        "1",
        "2",
        "101",
        ZHANG[5],
    ]


def test_every_sheet_may_have_its_own_header(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    for line in (["填表说明"], ["请如实填写"]):
        first.append(line)
    second = made.create_sheet("A区")
    for line in (["台账"], [], HEAD, ZHANG):
        second.append(line)
    third = made.create_sheet("B区")
    for line in (list(reversed(HEAD)), list(reversed(ZHANG))):
        third.append(line)
    made.save(tmp_path / "a.xlsx")
    with open_file(tmp_path / "a.xlsx", setting()) as reading:
        found = [(r.sheet, r.number, r.values["name"]) for r in reading if r.role == "data"]
    assert found == [("A区", 4, "张伟"), ("B区", 2, "张伟")]


@pytest.mark.parametrize("name", ["居民台账.xlsx", "志愿者名单.xlsx", "场所清单.xlsx"])
def test_cells_are_what_openpyxl_reads(name: str) -> None:
    expected = {}
    for sheet in openpyxl.load_workbook(INPUTS / name, read_only=True):
        for number, line in enumerate(sheet.iter_rows(values_only=True), 1):
            expected[sheet.title, number] = list(line)
    for row in rows(INPUTS / name):
        line = expected.pop((row.sheet, row.number))
        assert row.cells + [None] * (len(line) - len(row.cells)) == line
    assert all(c is None for line in expected.values() for c in line)


NOON = datetime(2022, 4, 14, 12, 5)  # noqa: DTZ001 - a spreadsheet knows no zone


def test_typed_cells_survive(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        ["文字", 1, 1.5, True, NOON, NOON.time(), "=A1&B1"],
    )
    read = next(rows(path)).cells
    assert read == ["文字", 1, 1.5, True, NOON, NOON.time(), "=A1&B1"]
    assert type(read[6]).__name__ == "Formula"


def test_a_formula_with_a_result_is_its_result(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["x"])
    cell = '<c r="B1" t="str"><f>A1</f><v>男</v></c>'
    sheet = f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>'.encode()
    path = part_of(plain, tmp_path / "b.xlsx", xl__worksheets__sheet1_xml=sheet)
    assert next(rows(path)).cells == [None, "男"]
