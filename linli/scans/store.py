"""The tables of scans: beside the database of the house, with statements of their own, written many rows at once.

SQLite keeps them in a file of their own, so that a crowd at a door never holds up a page: each file has one writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from linli.scans.days import ODD_TABLE, day_of, strays, table_of
from linli.scans.record import COLOURS, Row

COLUMNS = (
    ("id", "key"), ("community", "key"), ("place", "key"), ("who", "key"), ("contact", "bytea"),
    ("mode", "smallint"), ("way", "smallint"), ("colour", "smallint"), ("proof", "smallint"), ("party", "smallint"),
    ("registrar", "key"), ("seen_at", "bigint"), ("at", "bigint"), ("flags", "smallint"),
)  # fmt: skip
NAMES = ", ".join(name for name, _kind in COLUMNS)
NOTABLE = "scans_notable"
"""Facts of a colour that leads to something, until every subscriber was told: the outbox, in the same transaction."""
SPANS = "scans_spans"
"""Which days hold facts of other days (a phone without a network): so that a look asks no more tables than it must."""
_CALM = tuple(n for n, colour in enumerate(COLOURS) if colour in ("", "green"))
_REQUIRED = {"id", "community", "place", "seen_at", "at"}


class Reader(Protocol):
    """A way to ask the tables; one thread at a time."""

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a question with `?` for values; ids come as 16 bytes."""

    def tables(self) -> set[str]:
        """Names of the tables of days that exist, and of the odd one."""

    def spans(self) -> dict[str, tuple[int, int]]:
        """By table of a day, between which moments it holds rows that were seen on another day."""


class Store(Reader, Protocol):
    """An open way to ask and to write, durably; one thread at a time."""

    def write(self, rows: Sequence[Row]) -> int:
        """All or none, on the disk when it returns; how many were new."""

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """One statement, durable when it returns; how many rows it touched."""

    def together(self) -> AbstractContextManager[None]:
        """What is asked and run inside is one transaction: all or nothing, and nobody writes in between."""

    def close(self) -> None:
        """Let go."""


@contextmanager
def opened() -> Iterator[Store]:
    """A store for one piece of work."""
    store = open_store()
    try:
        yield store
    finally:
        store.close()


@contextmanager
def reading() -> Iterator[Reader]:
    """To ask only. A page opens no connection for it where the scans lie in the database of the house.

    What is asked inside a transaction belongs to it: on PostgreSQL a day that was read is not dropped before its end.
    """
    if connection.vendor == "sqlite":
        with opened() as store:
            yield store
    else:
        from linli.scans.postgres import Asking

        yield Asking.of_django()


def open_store() -> Store:
    """Beside the database that Django uses in this process."""
    if connection.vendor == "sqlite":
        return Sqlite(file_beside(str(connection.settings_dict["NAME"])))
    from linli.scans.postgres import Postgres

    return Postgres(connection.get_connection_params())


def file_beside(database: str) -> Path:
    """linli.sqlite3 → linli.scans.sqlite3."""
    return Path(database).with_suffix(".scans.sqlite3")


