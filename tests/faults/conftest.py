"""What tests of failure start from: a database that commits, emptied afterwards with the append-only ledger in it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a test writes is really committed; afterwards everything goes, the ledger's guard stepping aside for it."""
    ledger = import_module("linli.loops.migrations.0002_append_only")
    with django_db_blocker.unblock():
        yield
        with connection.schema_editor() as schema:
            ledger.unguard(None, schema)
        call_command("flush", interactive=False, verbosity=0)
        with connection.schema_editor() as schema:
            ledger.guard(None, schema)
