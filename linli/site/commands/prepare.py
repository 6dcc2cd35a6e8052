"""`linli prepare`: makes the database and the static files ready, for services that start `serve` and `work` apart."""

from __future__ import annotations

import click


def prepare() -> None:
    """Tables and static files, one line each for what took time."""
    from linli.site import prepare as house

    if count := house.pending_migrations():
        click.echo(f"Preparing the database ({count} steps) … ", nl=False)
        house.migrate()
        click.echo("done")
    if house.collect_static():
        click.echo("Collected the static files")


@click.command()
def command() -> None:
    """Bring the database and the static files up to date; safe to repeat. Run it after every upgrade.

    \b
    linli backup && linli prepare       before starting a newer version
    """
    prepare()
    click.echo("ready")