def split(rows: Iterable[Row], there: set[str]) -> dict[str, list[Row]]:
    """Rows by the table in which they lie."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(table_of(row, there), []).append(row)
    return found


def notable(rows: Iterable[Row]) -> list[Row]:
    """Those of a colour that leads to something."""
    return [row for row in rows if row[7] not in _CALM]


def making(table: str, kinds: dict[str, str], tail: str = "") -> list[str]:
    """Statements that make the table of a day: found by id, by place and time, by person and time."""
    columns = ", ".join(
        f"{name} {kinds[kind]}{' NOT NULL' if name in _REQUIRED else ''}" for name, kind in COLUMNS
    )
    return [
        f"CREATE TABLE IF NOT EXISTS {table} ({columns}, PRIMARY KEY (id)){tail}",
        f"CREATE INDEX IF NOT EXISTS {table}_place ON {table} (place, seen_at)",
        f"CREATE INDEX IF NOT EXISTS {table}_who ON {table} (who, seen_at) WHERE who IS NOT NULL",
    ]


MAKING_SPANS = (
    f"CREATE TABLE IF NOT EXISTS {SPANS} (name TEXT PRIMARY KEY, first BIGINT NOT NULL, last BIGINT NOT NULL)"
)
ASKING_SPANS = f"SELECT name, first, last FROM {SPANS}"  # noqa: S608
_WIDENING = (
    f"INSERT INTO {SPANS} (name, first, last) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "  # noqa: S608
    "SET first = min(first, excluded.first), last = max(last, excluded.last)"
)
MOST_IN_ONE = 2048
"""Rows in one statement: SQLite binds at most 32,766 values."""
_SIZES = (
    *range(1, 17),
    20,
    24,
    28,
    32,
    40,
    48,
    56,
    64,
    80,
    96,
    112,
    128,
    160,
    192,
    224,
    256,
    320,
    384,
    512,
    768,
    1024,
    1536,
    MOST_IN_ONE,
)
"""Lengths of a statement, so few that SQLite keeps each prepared."""


@lru_cache(maxsize=64)
def _inserting(table: str, rows: int) -> str:
    row = f"({', '.join('?' for _ in COLUMNS)})"
    return f"INSERT OR IGNORE INTO {table} ({NAMES}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own names


_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "cache_size=-65536",
    "mmap_size=268435456",
    "wal_autocheckpoint=8000",  # pages: a busy page of an index is copied back once, not at every thousand pages
)


class Sqlite:
    """A file with one writer at a time; WAL and FULL, as the guard asks of the house's own."""

    KINDS = {"key": "BLOB", "bytea": "BLOB", "smallint": "INTEGER", "bigint": "INTEGER"}

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = sqlite3.connect(
            path, isolation_level=None, timeout=20, check_same_thread=False, cached_statements=256
        )
        for word in _PRAGMAS:
            self.file.execute(f"PRAGMA {word}")
        self.there = self.tables()
        if NOTABLE not in self.there:
            self._make(NOTABLE)
        self.file.execute(MAKING_SPANS)

    def write(self, rows: Sequence[Row]) -> int:
        parts = split(rows, self.there)
        for table in parts:
            if table not in self.there:
                self._make(table)
        away, loud = strays(parts), notable(rows)
        before = self.file.total_changes
        if len(parts) == 1 and not loud and not away and len(rows) <= MOST_IN_ONE:
            self._insert(*parts.popitem())  # one statement is a transaction by itself
            return self.file.total_changes - before
        with self.together():
            for table, some in parts.items():
                self._insert(table, some)
            new = self.file.total_changes - before
            if loud:
                self._insert(NOTABLE, loud)
            self.file.executemany(_WIDENING, [(table, *span) for table, span in away.items()])
        return new

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        """Many rows a statement: each gives up the interpreter's lock once, and to get it back beside a busy web server
        takes longer than the rows. The last row is told again up to a known length: a key that is there is ignored."""
        for begun in range(0, len(rows), MOST_IN_ONE):
            some = rows[begun : begun + MOST_IN_ONE]
            size = next(n for n in _SIZES if n >= len(some))
            told = chain(some, repeat(some[-1], size - len(some)))
            self.file.execute(_inserting(table, size), list(chain.from_iterable(told)))

    def _make(self, table: str) -> None:
        for statement in making(table, self.KINDS, " WITHOUT ROWID"):
            self.file.execute(statement)
        if table == NOTABLE and "told" not in {
            r[1] for r in self.file.execute(f"PRAGMA table_info({table})")
        }:
            self.file.execute(f"ALTER TABLE {table} ADD COLUMN told BIGINT")
        self.there.add(table)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.file.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self.file.execute(sql, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        self.file.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.file.execute("COMMIT")
        except BaseException:
            self.file.execute("ROLLBACK")
            raise

    def tables(self) -> set[str]:
        rows = self.file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows if day_of(name) or name in (ODD_TABLE, NOTABLE)}

    def spans(self) -> dict[str, tuple[int, int]]:
        return {name: (first, last) for name, first, last in self.ask(ASKING_SPANS)}

    def close(self) -> None:
        self.file.close()
