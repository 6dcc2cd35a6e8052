"""Triggers that keep the ledger append-only, on both databases."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE TRIGGER loops_event_no_{verb} BEFORE {verb} ON loops_event "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
)
POSTGRES = (
    "CREATE OR REPLACE FUNCTION loops_event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER loops_event_append_only BEFORE UPDATE OR DELETE ON loops_event "
    "FOR EACH ROW EXECUTE FUNCTION loops_event_append_only()",
)


def guard(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Refuse UPDATE and DELETE of events in the database itself."""
    if schema.connection.vendor == "postgresql":
        for statement in POSTGRES:
            schema.execute(statement, params=None)
    else:
        for verb in ("update", "delete"):
            schema.execute(SQLITE.format(verb=verb), params=None)


def unguard(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Take the guard away (one step back)."""
    if schema.connection.vendor == "postgresql":
        schema.execute("DROP TRIGGER loops_event_append_only ON loops_event")
    else:
        for verb in ("update", "delete"):
            schema.execute(f"DROP TRIGGER loops_event_no_{verb}")


class Migration(migrations.Migration):
    """Guard the ledger."""

    dependencies: ClassVar = [("loops", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(guard, unguard)]
