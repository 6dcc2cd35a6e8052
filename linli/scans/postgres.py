"""The same tables in PostgreSQL, in the database of the house, over a connection of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from linli.scans.days import ODD_TABLE, day_of, strays
from linli.scans.record import Row
from linli.scans.store import (
    ASKING_SPANS,
    COLUMNS,
    MAKING_SPANS,
    NAMES,
    NOTABLE,
    SPANS,
    making,
    notable,
    split,
)

_LOCK = 0x7363616E73
"""Advisory lock under which tables are made: two processes may meet midnight at once."""


_WIDENING = (
    f"INSERT INTO {SPANS} AS kept (name, first, last) VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE "  # noqa: S608
    "SET first = least(kept.first, excluded.first), last = greatest(kept.last, excluded.last)"
)
_MARK = {"key": "%s", "bytea": "%b", "smallint": "%b", "bigint": "%b"}
_KEYS = tuple(n for n, (_name, kind) in enumerate(COLUMNS) if kind == "key")


def _told(values: Sequence[Any]) -> list[Any]:
    """Sixteen bytes are a key; nothing else of that length is ever asked for."""
    return [UUID(bytes=v) if isinstance(v, bytes) and len(v) == 16 else v for v in values]


class Asking:
    """Questions over any connection to the database of the house; see `store.Reader`."""

    def __init__(self, link: psycopg.Connection[Any]) -> None:
        self.link = link

    @classmethod
    def of_django(cls) -> Asking:
        """Over the connection that Django has in this thread and closes as its own.

        Not through Django's cursor: keys of people belong into no log of statements.
        """
        connection.ensure_connection()
        return cls(connection.connection)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        rows = self.link.execute(sql.replace("?", "%s"), _told(values)).fetchall()
        return [tuple(v.bytes if isinstance(v, UUID) else v for v in row) for row in rows]

    def tables(self) -> set[str]:
        rows = self.link.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'scans_%'"
        ).fetchall()
        return {name for (name,) in rows if day_of(name) or name in (ODD_TABLE, NOTABLE)}

    def spans(self) -> dict[str, tuple[int, int]]:
        [(there,)] = self.ask("SELECT to_regclass(?) IS NOT NULL", [SPANS])
        return {name: (first, last) for name, first, last in self.ask(ASKING_SPANS)} if there else {}


class Postgres(Asking):
    """Rows go in as arrays, one statement a table: a city's morning in a few messages."""

    KINDS = {"key": "uuid", "bytea": "bytea", "smallint": "smallint", "bigint": "bigint"}
    """Keys as uuid: an index of them is a third smaller than of bytea."""

    def __init__(self, told: dict[str, Any]) -> None:
        keep = ("host", "port", "user", "password", "dbname", "sslmode")
        super().__init__(psycopg.connect(**{k: told[k] for k in keep if told.get(k)}, autocommit=True))
        self.there = self.tables()
        arrays = ", ".join(f"{_MARK[kind]}::{self.KINDS[kind]}[]" for _name, kind in COLUMNS)
        self.inserting = f"({NAMES}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608
        if NOTABLE not in self.there:
            self._make(NOTABLE)

    def write(self, rows: Sequence[Row]) -> int:
        parts = split(rows, self.there)
        for table in parts:
            if table not in self.there:
                self._make(table)
        loud = notable(rows)
        away = strays(parts)
        if len(parts) == 1 and not loud and not away:  # one statement is a transaction by itself
            [(table, some)] = parts.items()
            return self._insert(table, some)
        with self.link.transaction():
            new = sum(self._insert(table, some) for table, some in parts.items())
            if loud:
                self._insert(NOTABLE, loud)
            for table, span in away.items():
                self.link.execute(_WIDENING, (table, *span))
        return new

    def _insert(self, table: str, rows: Sequence[Row]) -> int:
        columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
        for n in _KEYS:
            columns[n] = [None if key is None else key.hex() for key in columns[n]]
        sql = f"INSERT INTO {table} {self.inserting}"
        return self.link.execute(sql, columns, prepare=True).rowcount

    def _make(self, table: str) -> None:
        with self.link.transaction():
            self.link.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for statement in making(table, self.KINDS):
                self.link.execute(statement)
            if table == NOTABLE:
                self.link.execute(MAKING_SPANS)
                self.link.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS told bigint")
        self.there.add(table)

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self.link.execute(sql.replace("?", "%s"), _told(values)).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        with self.link.transaction():
            yield

    def close(self) -> None:
        self.link.close()
