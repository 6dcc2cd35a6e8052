"""The judged rows of a checked file, encrypted beside it: what is brought in is what was checked.

    with writing(import_id) as spool:      # HOME/uploads/imports/<hex>.rows appears, complete and on disk, at the end
        spool.add(row)
    for row in rows(import_id, start=1000):    # whole chunks before `start` are passed over unread

A chunk is a header (first position, rows, bytes) and its rows: JSON, packed, encrypted, bound to the import and to
the header, so that no chunk can be altered, exchanged or moved. Defects are not in it: they are staged (`ImportRow`),
where a person decides about them.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import IO, Any, NamedTuple
from uuid import UUID

from linli.registry import uploads, vault
from linli.registry.intake import Outcome, Row

MARK = b"linli rows 1\n"
AT_ONCE = 500
"""Rows of a chunk."""
MOST_BYTES = 64 << 20
"""No chunk is larger; a header that says so is damaged."""
_HEAD = struct.Struct(">III")
_OUTCOMES = {o.value: o for o in Outcome}


class Damaged(Exception):
    """The spool is missing, cut short or altered, or its key is gone: read the file itself."""


class _Head(NamedTuple):
    start: int
    rows: int
    size: int


class Spool:
    """A spool being written."""

    def __init__(self, import_id: UUID, stream: IO[bytes]) -> None:
        self._about, self._stream = import_id, stream
        self._start, self._waiting = 0, list[Any]()

    def add(self, row: Row) -> None:
        """The next row of the file."""
        self._waiting.append((row.sheet, row.number, row.role, row.outcome.value, row.values))
        if len(self._waiting) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits as a chunk."""
        if not self._waiting:
            return
        said = json.dumps(self._waiting, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        start, rows = self._start, len(self._waiting)
        blob = vault.enclose_part(zlib.compress(said, 1), about=self._about, part=_part(start, rows))
        self._stream.write(_HEAD.pack(start, rows, len(blob)) + blob)
        self._start, self._waiting = start + rows, []


def _part(start: int, rows: int) -> str:
    return f"rows {start}+{rows}"


@contextmanager
def writing(import_id: UUID) -> Iterator[Spool]:
    """A spool that replaces an older one when the block ends well, and leaves nothing when it does not.

    Two that write at once (one of them has lost its lease) do not meet: each has a file of its own until the end.
    """
    place = uploads.spool_place(import_id)
    part = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(MARK)
            spool = Spool(import_id, stream)
            yield spool
            spool.flush()
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def rows(import_id: UUID, start: int = 0) -> Iterator[Row]:
    """The rows from position `start` on, without defects. Raises Damaged, at once or where the damage begins."""
    try:
        stream = uploads.spool_place(import_id).open("rb")
    except OSError as error:
        raise Damaged(import_id) from error
    with stream:
        if stream.read(len(MARK)) != MARK:
            raise Damaged(import_id)
        expected = 0
        while head := _head(stream, expected):
            expected += head.rows
            if expected <= start:
                stream.seek(head.size, os.SEEK_CUR)
            else:
                yield from _opened(import_id, stream, head)[max(start - head.start, 0) :]


def _head(stream: BufferedReader, expected: int) -> _Head | None:
    """The next header; None at the end."""
    raw = stream.read(_HEAD.size)
    if not raw:
        return None
    head = _Head(*_HEAD.unpack(raw)) if len(raw) == _HEAD.size else _Head(0, 0, 0)
    if head.start != expected or not head.rows or head.size > MOST_BYTES:
        raise Damaged(f"at row {expected}")
    return head


def _opened(import_id: UUID, stream: BufferedReader, head: _Head) -> list[Row]:
    try:
        said = vault.disclose_part(stream.read(head.size), about=import_id, part=_part(head.start, head.rows))
    except vault.Unreadable as error:
        raise Damaged(f"at row {head.start}") from error
    return [
        Row(sheet, number, role, values, outcome=_OUTCOMES[outcome])
        for sheet, number, role, outcome, values in json.loads(
            zlib.decompress(said).decode("utf-8", "surrogatepass")
        )
    ]
