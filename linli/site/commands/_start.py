"""What `run`, `serve` and `work` do before anything else: refuse an unsafe house, in sentences."""

from __future__ import annotations

import click

from linli.site import guard
from linli.site.commands import REFUSED


def refuse_unless_safe(host: str = "127.0.0.1") -> None:
    """Exit with code 3 and every reason at once when the guard finds one."""
    if found := guard.faults(host):
        for fault in found:
            click.secho(f"· {fault}", err=True, fg="red")
        relaxed = (
            "For trying out on data that may be lost, LINLI_DURABILITY=relaxed switches the disk checks off."
        )
        click.echo(f"linli does not start like this. {relaxed}", err=True)
        raise click.exceptions.Exit(REFUSED)
