"""Steps per second through the engine, beside the bare insert of two rows on the same database.

The limit: a step must write at least an event and a case, so the fastest conceivable engine is a transaction that
inserts two rows of the same width and commits durably. Both are timed in turns (A B A B …) in one process.

    python -m bench.engine            SQLite
    python -m bench.engine postgres   PostgreSQL, started for this run with its own defaults (fsync on)
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

ROUNDS, STEPS = 7, 300
T0 = datetime(2022, 4, 14, 17, 10, tzinfo=UTC)


def main(database: str) -> None:
    """Print both rates and their ratio, median of the rounds."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-bench-"))
        os.environ |= {"LINLI_HOME": home, "DJANGO_SETTINGS_MODULE": "linli.site.settings"}
        os.environ["LINLI_DATABASE"] = f"sqlite:///{home}/bench.sqlite3"
        if database == "postgres":
            from tests.postgres import postgres

            server = stack.enter_context(postgres(durable=True))
            os.environ["LINLI_DATABASE"] = server.named("postgres")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        steps, bare = engine_steps(), bare_inserts()
        rates = [(rate(steps), rate(bare)) for _ in range(ROUNDS)]
        mine, rival = (statistics.median(column) for column in zip(*rates, strict=True))
        ratio = statistics.median(a / b for a, b in rates)
        print(
            f"engine on {database}: {mine:,.0f} steps/s · bare insert of two rows {rival:,.0f}/s · ratio {ratio:.2f}"
        )


def rate(work: Callable[[], None]) -> float:
    """Calls a second over STEPS calls."""
    begun = time.perf_counter()
    for _ in range(STEPS):
        work()
    return STEPS / (time.perf_counter() - begun)


def engine_steps() -> Callable[[], None]:
    """One step of the parcel loop a call, always on an open case, as the acceptance tests take it."""
    from linli.loops import engine, registry
    from linli.loops.spec import Opening
    from linli.loops.tests.conftest import make_office
    from linli.loops.tests.parcel import Parcel, Receipt

    registry._loops.update({"parcel": Parcel, "receipt": Receipt})
    office = make_office()
    at = T0
    cases = []
    for n in range(ROUNDS * STEPS + 1):
        opening = Opening(title="包*", scope="c1/a/", subject=f"p{n}")
        cases.append(engine.open_case(Parcel, opening, community_id=office.id, at=at, intent=f"open-{n}").id)
    given = {"giver": "店主王某", "taker": "跑腿李某"}

    def step() -> None:
        case_id = cases.pop()
        engine.advance(
            case_id,
            "fetch",
            actor=office.runner,
            given=given,
            at=at + timedelta(minutes=1),
            intent=f"fetch-{case_id}",
        )

    return step


def bare_inserts() -> Callable[[], None]:
    """Two rows as wide as a case and an event, by raw cursor, in one durable transaction."""
    from django.db import connection, transaction

    from linli.base.ids import uuid7

    with connection.cursor() as cursor:
        for table in ("bare_case", "bare_event"):
            cursor.execute(
                f"CREATE TABLE {table} (id char(36) PRIMARY KEY, community char(36), body varchar(600))"
            )
            cursor.execute(f"CREATE INDEX {table}_by ON {table} (community, id)")
    body, community = "x" * 400, str(uuid7())

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("bare_case", "bare_event"):
                cursor.execute(f"INSERT INTO {table} VALUES (%s, %s, %s)", [str(uuid7()), community, body])

    return insert


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sqlite")
