"""A new key for the vault: all that is encrypted moves under it in small steps; an old one goes when nothing needs it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from linli.registry import vault
from linli.registry.imports import OPEN, Import, ImportRow
from linli.registry.people import Sealed

AT_ONCE = 500
"""Values in one transaction."""


class Needed(Exception):
    """A key that cannot be forgotten yet; `str()` says why."""


def newest() -> int:
    """The number of the key that encrypts."""
    return max(vault.key_numbers(), default=1)


def make_key() -> int:
    """A new key on the disk, down to its folder, before anything is encrypted with it. Returns its number (2 … 255)."""
    number = newest() + 1
    if number > 255:
        raise Needed("key numbers end at 255")
    path = _place(number)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)
    vault.read_keys_again()
    return number


def left() -> int:
    """How many values lie under an older key."""
    return sum(rows.count() for rows in _old())


def reencrypt() -> Iterator[int]:
    """Move what is left, a batch a transaction; yields how many moved. Safe to stop anywhere and run again."""
    for rows in _old():
        while batch := list(rows.order_by("pk")[:AT_ONCE]):
            with transaction.atomic():
                yield _moved(batch)


def forget(number: int) -> Path:
    """Put an old key aside, into HOME/keys/forgotten: nothing reads it there. Raises Needed, and nothing moved then."""
    path = _place(number)
    if number == newest():
        raise Needed(f"key {number} is the newest: it encrypts")
    if not path.exists():
        raise Needed(f"there is no key {number}")
    if needed := sum(rows.filter(key=bytes([number])).count() for rows in _keyed()):
        raise Needed(f"{needed} values still need key {number}: run `linli keys rotate --no-new-key`")
    if Import.objects.filter(state__in=OPEN).exists():
        raise Needed("an import is open; what it has staged may need the key: finish it or give it up first")
    aside = path.parent / "forgotten" / path.name
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    path.replace(aside)
    _sync(path.parent)
    vault.read_keys_again()
    return aside


def _place(number: int) -> Path:
    return Path(settings.HOME) / "keys" / f"field-{number}.key"


def _keyed() -> tuple[QuerySet[Any], ...]:
    """Every encrypted value with the number of its key: the first byte."""
    return (
        Sealed.objects.annotate(key=Substr("blob", 1, 1, output_field=BinaryField())),
        ImportRow.objects.exclude(enclosed=None).annotate(
            key=Substr("enclosed", 1, 1, output_field=BinaryField())
        ),
    )


def _old() -> Iterator[QuerySet[Any]]:
    for rows in _keyed():
        yield rows.exclude(key=bytes([newest()]))


def _moved(batch: list[Any]) -> int:
    """How many were written under the newest key; one that changed meanwhile is found in the next batch."""
    moved = vault.rotate(row for row in batch if isinstance(row, Sealed))
    for row in batch:
        if not isinstance(row, ImportRow):
            continue
        was = bytes(row.enclosed or b"")
        fresh = vault.enclose(vault.disclose(was, about=row.id), about=row.id)
        moved += ImportRow.objects.filter(pk=row.pk, enclosed=was).update(enclosed=fresh)
    return moved


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
