"""Cells of an .xlsx file, row by row, with expat: no entity, no formula is ever expanded, memory stays constant."""

import posixpath
import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from types import TracebackType
from typing import IO, Any, NoReturn
from xml.parsers import expat

from linli.registry.intake.report import Formula, Raw, Unreadable

CHUNK = 1 << 16
MAX_COLUMNS = 512
MAX_TEXT = 1 << 20  # characters in one cell; Excel itself stops at 32,767
_BUILTIN_DATES = frozenset([14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 46, 47, *range(50, 59)])
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Element = tuple[str, dict[str, str]]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_: object) -> NoReturn:
    raise Unreadable("xml_entities")


def parser() -> Any:  # the stubs hide the parser's type
    """An expat parser that refuses document types and entities (billion laughs, XXE)."""
    made = expat.ParserCreate()
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    made.ExternalEntityRefHandler = _refuse
    made.buffer_text = True
    made.buffer_size = CHUNK
    return made


def elements(stream: IO[bytes]) -> Iterator[Element]:
    """The start tags of a small part (workbook, relations, styles), local names."""
    found: list[Element] = []
    p = parser()
    p.StartElementHandler = lambda name, attrs: found.append((_local(name), attrs))
    _feed_all(p, stream)
    return iter(found)


def _feed_all(p: Any, stream: IO[bytes]) -> None:
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        p.Parse(chunk, False)
    p.Parse(b"", True)


class Strings:
    """The shared strings, on disk: a 500,000-row register would otherwise sit in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the workbook
        self._ends = array("Q")
        self._size = 0
        self.get = lru_cache(16384)(self._read)

    def load(self, stream: IO[bytes]) -> None:
        """Reads `xl/sharedStrings.xml`; phonetic guides (`rPh`) are no part of the text."""
        p, parts, state = parser(), list[str](), {"t": False, "ph": 0}

        def start(name: str, _: dict[str, str]) -> None:
            name = _local(name)
            state["t"] = name == "t" and not state["ph"]
            state["ph"] += name == "rPh"

        def end(name: str) -> None:
            name = _local(name)
            state["t"] = False
            state["ph"] -= name == "rPh"
            if name == "si":
                self._add("".join(parts))
                parts.clear()

        p.StartElementHandler, p.EndElementHandler = start, end
        p.CharacterDataHandler = lambda data: parts.append(data) if state["t"] else None
        _feed_all(p, stream)

    def _add(self, text: str) -> None:
        data = _unescape(text).encode()
        self._file.write(data)
        self._size += len(data)
        self._ends.append(self._size)

    def _read(self, index: int) -> str:
        if not 0 <= index < len(self._ends):
            return ""
        begin = self._ends[index - 1] if index else 0
        self._file.seek(begin)
        return self._file.read(self._ends[index] - begin).decode()

    def close(self) -> None:
        self._file.close()


def _unescape(text: str) -> str:
    """`_x000D_` is how Excel writes a control character."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _date_styles(stream: IO[bytes]) -> frozenset[int]:
    """Indexes of the cell styles that show a number as a date or time."""
    custom: set[int] = set()
    styles: list[int] = []
    inside = False
    for name, attrs in elements(stream):
        if name == "numFmt":
            shape = _NOT_FORMAT.sub("", attrs.get("formatCode", "")).lower()
            if re.search(r"[dyhs年月日]|mm", shape) and "general" not in shape:
                custom.add(_int(attrs.get("numFmtId")))
        inside = name == "cellXfs" or (inside and name not in ("cellStyles", "dxfs", "cellStyleXfs"))
        if inside and name == "xf":
            styles.append(_int(attrs.get("numFmtId")))
    return frozenset(i for i, f in enumerate(styles) if f in custom or f in _BUILTIN_DATES)


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


@dataclass
class Workbook:
    """An opened .xlsx: names of its visible sheets and the cells of each."""

    archive: zipfile.ZipFile
    sheets: list[tuple[str, str]] = field(default_factory=list)  # name, part
    strings: Strings = field(default_factory=Strings)
    dates: frozenset[int] = frozenset()
    epoch: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zone

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.strings.close()
        self.archive.close()

    def rows(self, part: str) -> Iterator[tuple[int, list[Raw]]]:
        """Row numbers from 1 and the row's cells; rows that the file leaves out are left out."""
        reading = _Sheet(self)
        with closing(self.archive.open(part)) as stream:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                reading.parser.Parse(chunk, False)
                yield from reading.take()
            reading.parser.Parse(b"", True)
            yield from reading.take()


