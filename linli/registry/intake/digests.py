"""A table of keyed digests: remembers which people and tubes were seen, not who they are; spills to disk when large."""

import contextlib
import sqlite3
import tempfile
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

IN_MEMORY = 50_000


class Place(NamedTuple):
    """Where something was seen: sheet index, row number, and two digests to compare with."""

    sheet: int
    number: int
    who: int = 0
    where: int = 0


class Digests:
    """Digest → Place. The key is random and lives as long as the object, so the digests mean nothing to others."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._key = token_bytes(16)
        self._limit = in_memory
        self._near: dict[int, Place] = {}
        self._far: sqlite3.Connection | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def of(self, *parts: str) -> int:
        """The digest of these texts: 63 bits."""
        data = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(data, digest_size=8, key=self._key).digest()) >> 1

    def get(self, digest: int) -> Place | None:
        """Where this digest was first put; None if never."""
        if self._far is not None:
            line = self._far.execute(
                "SELECT sheet, number, who, place FROM seen WHERE digest = ?", (digest,)
            ).fetchone()
            if line:
                return Place(*line)
        return self._near.get(digest)

    def put(self, digest: int, place: Place) -> None:
        """Remembers the first place of a digest; later ones are ignored."""
        self._near.setdefault(digest, place)
        if len(self._near) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        if self._far is None:
            self._folder = tempfile.TemporaryDirectory(prefix="intake-")
            self._far = sqlite3.connect(Path(self._folder.name) / "seen.sqlite3", isolation_level=None)
            self._far.execute("PRAGMA journal_mode=OFF")
            self._far.execute("PRAGMA synchronous=OFF")
            self._far.execute(
                "CREATE TABLE seen (digest INTEGER PRIMARY KEY, sheet INT, number INT, who INT, place INT)"
            )
        self._far.execute("BEGIN")
        lines = sorted((digest, *place) for digest, place in self._near.items())
        self._far.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)", lines)
        self._far.execute("COMMIT")
        self._near.clear()

    def close(self) -> None:
        """Forgets everything and removes the file."""
        self._near.clear()
        with contextlib.suppress(sqlite3.Error):
            if self._far is not None:
                self._far.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._far = self._folder = None
