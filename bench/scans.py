"""The scan path beside what one would build instead, on the same machine and database, in one run.

    python -m bench.scans             SQLite
    python -m bench.scans postgres    PostgreSQL, with its own defaults (fsync on)

128 connections that each wait for their answer; the callers share the two cores with the server and the database.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.house import Figure, chosen, house, tell
from bench.scan_load import Load, run

ROOT = Path(__file__).resolve().parent.parent
SECONDS, CONNECTIONS = 6.0, 128
PEOPLE = 5000


def main() -> None:
    """Build a venue with a gate and 5,000 cards, start one server after the other, tell."""
    database = chosen()
    with house(database):
        key, cards = _town()
        tell(list(_figures(database, key, cards)))


def _figures(database: str, key: str, cards: list[str]) -> Iterator[Figure]:
    with serving("bare") as port:
        bare = run(port, "/", single(cards), key=key, connections=CONNECTIONS, seconds=SECONDS)
    yield Figure(f"bare server, no database ({database})", bare.rate, "/s", f"p99 {bare.at(0.99):.0f} ms")
    rivals = {}
    for name, server in (("orm", "granian"), ("raw", "granian"), ("orm", "gunicorn")):
        with serving(server) as port:
            load = run(port, f"/{name}", single(cards), key=key, connections=CONNECTIONS, seconds=SECONDS)
        rivals[name, server] = load
        words = {"orm": "Django view with the ORM", "raw": "Django view with a raw cursor"}[name]
        yield Figure(f"{words}, {server} ({database})", load.rate, "/s", _said(load))
    with serving("linli") as port:
        run(port, "/api/scans", single(cards), key=key, connections=8, seconds=1)
        mine = run(port, "/api/scans", single(cards), key=key, connections=CONNECTIONS, seconds=SECONDS)
        batches = run(
            port, "/api/scans", made(batch(cards, 500), 1500), key=key, connections=8, seconds=SECONDS
        )
        flood = run(port, "/api/scans", single(cards), key=key, connections=CONNECTIONS * 10, seconds=SECONDS)
        time.sleep(2)
        after = run(port, "/api/scans", single(cards), key=key, connections=CONNECTIONS, seconds=3)
    orm = max(load.rate for (name, _s), load in rivals.items() if name == "orm")
    yield Figure(f"durable scans ({database})", mine.rate, "/s", _said(mine), ">= 5000")
    yield Figure("  their p99", mine.at(0.99), "ms", f"p50 {mine.at(0.5):.0f} ms", "<= 100")
    yield Figure(
        "  as a part of the bare server", mine.rate / bare.rate, "×", f"bare {bare.rate:,.0f}/s", ">= 0.60"
    )
    yield Figure("  beside the Django view with the ORM", mine.rate / orm, "×", f"{orm:,.0f}/s", ">= 30")
    yield Figure(
        "  in batches of 500", batches.rate * 500, "scans/s", f"p99 {batches.at(0.99):.0f} ms", ">= 50000"
    )
    yield Figure(
        "  at ten times the callers, p99 of the accepted", flood.at(0.99), "ms", _said(flood), "<= 1000"
    )
    yield Figure("  two seconds later", after.rate / mine.rate, "×", "of the rate before", ">= 0.80")
    yield from _own_rate(database)


def _own_rate(database: str) -> Iterator[Figure]:
    """What the database takes by itself: one durable row after the other, and many at once."""
    from linli.base.ids import uuid7
    from linli.scans.record import Seen, row_of
    from linli.scans.store import opened

    place, ms = uuid7(), time.time_ns() // 1_000_000

    def rows(n: int) -> list[Any]:
        return [row_of(Seen(id=uuid7(), place=place, who=os.urandom(16)), b"c" * 16, ms) for _ in range(n)]

    with opened() as store:
        some = rows(600)
        begun = time.perf_counter()
        for row in some:
            store.write([row])
        single_rate = len(some) / (time.perf_counter() - begun)
        many = rows(60_000)
        begun = time.perf_counter()
        for n in range(0, len(many), 8000):
            store.write(many[n : n + 8000])
        yield Figure(f"the database alone, a commit a row ({database})", single_rate, "/s", "plain")
        yield Figure("  8,000 rows a commit", len(many) / (time.perf_counter() - begun), "/s", "plain")


def _said(load: Load) -> str:
    statuses = ", ".join(f"{n:,} × {status}" for status, n in sorted(load.statuses.items()))
    return f"p50 {load.at(0.5):.0f} ms, p99 {load.at(0.99):.0f} ms; {statuses}"


def single(cards: list[str]) -> Iterator[bytes]:
    from linli.base.ids import uuid7

    for card in cycle(cards):
        yield f'{{"id":"{uuid7()}","card":"{card}","colour":"green"}}'.encode()


def batch(cards: list[str], n: int) -> Iterator[bytes]:
    from linli.base.ids import uuid7

    turn = cycle(cards)
    while True:
        scans = ",".join(f'{{"id":"{uuid7()}","card":"{next(turn)}","colour":"green"}}' for _ in range(n))
        yield f'{{"scans":[{scans}]}}'.encode()


def made(bodies: Iterator[bytes], n: int) -> Iterator[bytes]:
    """`n` of them made before the clock starts: the callers share the processor with what they measure."""
    return iter([next(bodies) for _ in range(n)])


def _town() -> tuple[str, list[str]]:
    from django.db import connection
    from django.utils import timezone

    from bench.scan_table import Scan
    from linli.base.ids import uuid7
    from linli.codes.models import Code, Kind
    from linli.codes.token import new_short_code
    from linli.registry.models import Community, Venue
    from linli.scans import gates

    at = timezone.now()
    community = Community.objects.create(slug="bench", name="香阅四季社区", created_at=at)
    venue = Venue.objects.create(community=community, name="晨光超市", kind="商场/超市", path="bench/")
    codes = [
        Code(
            community=community,
            kind=Kind.PERSON,
            subject=uuid7(),
            short_code=new_short_code(),
            issued_at=at - timedelta(hours=1),
        )
        for _ in range(PEOPLE)
    ]
    Code.objects.bulk_create(codes)
    with connection.schema_editor() as editor:
        editor.create_model(Scan)
    return gates.make(venue, "东门", at=at).key, [code.token for code in codes]


@contextmanager
def serving(what: str) -> Iterator[int]:
    """One server on a free port, gone at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = sys.executable
    granian = [
        python,
        "-m",
        "granian",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--no-ws",
    ]
    commands = {
        "bare": [*granian, "--interface", "asginl", "bench.scan_rivals:bare"],
        "granian": [
            *granian, "--interface", "wsgi", "--blocking-threads", "4", "--factory", "bench.scan_rivals:django_application",
        ],
        "gunicorn": [
            python, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4", "--log-level", "error",
            "bench.scan_rivals:django_application()",
        ],
        "linli": [python, "-m", "linli", "serve", "--port", str(port), "--workers", "1"],
    }  # fmt: skip
    environment = dict(os.environ)
    if what in ("granian", "gunicorn"):
        environment["DJANGO_SETTINGS_MODULE"] = "bench.scan_settings"
    server = subprocess.Popen(
        commands[what], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{server.args} did not start")


if __name__ == "__main__":
    main()
