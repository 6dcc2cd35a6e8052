"""What tests of failure start from: a database that commits, emptied afterwards with the append-only ledger in it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What a test writes is really committed; afterwards everything goes, the ledger's guard stepping aside for it."""
    ledger = import_module("linli.loops.migrations.0002_append_only")
    yield
    with connection.schema_editor() as schema:
        ledger.unguard(None, schema)
    # What migrations made comes back with the flush that `transactional_db` itself makes after this one.
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    with connection.schema_editor() as schema:
        ledger.guard(None, schema)
