"""Columns that are searched from their beginning: ordered by code point on both databases, and filled by themselves."""

from __future__ import annotations

from typing import Any

from django.db import models

from linli.base.scope import after_prefix
from linli.registry.names import keys_of


class KeyField(models.CharField):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    """Text compared byte by byte, so that a prefix is one range of a btree whatever the server's collation.

    SQLite compares so anyway; PostgreSQL is told by the column's collation "C".
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Django's, with the collation that only PostgreSQL needs."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        return parameters | ({"collation": "C"} if connection.vendor == "postgresql" else {})


class NameKeyField(KeyField):
    """One key of the row's `name` (a field of `names.Keys`), computed whenever the row is written, in bulk too."""

    def __init__(self, *args: Any, key: str = "whole", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def deconstruct(self) -> Any:
        """Migrations see which key it is, so that the column can be told from the next."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"key": self.key}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The key of the name as it is now."""
        value: str = getattr(keys_of(getattr(model_instance, "name", "")), self.key)
        setattr(model_instance, self.attname, value)
        return value


def starting(field: str, prefix: str) -> models.Q:
    """Rows whose `field` (a KeyField) begins with `prefix`, as a half-open range. Raises IndexError for ''."""
    return models.Q(**{f"{field}__gte": prefix, f"{field}__lt": after_prefix(prefix)})


def search_index(field: str, name: str) -> models.Index:
    """An index that answers "begins with, inside these places, next twenty" alone.

    The operator classes are PostgreSQL's: `path` takes part in prefix ranges (`__under`) under any collation.
    """
    return models.Index(
        fields=["community", field, "id", "path"],
        name=name,
        opclasses=["uuid_ops", "varchar_ops", "uuid_ops", "varchar_pattern_ops"],
    )
