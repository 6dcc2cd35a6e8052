"""Many rows by one statement: Django's bulk_create builds its SQL value by value, at ten times the database's own cost.

    PEOPLE = Bulk(Person)
    PEOPLE.insert(people)                      # names take their search keys along, as with save()
    PEOPLE.update(people, ("name", "note"))    # only these columns, of rows that exist

SQLite runs one prepared statement for every row; PostgreSQL unpacks one JSON text into rows of the table's own type.
Ids are made by whoever builds the row. Errors are Django's. Measured in bench/import_rows.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction
from django.db.models.base import ModelState

from linli.registry.keys import NameKeyField

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]

_PLAIN = frozenset({
    "BooleanField", "CharField", "SlugField", "TextField", "IntegerField", "PositiveBigIntegerField",
    "PositiveIntegerField", "PositiveSmallIntegerField",
})  # fmt: skip
"""Fields whose values both databases take as they are."""


@lru_cache(64)
def _moment_for_sqlite(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


_SQLITE: dict[str, Convert | None] = {
    "UUIDField": attrgetter("hex"), "DateTimeField": _moment_for_sqlite, "DateField": str, "JSONField": json.dumps,
    "BinaryField": None,
}  # fmt: skip
_POSTGRES: dict[str, Convert | None] = {
    "UUIDField": attrgetter("hex"), "DateTimeField": str, "DateField": str, "JSONField": None,
    "BinaryField": lambda value: "\\x" + bytes(value).hex(),
}  # fmt: skip


class Bulk(Generic[M]):
    """One model's table. Raises TypeError for a column of a kind that it does not know how to write."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.table = f'"{model._meta.db_table}"'
        self.fields = {f.attname: f for f in model._meta.concrete_fields}
        self.names = tuple(self.fields)
        self._follow = [f for f in self.fields.values() if isinstance(f, NameKeyField)]
        self._kinds = {n: _kind_of(f) for n, f in self.fields.items()}

    def new(self, **values: Any) -> M:
        """An unsaved row by attribute names (`community_id`), the rest from the fields' defaults: no signals, no checks."""
        row = self.model.__new__(self.model)
        row.__dict__ = self._blank | values
        for name, default in self._made:
            if name not in values:
                row.__dict__[name] = default()
        row._state = ModelState()
        return row

    @cached_property
    def _blank(self) -> dict[str, Any]:
        return {n: f.get_default() for n, f in self.fields.items() if not _makes(f)}

    @cached_property
    def _made(self) -> list[tuple[str, Callable[[], Any]]]:
        return [(n, f.default) for n, f in self.fields.items() if _makes(f)]

    def insert(self, rows: Sequence[M]) -> None:
        """Write new rows. Raises IntegrityError as Django does."""
        if not rows:
            return
        self._say(self._inserting[connection.vendor], self.names, self._values(rows, self.names))
        for row in rows:
            row._state.adding = False

    def update(self, rows: Sequence[M], names: tuple[str, ...]) -> None:
        """Write the named columns (attribute names, as `household_id`) of rows that exist; others are passed over."""
        if not rows:
            return
        every = (*names, *self._wall)
        self._say(self._updating(names)[connection.vendor], every, self._values(rows, every))

    def _values(self, rows: Sequence[M], names: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
        for row in rows if self._follow and "name" in names else ():
            for field in self._follow:
                field.pre_save(row, False)
        return map(attrgetter(*names), rows)

    def _say(self, sql: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        kinds = _SQLITE if connection.vendor == "sqlite" else _POSTGRES
        columns = (
            _converted(c, kinds.get(self._kinds[n]))
            for n, c in zip(names, zip(*rows, strict=True), strict=True)
        )
        ready = zip(*columns, strict=True)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                with transaction.atomic(savepoint=False):
                    cursor.executemany(sql, list(ready))
            else:
                keys = self._columns(names)
                said = [dict(zip(keys, row, strict=True)) for row in ready]
                cursor.execute(sql, [json.dumps(said, ensure_ascii=False)])

    def _columns(self, names: tuple[str, ...]) -> list[str]:
        return [str(self.fields[n].column) for n in names]

    @cached_property
    def _wall(self) -> tuple[str, ...]:
        """What names a row: its key, and the community, so that a distributed table finds the node."""
        key = self.model._meta.pk.attname
        return (key, "community_id") if "community_id" in self.fields else (key,)

    @cached_property
    def _inserting(self) -> dict[str, str]:
        columns = ", ".join(f'"{c}"' for c in self._columns(self.names))
        marks = ", ".join("%s" for _ in self.names)
        return {
            "sqlite": f"INSERT INTO {self.table} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our own tables
            "postgresql": f"INSERT INTO {self.table} ({columns}) SELECT {columns} FROM {self._unpacked}",  # noqa: S608
        }

    @lru_cache(maxsize=8)  # noqa: B019 - tables live as long as the process
    def _updating(self, names: tuple[str, ...]) -> dict[str, str]:
        columns, wall = self._columns(names), self._columns(self._wall)
        marks = ", ".join(f'"{c}" = %s' for c in columns)
        found = " AND ".join(f'"{c}" = %s' for c in wall)
        sets = ", ".join(f'"{c}" = said."{c}"' for c in columns)
        same = " AND ".join(f'kept."{c}" = said."{c}"' for c in wall)
        return {
            "sqlite": f"UPDATE {self.table} SET {marks} WHERE {found}",  # noqa: S608
            "postgresql": f"UPDATE {self.table} AS kept SET {sets} FROM {self._unpacked} AS said WHERE {same}",  # noqa: S608
        }

    @property
    def _unpacked(self) -> str:
        return f"json_populate_recordset(NULL::{self.table}, %s::json)"


def _makes(field: Any) -> bool:
    """Whether the field's default is made for each row."""
    return bool(field.has_default()) and callable(field.default)


def _kind_of(field: Any) -> str:
    kind: str = (field.target_field if field.is_relation else field).get_internal_type()
    if kind not in _PLAIN and kind not in _SQLITE:
        raise TypeError(f"{field}: nobody said how a {kind} is written")
    return kind


def _converted(column: tuple[Any, ...], convert: Convert | None) -> Iterable[Any]:
    if convert is None:
        return column
    return [None if value is None else convert(value) for value in column]
