"""The same tables in PostgreSQL, in the database of the house, over a connection of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from linli.scans.days import ODD_TABLE, day_of
from linli.scans.record import Row
from linli.scans.store import COLUMNS, NAMES, NOTABLE, making, notable, split

_LOCK = 0x7363616E73
"""Advisory lock under which tables are made: two processes may meet midnight at once."""


class Postgres:
    """Rows go in as arrays, one statement a table: a city's morning in a few messages."""

    KINDS = {"key": "bytea", "bytea": "bytea", "smallint": "smallint", "bigint": "bigint"}

    def __init__(self, told: dict[str, Any]) -> None:
        keep = ("host", "port", "user", "password", "dbname", "sslmode")
        self.link = psycopg.connect(**{k: told[k] for k in keep if told.get(k)}, autocommit=True)
        self.there = self.tables()
        arrays = ", ".join(f"%b::{self.KINDS[kind]}[]" for _name, kind in COLUMNS)
        self.inserting = f"({NAMES}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608
        if NOTABLE not in self.there:
            self._make(NOTABLE)

    def write(self, rows: Sequence[Row]) -> int:
        parts = split(rows, self.there)
        for table in parts:
            if table not in self.there:
                self._make(table)
        loud = notable(rows)
        if (
            len(parts) == 1 and not loud
        ):  # the common case is one statement, and that is a transaction by itself
            [(table, some)] = parts.items()
            return self._insert(table, some)
        with self.link.transaction():
            new = sum(self._insert(table, some) for table, some in parts.items())
            if loud:
                self._insert(NOTABLE, loud)
        return new

    def _insert(self, table: str, rows: Sequence[Row]) -> int:
        columns = [list(column) for column in zip(*rows, strict=True)]
        sql = f"INSERT INTO {table} {self.inserting}"
        return self.link.execute(sql, columns, prepare=True).rowcount

    def _make(self, table: str) -> None:
        with self.link.transaction():
            self.link.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for statement in making(table, self.KINDS):
                self.link.execute(statement)
            if table == NOTABLE:
                self.link.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS told bigint")
        self.there.add(table)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.link.execute(sql.replace("?", "%s"), values).fetchall()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self.link.execute(sql.replace("?", "%s"), values).rowcount

    def tables(self) -> set[str]:
        rows = self.link.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'scans_%'"
        ).fetchall()
        return {name for (name,) in rows if day_of(name) or name in (ODD_TABLE, NOTABLE)}

    def close(self) -> None:
        self.link.close()
