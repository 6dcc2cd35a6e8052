"""`linli work`: the worker alone; several may run at once, on several machines."""

from __future__ import annotations

import signal
import threading

import click

from linli.site.commands._start import refuse_unless_safe


@click.command()
@click.option("--once", is_flag=True, help="One round over everything, then stop (for scripts and drills).")
def command(once: bool) -> None:
    """Watch the clock: deadlines, escalation, notifications, imports, and the hourly seal of the ledger.

    \b
    linli work              until SIGTERM
    linli work --once       one round

    Exit codes: 0 stopped, 3 refused to start.
    """
    from linli.site import worker

    refuse_unless_safe()
    if once:
        click.echo(f"{worker.one_round()} done")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.work(stop)
