"""An opened .xlsx: its sheets, shared strings and date styles, read with expat and never expanded."""

import posixpath
import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import IO

from linli.registry.intake.markup import CHUNK, elements, feed, integer, local_name, parser, unescaped
from linli.registry.intake.report import Raw, Unreadable
from linli.registry.intake.sheet import Sheet

_BUILTIN_DATES = frozenset([14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 46, 47, *range(50, 59)])
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.')


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
            name = local_name(name)
            state["t"] = name == "t" and not state["ph"]
            state["ph"] += name == "rPh"

        def end(name: str) -> None:
            name = local_name(name)
            state["t"] = False
            state["ph"] -= name == "rPh"
            if name == "si":
                self._add("".join(parts))
                parts.clear()

        p.StartElementHandler, p.EndElementHandler = start, end
        p.CharacterDataHandler = lambda data: parts.append(data) if state["t"] else None
        feed(p, stream)

    def _add(self, text: str) -> None:
        data = unescaped(text).encode()
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


def _date_styles(stream: IO[bytes]) -> frozenset[int]:
    """Indexes of the cell styles that show a number as a date or time."""
    custom: set[int] = set()
    styles: list[int] = []
    inside = False
    for name, attrs in elements(stream):
        if name == "numFmt":
            shape = _NOT_FORMAT.sub("", attrs.get("formatCode", "")).lower()
            if re.search(r"[dyhs年月日]|mm", shape) and "general" not in shape:
                custom.add(integer(attrs.get("numFmtId")))
        inside = name == "cellXfs" or (inside and name not in ("cellStyles", "dxfs", "cellStyleXfs"))
        if inside and name == "xf":
            styles.append(integer(attrs.get("numFmtId")))
    return frozenset(i for i, f in enumerate(styles) if f in custom or f in _BUILTIN_DATES)


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
        reading = Sheet(self.strings.get, self.dates, self.epoch)
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
                target = next(
                    (parts[v] for k, v in attrs.items() if local_name(k) == "id" and v in parts), ""
                )
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