def open_workbook(archive: zipfile.ZipFile) -> Workbook:
    """Reads what the sheets need. Raises Unreadable for what is no workbook or carries macros."""
    names = set(archive.namelist())
    book = Workbook(archive)
    main = _main_part(archive, names)
    parts = _relations(archive, main, names)
    with archive.open(main) as stream:
        for name, attrs in elements(stream):
            if name == "workbookPr" and attrs.get("date1904") in ("1", "true"):
                book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
            if name == "sheet" and attrs.get("state", "visible") == "visible":
                target = next((parts[v] for k, v in attrs.items() if _local(k) == "id" and v in parts), "")
                if "worksheets" in target:
                    book.sheets.append((attrs.get("name", ""), target))
    for part in parts.values():
        if part.endswith("sharedStrings.xml"):
            with archive.open(part) as stream:
                book.strings.load(stream)
        elif part.endswith("styles.xml"):
            with archive.open(part) as stream:
                book.dates = _date_styles(stream)
    return book


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise Unreadable("macros")
    for base in ("_rels/.rels",):
        if base in names:
            with archive.open(base) as stream:
                for name, attrs in elements(stream):
                    if name == "Relationship" and attrs.get("Type", "").endswith("/officeDocument"):
                        target = attrs.get("Target", "").lstrip("/")
                        if target in names:
                            return target
    raise Unreadable("not_a_workbook")


def _relations(archive: zipfile.ZipFile, main: str, names: set[str]) -> dict[str, str]:
    folder, _, leaf = main.rpartition("/")
    part = f"{folder}/_rels/{leaf}.rels".lstrip("/")
    if part not in names:
        raise Unreadable("not_a_workbook")
    found: dict[str, str] = {}
    with archive.open(part) as stream:
        for name, attrs in elements(stream):
            target = attrs.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            if name == "Relationship" and path in names:
                found[attrs.get("Id", "")] = path
    return found


class _Sheet:
    """The expat callbacks of one worksheet."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.ready: list[tuple[int, list[Raw]]] = []
        self.row: list[Raw] = []
        self.number = 0
        self.column = -1
        self.kind, self.style = "n", 0
        self.text: list[str] = []
        self.formula = ""
        self.listening = False
        self.in_data = False
        self.phonetic = False
        self.parser = parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def take(self) -> list[tuple[int, list[Raw]]]:
        taken, self.ready = self.ready, []
        return taken

    def start(self, name: str, attrs: dict[str, str]) -> None:
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "c":
            self._start_cell(attrs)
        elif name in ("v", "t", "f"):
            self.listening = self.in_data and not self.phonetic
            self.text = []
        elif name == "row":
            self.number = _int(attrs.get("r")) or self.number + 1
            self.row, self.column = [], -1
        elif name == "rPh":
            self.phonetic = True
        elif name == "sheetData":
            self.in_data = True

    def _start_cell(self, attrs: dict[str, str]) -> None:
        at = attrs.get("r")
        self.column = _column(at) if at else self.column + 1
        self.kind, self.style = attrs.get("t", "n"), _int(attrs.get("s"))
        self.formula = ""
        self.value: list[str] = []

    def characters(self, data: str) -> None:
        if self.listening:
            self.text.append(data)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2] if ":" in name else name
        if name in ("v", "t"):
            if self.listening:
                self.value.extend(self.text)
            self.listening = False
        elif name == "f":
            self.formula = "=" + "".join(self.text) if self.listening else ""
            self.listening = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.ready.append((self.number, self.row))
        elif name == "rPh":
            self.phonetic = False
        elif name == "sheetData":
            self.in_data = False

    def _end_cell(self) -> None:
        text = "".join(self.value)
        value: Raw = self._typed(text[:MAX_TEXT]) if text else None
        if value is None and self.formula:
            value = Formula(self.formula)
        if value is None or not 0 <= self.column < MAX_COLUMNS:
            return
        row = self.row
        missing = self.column - len(row)
        if missing > 0:
            row.extend([None] * missing)
        row[self.column :] = [value]

    def _typed(self, text: str) -> Raw:
        kind = self.kind
        if kind == "s":
            return self.book.strings.get(_int(text)) or None
        if kind == "n":
            return self._number(text)
        if kind == "b":
            return text == "1"
        if kind == "d":
            return _iso(text)
        return None if kind == "e" else _unescape(text)

    def _number(self, text: str) -> Raw:
        try:
            number = int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return text
        if self.style not in self.book.dates:
            return number
        return _moment(number, self.book.epoch)


def _moment(serial: float, epoch: datetime) -> Raw:
    """A date serial as date and time; below one day it is a time. What is no date stays a number."""
    if not 0 <= serial < 2958466:  # NaN fails too
        return serial
    if serial < 1:
        return (epoch + timedelta(seconds=round(serial * 86400))).time()
    if epoch.year == 1899 and serial < 60:  # the 29 February 1900 that never was
        serial += 1
    return epoch + timedelta(seconds=round(serial * 86400))


def _iso(text: str) -> Raw:
    try:
        return time.fromisoformat(text) if ":" in text and "-" not in text else datetime.fromisoformat(text)
    except ValueError:
        return text


@lru_cache(4096)
def _column_of_letters(letters: str) -> int:
    index = 0
    for c in letters:
        index = index * 26 + ord(c) - 64
    return index - 1


def _column(at: str) -> int:
    letters = at.rstrip("0123456789")
    return (
        _column_of_letters(letters) if len(letters) <= 3 and letters.isalpha() and letters.isupper() else -1
    )
