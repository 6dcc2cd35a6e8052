"""Examples of one test that do not meet in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards: the next example neither sees nor pays for it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
