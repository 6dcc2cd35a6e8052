"""Files people bring: kept in HOME/uploads, readable by their owner only, as short as they are needed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _


class Kept(NamedTuple):
    """A file on its way in: SHA-256 in hex and size in bytes."""

    digest: str
    size: int


MOST_BYTES = 64 << 20


class TooBig(Exception):
    """More bytes than a file of the office can have. `str()` is a sentence for whoever brought it."""

    def __str__(self) -> str:
        return _("文件超过 %(n)d MB。请按小区分成几个文件再上传") % {"n": MOST_BYTES >> 20}


def folder() -> Path:
    """Where uploads lie; made on first use, closed to others."""
    path = Path(settings.MEDIA_ROOT) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def place(import_id: UUID) -> Path:
    """The file of one import. Its name says nothing about what is in it."""
    return folder() / import_id.hex


def spool_place(import_id: UUID) -> Path:
    """The judged rows of one import (`spool`), as long as the file itself."""
    return folder() / f"{import_id.hex}.rows"


def result_place(import_id: UUID) -> Path:
    """The result file of one import."""
    return folder() / f"{import_id.hex}.result.xlsx"


def keep(chunks: Iterable[bytes], path: Path) -> Kept:
    """Write a file that only its owner can read, down to the disk. Raises TooBig, and leaves nothing behind then."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                break
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size > MOST_BYTES:
        path.unlink()
        raise TooBig
    return Kept(digest.hexdigest(), size)


def forget(import_id: UUID) -> None:
    """Take an import's file away, and every row read from it, finished or not."""
    drop(place(import_id), *folder().glob(f"{import_id.hex}.rows*"))


def drop(*paths: Path) -> None:
    """Take files away; those already gone are fine."""
    for path in paths:
        path.unlink(missing_ok=True)
