"""The engine's rows by prepared statements: the ORM's query building would cost more than the disk (see bench/engine.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=models.Model)
Converter = Callable[[Any, Any, Any], Any]
Adapter = Callable[[Any], Any]
AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
"""Fields whose values the database takes as Python has them; Django would ask each of them again at every write."""


class Table(Generic[M]):
    """One model's table: read one row, insert one row, update named columns.

    Values are what the fields hold in Python; what a database keeps otherwise is put into its form once a value.
    """

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [f.attname for f in self.fields]
        self.table = model._meta.db_table
        self.columns = ", ".join(f'"{self.table}"."{f.column}"' for f in self.fields)
        self.selecting = f'SELECT {self.columns} FROM "{self.table}" WHERE '  # noqa: S608 - names of our own tables
        columns = ", ".join(f'"{f.column}"' for f in self.fields)
        marks = ", ".join("%s" for _ in self.fields)
        self.inserting = f'INSERT INTO "{self.table}" ({columns}) VALUES ({marks})'  # noqa: S608
        self._converters = lru_cache(maxsize=4)(self._find_converters)
        self._adapters = lru_cache(maxsize=4)(self._find_adapters)

    def read(self, where: str, params: Sequence[Any], *, lock: bool = False) -> M | None:
        """The row that `where` (our own SQL, never a user's) names, or None. `lock` holds it where rows can be held."""
        here = _here()
        held = " FOR UPDATE" if lock and here.features.has_select_for_update else ""
        row = self._fetch(self.selecting + where + held, params, here)
        return None if row is None else self._build(row, here)

    def read_beside(self, also: str, where: str, params: Sequence[Any]) -> tuple[M, Any] | None:
        """As `read`, with one value more: `also` is an expression of our own; its parameters come first."""
        here = _here()
        row = self._fetch(self.selecting.replace(" FROM ", f", {also} FROM ", 1) + where, params, here)
        return None if row is None else (self._build(row[:-1], here), row[-1])

    def read_joined(
        self, other: Table[N], on: str, also: str, where: str, params: Sequence[Any]
    ) -> tuple[M, N, Any] | None:
        """As `read_beside`, with the row of another table that `on` joins to it."""
        here, width = _here(), len(self.names)
        sql = f'SELECT {self.columns}, {other.columns}, {also} FROM "{self.table}" JOIN "{other.table}" ON {on} WHERE '  # noqa: S608
        row = self._fetch(sql + where, params, here)
        if row is None:
            return None
        return self._build(row[:width], here), other._build(row[width:-1], here), row[-1]

    def _fetch(self, sql: str, params: Sequence[Any], here: BaseDatabaseWrapper) -> Any:
        return _run(sql, [_bare(p, here) for p in params], here).fetchone()

    def insert(self, row: M) -> None:
        """Write a new row. Raises IntegrityError as Django does."""
        here = _here()
        adapters, kept = self._adapters(here.vendor), row.__dict__
        values = [_adapted(adapters[name], kept[name]) for name in self.names]
        _run(self.inserting, values, here)
        row._state.adding = False

    def update(self, row: M, names: tuple[str, ...]) -> None:
        """Write the named columns of a row that exists."""
        (sql, order), here = self._updating(names), _here()
        adapters, kept = self._adapters(here.vendor), row.__dict__
        values = [_adapted(adapters[name], kept[name]) for name in order]
        _run(sql, [*values, _bare(row.pk, here)], here)

    @lru_cache(maxsize=32)  # noqa: B019 - tables live as long as the process
    def _updating(self, names: tuple[str, ...]) -> tuple[str, list[str]]:
        fields = [f for f in self.fields if f.attname in names]
        sets = ", ".join(f'"{f.column}" = %s' for f in fields)
        key = self.model._meta.pk.column
        return f'UPDATE "{self.table}" SET {sets} WHERE "{key}" = %s', [f.attname for f in fields]  # noqa: S608

    def _find_converters(self, vendor: str) -> list[tuple[int, list[Converter], Any]]:
        found, here = [], _here()
        for i, field in enumerate(self.fields):
            column = field.get_col(self.table)
            converters = (
                [_from_utc]
                if _is_moment_as_text(field, here)
                else (here.ops.get_db_converters(column) + field.get_db_converters(here))
            )
            if converters:
                found.append((i, converters, column))
        return found

    def _find_adapters(self, vendor: str) -> dict[str, Adapter | None]:
        return {field.attname: _adapter(field, _here()) for field in self.fields}

    def _build(self, row: Sequence[Any], here: BaseDatabaseWrapper) -> M:
        values = list(row)
        for i, converters, column in self._converters(here.vendor):
            for convert in converters:
                values[i] = convert(values[i], column, here)
        return self._made(zip(self.names, values, strict=True), here.alias, adding=False)

    def new(self, values: Mapping[str, Any], **related: models.Model) -> M:
        """A row to insert: what `values` (by attname) leave out is the field's default. `related` are known already."""
        filled = {
            f.attname: values[f.attname] if f.attname in values else f.get_default() for f in self.fields
        }
        row = self._made(filled.items(), None, adding=True)
        row._state.fields_cache.update(related)
        return row

    def _made(self, values: Iterable[tuple[str, Any]], alias: str | None, *, adding: bool) -> M:
        """An instance without Django's constructor, which asks every field again and tells signals nobody hears."""
        row = self.model.__new__(self.model)
        row._state = ModelState()
        row._state.adding, row._state.db = adding, alias
        row.__dict__.update(values)
        return row


def _run(sql: str, values: Sequence[Any], here: BaseDatabaseWrapper) -> Any:
    """A cursor with the answer. Where nobody listens to statements, SQLite is asked without Django's three wrappers."""
    if here.vendor != "sqlite" or here.execute_wrappers or here.queries_logged or not here.in_atomic_block:
        cursor = here.cursor()
        cursor.execute(sql, values)
        return cursor
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return here.connection.execute(_with_marks(sql), values)


@lru_cache(maxsize=256)
def _with_marks(sql: str) -> str:
    return sql.replace("%s", "?")


@contextmanager
def together() -> Iterator[None]:
    """Send the writes within without waiting for the answer to each; what one of them raises comes at the end.

    Only PostgreSQL has a way to wait for; nothing may be read within.
    """
    here = _here()
    if here.vendor != "postgresql":
        yield
        return
    with here.wrap_database_errors, here.connection.pipeline():
        yield


def rows_are_held() -> bool:
    """Whether this database holds single rows; SQLite holds the whole file from the first word of a transaction."""
    return _here().features.has_select_for_update


def _here() -> BaseDatabaseWrapper:
    """This thread's connection, looked up once a call: Django's proxy would look it up at every touch."""
    return connections[DEFAULT_DB_ALIAS]


def _adapter(field: Any, here: BaseDatabaseWrapper) -> Adapter | None:
    """What puts a value of this field into the database's form; None where there is nothing to do."""
    while field.remote_field:
        field = field.target_field
    if isinstance(field, models.UUIDField):
        return None if here.features.has_native_uuid_field else _hex
    if isinstance(field, models.DateTimeField):
        return _in_utc if _is_moment_as_text(field, here) else None
    if isinstance(field, AS_THEY_ARE):
        return None
    return lambda value: field.get_db_prep_save(value, _here())


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else UUID(value).hex


def _is_moment_as_text(field: Any, here: BaseDatabaseWrapper) -> bool:
    """Whether a moment is kept in UTC without saying so, because the database has no time zones."""
    return isinstance(field, models.DateTimeField) and here.vendor == "sqlite"


def _in_utc(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _from_utc(value: datetime | None, *_: Any) -> datetime | None:
    return value and value.replace(tzinfo=UTC)


def _adapted(adapter: Adapter | None, value: Any) -> Any:
    return value if adapter is None or value is None else adapter(value)


def _bare(value: Any, here: BaseDatabaseWrapper) -> Any:
    """A UUID as this database keeps it."""
    return value if here.features.has_native_uuid_field or not hasattr(value, "hex") else value.hex
