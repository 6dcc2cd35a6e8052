"""`linli run`: one command that prepares everything, starts web and worker, and says what to open."""

from __future__ import annotations

import os
import signal
import socket
import threading

import click

from linli.site.commands import REFUSED
from linli.site.commands._start import refuse_unless_safe
from linli.site.commands.prepare import prepare


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty house with the demo community, without asking.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def command(demo: bool, host: str, port: int) -> None:
    """Prepare the database, then start web and worker together; Ctrl-C ends both cleanly.

    \b
    linli run                              for your own community: the first page creates it
    linli run --demo                       a made-up community of 5,000 people, and tonight's trains
    LINLI_HOME=/srv/linli linli run --port 8080

    A process that dies is started again. Running it a second time goes on where it stopped.
    Exit codes: 0 stopped by you, 1 a process could not be kept alive, 3 refused to start.
    """
    os.environ.setdefault("LINLI_URL", f"http://{host}:{port}")
    _port_must_be_free(host, port)
    prepare()
    refuse_unless_safe(host)
    if demo:
        _make_demo()
    _say_what_to_open(f"http://{host}:{port}/")
    raise click.exceptions.Exit(_live(host, port))


def _port_must_be_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            click.secho(
                f"Port {port} on {host} cannot be used: {error.strerror}. Is linli running already? Try --port {port + 1}.",
                err=True,
                fg="red",
            )
            raise click.exceptions.Exit(REFUSED) from error


def _make_demo() -> None:
    from linli.base import clock
    from linli.drill import town
    from linli.registry.models import Community

    if Community.objects.filter(is_drill=False).exists():
        click.echo("This house has a community of its own; --demo leaves it alone.")
        return
    with click.progressbar(length=1, label="Building the demo community", show_eta=False) as bar:

        def show(phase: str, done: int, total: int) -> None:
            bar.length, bar.pos = max(total, 1), done
            bar.label = f"Building the demo community: {phase}"
            bar.render_progress()

        town.build(at=clock.now(), progress=show)


def _say_what_to_open(url: str) -> None:
    click.echo(f"\n  Open      {url}")
    for line in _how_to_sign_in():
        click.echo(f"  {line}")
    click.echo("  Stop      Ctrl-C\n")


def _how_to_sign_in() -> list[str]:
    from linli.desk import first_run
    from linli.registry.models import Community

    if first_run.is_open():
        shown = first_run.code()
        return [f"Code      {shown[:5]}-{shown[5:]}   (the first page asks for it, once)"]
    if Community.objects.filter(is_drill=True).exists():
        from linli.drill import staff

        names = ", ".join(row[0] for row in staff.STAFF[1:])
        return [f"Sign in   {staff.STAFF[0][0]} / {staff.password()}   (demo; also: {names})"]
    return ["Sign in   with your name and password"]


def _live(host: str, port: int) -> int:
    from django.db import connections

    from linli.site.family import Child, Family

    connections.close_all()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = [
        Child("web", ("serve", "--host", host, "--port", str(port))),
        Child("worker", ("work",)),
    ]
    return Family(children, lambda text: click.echo(text, err=True), stop).live()
