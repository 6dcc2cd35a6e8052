"""The engine's rows by prepared statements: the ORM's query building would cost more than the disk (see bench/engine.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any, Any, Any], Any]


class Table(Generic[M]):
    """One model's table: read one row, insert one row, update named columns. Values pass through Django's own fields."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [f.attname for f in self.fields]
        self.table = model._meta.db_table
        columns = ", ".join(f'"{f.column}"' for f in self.fields)
        self.selecting = f'SELECT {columns} FROM "{self.table}" WHERE '  # noqa: S608 - names of our own tables
        marks = ", ".join("%s" for _ in self.fields)
        self.inserting = f'INSERT INTO "{self.table}" ({columns}) VALUES ({marks})'  # noqa: S608
        self._converters = lru_cache(maxsize=4)(self._find_converters)

    def read(self, where: str, params: Sequence[Any], *, lock: bool = False) -> M | None:
        """The row that `where` (our own SQL, never a user's) names, or None. `lock` holds it where rows can be held."""
        sql, here = self.selecting + where, _here()
        if lock and here.features.has_select_for_update:
            sql += " FOR UPDATE"
        with here.cursor() as cursor:
            cursor.execute(sql, [_bare(p, here) for p in params])
            row = cursor.fetchone()
        return None if row is None else self._build(row, here)

    def insert(self, row: M) -> None:
        """Write a new row. Raises IntegrityError as Django does."""
        here = _here()
        values = [f.get_db_prep_save(getattr(row, f.attname), here) for f in self.fields]
        with here.cursor() as cursor:
            cursor.execute(self.inserting, values)
        row._state.adding = False

    def update(self, row: M, names: tuple[str, ...]) -> None:
        """Write the named columns of a row that exists."""
        (sql, fields), here = self._updating(names), _here()
        values = [f.get_db_prep_save(getattr(row, f.attname), here) for f in fields]
        with here.cursor() as cursor:
            cursor.execute(sql, [*values, _bare(row.pk, here)])

    @lru_cache(maxsize=32)  # noqa: B019 - tables live as long as the process
    def _updating(self, names: tuple[str, ...]) -> tuple[str, list[Any]]:
        fields = [f for f in self.fields if f.attname in names]
        sets = ", ".join(f'"{f.column}" = %s' for f in fields)
        key = self.model._meta.pk.column
        return f'UPDATE "{self.table}" SET {sets} WHERE "{key}" = %s', fields  # noqa: S608

    def _find_converters(self, vendor: str) -> list[tuple[int, list[Converter], Any]]:
        found, here = [], _here()
        for i, field in enumerate(self.fields):
            column = field.get_col(self.table)
            converters = here.ops.get_db_converters(column) + field.get_db_converters(here)
            if converters:
                found.append((i, converters, column))
        return found

    def _build(self, row: Sequence[Any], here: BaseDatabaseWrapper) -> M:
        values = list(row)
        for i, converters, column in self._converters(here.vendor):
            for convert in converters:
                values[i] = convert(values[i], column, here)
        return self.model.from_db(here.alias, self.names, values)


def _here() -> BaseDatabaseWrapper:
    """This thread's connection, looked up once a call: Django's proxy would look it up at every touch."""
    return connections[DEFAULT_DB_ALIAS]


def _bare(value: Any, here: BaseDatabaseWrapper) -> Any:
    """A UUID as this database keeps it."""
    return value if here.features.has_native_uuid_field or not hasattr(value, "hex") else value.hex
