"""Many rows by one statement: Django's bulk_create builds its SQL value by value, at ten times the database's own cost.

    PEOPLE = Bulk(Person)
    PEOPLE.insert(people)                      # names take their search keys along, as with save()
    PEOPLE.update(people, ("name", "note"))    # only these columns, of rows that exist

SQLite runs one prepared statement for every row; PostgreSQL copies new rows in, and unpacks a JSON text for an update.
Ids are made by whoever builds the row. Errors are Django's. Measured in bench/import_rows.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction
from django.db.models.base import ModelState

from linli.registry.keys import NameKeyField
from linli.registry.names import keys_of

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
_COPY: dict[str, Convert | None] = {
    "UUIDField": attrgetter("hex"), "DateTimeField": str, "DateField": str, "JSONField": json.dumps,
    "BinaryField": lambda value: "\\x" + bytes(value).hex(),
}  # fmt: skip
_JSON = _COPY | {"JSONField": None}


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
        values = self._values(rows, self.names)
        if connection.vendor == "sqlite":
            _each(self._inserting, self._ready(values, self.names, _SQLITE))
        else:
            _copied(self._copying, self._ready(values, self.names, _COPY))
        for row in rows:
            row._state.adding = False

    def update(self, rows: Sequence[M], names: tuple[str, ...]) -> None:
        """Write the named columns (attribute names, as `household_id`) of rows that exist; others are passed over."""
        if not rows:
            return
        every = (*names, *self._wall)
        sql, values = self._updating(names)[connection.vendor], self._values(rows, every)
        if connection.vendor == "sqlite":
            _each(sql, self._ready(values, every, _SQLITE))
        else:
            keys, ready = self._columns(every), self._ready(values, every, _JSON)
            said = json.dumps([dict(zip(keys, row, strict=True)) for row in ready], ensure_ascii=False)
            with connection.cursor() as cursor:
                cursor.execute(sql, [said])

    def _values(self, rows: Sequence[M], names: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
        for row in rows if self._follow and "name" in names else ():
            keys = keys_of(row.__dict__["name"])
            for field in self._follow:
                row.__dict__[field.attname] = getattr(keys, field.key)
        return map(attrgetter(*names), rows)

    def _ready(
        self, rows: Iterable[tuple[Any, ...]], names: tuple[str, ...], kinds: dict[str, Convert | None]
    ) -> Iterable[tuple[Any, ...]]:
        """The values as this way into the database takes them, converted column by column."""
        columns = zip(*rows, strict=True)
        ready = (_converted(c, kinds.get(self._kinds[n])) for n, c in zip(names, columns, strict=True))
        return zip(*ready, strict=True)

    def _columns(self, names: tuple[str, ...]) -> list[str]:
        return [str(self.fields[n].column) for n in names]

    @cached_property
    def _wall(self) -> tuple[str, ...]:
        """What names a row: its key, and the community, so that a distributed table finds the node."""
        key = self.model._meta.pk.attname
        return (key, "community_id") if "community_id" in self.fields else (key,)

    @cached_property
    def _inserting(self) -> str:
        columns = ", ".join(f'"{c}"' for c in self._columns(self.names))
        marks = ", ".join("%s" for _ in self.names)
        return f"INSERT INTO {self.table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own tables

    @cached_property
    def _copying(self) -> str:
        columns = ", ".join(f'"{c}"' for c in self._columns(self.names))
        return f"COPY {self.table} ({columns}) FROM STDIN"

    @lru_cache(maxsize=8)  # noqa: B019 - tables live as long as the process
    def _updating(self, names: tuple[str, ...]) -> dict[str, str]:
        columns, wall = self._columns(names), self._columns(self._wall)
        marks = ", ".join(f'"{c}" = %s' for c in columns)
        found = " AND ".join(f'"{c}" = %s' for c in wall)
        sets = ", ".join(f'"{c}" = said."{c}"' for c in columns)
        same = " AND ".join(f'kept."{c}" = said."{c}"' for c in wall)
        said = f"json_populate_recordset(NULL::{self.table}, %s::json)"
        return {
            "sqlite": f"UPDATE {self.table} SET {marks} WHERE {found}",  # noqa: S608
            "postgresql": f"UPDATE {self.table} AS kept SET {sets} FROM {said} AS said WHERE {same}",  # noqa: S608
        }


def _each(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One prepared statement for every row, all of them or none."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def _copied(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """PostgreSQL's own way in for many rows. Whoever listens to statements (`execute_wrapper`) hears it too."""
    columns = map(_in_copy, zip(*rows, strict=True))
    text = "".join("\t".join(row) + "\n" for row in zip(*columns, strict=True))

    def go(sql: str, params: Any, many: bool, context: dict[str, Any]) -> None:
        with connection.wrap_database_errors, context["cursor"].copy(sql) as copy:
            copy.write(text)

    with connection.cursor() as cursor:
        said: Callable[..., Any] = go
        for wrapper in reversed(connection.execute_wrappers):
            said = partial(wrapper, said)
        said(sql, None, False, {"connection": connection, "cursor": cursor})


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


_SIGNS = re.compile(r"[\\\t\n\r]")


def _in_copy(column: tuple[Any, ...]) -> list[str]:
    """A column in the text format of COPY. Most hold nothing to escape: one look at all of it together tells."""
    texts = [value if isinstance(value, str) else "" if value is None else str(value) for value in column]
    if _SIGNS.search("".join(texts)):
        texts = [text.translate(_ESCAPES) for text in texts]
    return ["\\N" if value is None else text for value, text in zip(column, texts, strict=True)]


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
