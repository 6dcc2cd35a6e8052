"""The engine's rows by prepared statements: the ORM's query building would cost more than the disk (see bench/engine.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connection, models

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
        sql = self.selecting + where
        if lock and connection.features.has_select_for_update:
            sql += " FOR UPDATE"
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._bare(p) for p in params])
            row = cursor.fetchone()
        return None if row is None else self._build(row)

    def insert(self, row: M) -> None:
        """Write a new row. Raises IntegrityError as Django does."""
        values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in self.fields]
        with connection.cursor() as cursor:
            cursor.execute(self.inserting, values)
        row._state.adding = False

    def update(self, row: M, names: tuple[str, ...]) -> None:
        """Write the named columns of a row that exists."""
        sql, fields = self._updating(names)
        values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, self._bare(row.pk)])

    @lru_cache(maxsize=32)  # noqa: B019 - tables live as long as the process
    def _updating(self, names: tuple[str, ...]) -> tuple[str, list[Any]]:
        fields = [f for f in self.fields if f.attname in names]
        sets = ", ".join(f'"{f.column}" = %s' for f in fields)
        key = self.model._meta.pk.column
        return f'UPDATE "{self.table}" SET {sets} WHERE "{key}" = %s', fields  # noqa: S608

    def _bare(self, value: Any) -> Any:
        """A UUID as this database keeps it."""
        return value if connection.features.has_native_uuid_field or not hasattr(value, "hex") else value.hex

    def _find_converters(self, vendor: str) -> list[tuple[int, list[Converter], Any]]:
        found = []
        for i, field in enumerate(self.fields):
            column = field.get_col(self.table)
            converters = connection.ops.get_db_converters(column) + field.get_db_converters(connection)
            if converters:
                found.append((i, converters, column))
        return found

    def _build(self, row: Sequence[Any]) -> M:
        values = list(row)
        for i, converters, column in self._converters(connection.vendor):
            for convert in converters:
                values[i] = convert(values[i], column, connection)
        return self.model.from_db(connection.alias, self.names, values)
