"""The one way a spreadsheet leaves the house: text stays text, whatever it begins with; memory stays constant.

    with writing(path) as sheet:
        sheet.header(["姓名", "电话"])
        sheet.row(["=1+1", "13900041000"])         # both are text cells with Excel's quote prefix

A formula cannot be written: there is no cell type for it. Only `int` becomes a number; dates are text.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

MOST_CHARACTERS = 32_767
"""Excel's limit of one cell; longer text is cut."""
MOST_ROWS = 1_048_576

TEXT, BOLD = 1, 2
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would take for a control character
_NAME = re.compile(r"[\[\]:*?/\\']")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}  # fmt: skip

Value = str | int | None


class Sheet:
    """One sheet being written, row after row."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.rows = 0

    def header(self, labels: Sequence[str]) -> None:
        """The first row, in bold."""
        self._write(labels, BOLD)

    def row(self, values: Sequence[Value]) -> None:
        """One row. Raises ValueError beyond what a sheet can hold."""
        self._write(values, TEXT)

    def _write(self, values: Sequence[Value], style: int) -> None:
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows")
        cells = "".join(_cell(v, style) for v in values)
        self._stream.write(f'<row r="{self.rows}">{cells}</row>'.encode())


def _cell(value: Value, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = escape(_CODED.sub("_x005F_", _FORBIDDEN.sub("", str(value))[:MOST_CHARACTERS]), {"\r": "&#13;"})
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


@contextmanager
def writing(target: Path | IO[bytes], title: str = "结果") -> Iterator[Sheet]:
    """A workbook of one sheet at `target` (a new file is readable by its owner only). Complete when the block ends."""
    stream: IO[bytes] = _private(target) if isinstance(target, Path) else target
    try:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for name, text in _PARTS.items():
                archive.writestr(name, text)
            archive.writestr("xl/workbook.xml", _workbook(title))
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
                part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN}<sheetData>'.encode())
                yield Sheet(part)
                part.write(b"</sheetData></worksheet>")
    finally:
        if isinstance(target, Path):
            stream.close()


_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
)


def _private(path: Path) -> BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _workbook(title: str) -> str:
    name = escape(_NAME.sub("", title)[:31] or "1", {'"': "&quot;"})
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
