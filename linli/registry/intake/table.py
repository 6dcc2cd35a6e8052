"""Files as streams of raw rows: .xlsx, and .csv in UTF-8 or GB18030, with limits that no bomb gets past."""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from linli.registry.intake.markup import CHUNK
from linli.registry.intake.report import Raw, Unreadable
from linli.registry.intake.workbook import Workbook, open_workbook

MAX_FILE = 64 << 20
MAX_UNPACKED = 1 << 30
MAX_RATIO = 250  # real registers pack 8 to 30 times; deflate's own limit is 1,032
MAX_PARTS = 2000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ALIEN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"SQLite format",
)


class RawRow(NamedTuple):
    """One row as the file holds it. `sheet` is '' in a CSV; `number` counts from 1."""

    sheet: str
    number: int
    cells: list[Raw]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns every error that a broken file can cause into Unreadable."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("damaged", name=path.name) from error
    except (KeyError, UnicodeDecodeError, OverflowError, csv.Error) as error:
        raise Unreadable("damaged", name=path.name) from error
    except OSError as error:
        raise Unreadable("no_file", name=path.name) from error


def rows(path: Path) -> Iterator[RawRow]:
    """Every row of every visible sheet, in order, in constant memory. Raises Unreadable."""
    with reading(path):
        if kind_of(path) == "xlsx":
            yield from _xlsx_rows(path)
        else:
            yield from _csv_rows(path)


def kind_of(path: Path) -> str:
    """ "xlsx" or "csv" by content, never by name. Raises Unreadable for everything else."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty", name=path.name)
    if size > MAX_FILE:
        raise Unreadable("too_big", name=path.name, limit=MAX_FILE >> 20)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_OLE):
        raise Unreadable("password" if _ENCRYPTED in path.read_bytes() else "old_xls", name=path.name)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(_ALIEN):
        raise Unreadable("not_a_table", name=path.name)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise Unreadable("web_page", name=path.name)
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("not_a_table", name=path.name)
    return "csv"


def _xlsx_rows(path: Path) -> Iterator[RawRow]:
    with _workbook(path) as book:
        for name, part in book.sheets:
            for number, cells in book.rows(part):
                yield RawRow(name, number, cells)


def _workbook(path: Path) -> Workbook:
    archive = zipfile.ZipFile(path)
    try:
        _refuse_bombs(archive, path)
        return open_workbook(archive)
    except BaseException:
        archive.close()
        raise


def _refuse_bombs(archive: zipfile.ZipFile, path: Path) -> None:
    """By the declared sizes: zipfile never unpacks more of a part than its header declares."""
    parts = archive.infolist()
    unpacked = sum(p.file_size for p in parts)
    packed = max(path.stat().st_size, 1)
    if (
        len(parts) > MAX_PARTS
        or unpacked > MAX_UNPACKED
        or (unpacked > 16 << 20 and unpacked / packed > MAX_RATIO)
    ):
        raise Unreadable("bomb", name=path.name)
    if any(p.flag_bits & 1 for p in parts):
        raise Unreadable("password", name=path.name)
    if any(p.filename == "mimetype" for p in parts):
        raise Unreadable("open_document", name=path.name)


def _csv_rows(path: Path) -> Iterator[RawRow]:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as stream:
        delimiter = _delimiter(stream)
        for number, record in enumerate(csv.reader(stream, delimiter=delimiter), 1):
            yield RawRow("", number, [c or None for c in record])


def encoding_of(path: Path) -> str:
    """The encoding that decodes the whole file without an error: UTF-8 before GB18030. Raises Unreadable."""
    with path.open("rb") as stream:
        head = stream.read(3)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise Unreadable("encoding", name=path.name)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        try:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(stream: io.TextIOWrapper) -> str:
    """Comma, tab or semicolon: the one that the first 20 lines use most."""
    lines = [stream.readline(65536) for _ in range(20)]
    stream.seek(0)
    sample = "".join(lines)
    return max(",\t;", key=sample.count)
