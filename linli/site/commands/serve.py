"""`linli serve`: the web server alone, for a service manager; `linli run` starts it together with the worker."""

from __future__ import annotations

import os

import click

from linli.site.commands._start import refuse_unless_safe


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (PostgreSQL only). Default: cores.")
def command(host: str, port: int, workers: int | None) -> None:
    """Serve the pages. Expects a prepared database (`linli run` prepares; or `linli prepare`).

    \b
    linli serve --port 8000                       behind a proxy on the same machine
    LINLI_DATABASE=postgresql://… linli serve --workers 4

    SQLite is served by one process: it has one writer. Stop with SIGTERM: requests under way are finished.
    Exit codes: 0 stopped, 3 refused to start.
    """
    from django.db import connection

    from linli.site.family import DIES_WITH_PARENT

    refuse_unless_safe(host)
    if connection.vendor == "sqlite":
        workers = 1
    connection.close()
    os.environ[DIES_WITH_PARENT] = "1"
    _granian(host, port, workers or os.cpu_count() or 1).serve()


def _granian(host: str, port: int, workers: int):  # type: ignore[no-untyped-def]  # granian ships no types
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    return Granian(
        "linli.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        websockets=False,
        backlog=1024,
        backpressure=1024,  # streams count here; work at once is bounded in linli.site.shed
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_level=LogLevels.warning,
    )
