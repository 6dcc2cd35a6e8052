"""`linli backup`: one encrypted file, while everybody goes on working."""

from __future__ import annotations

import json
from pathlib import Path

import click

from linli.site.commands import WRONG


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="32 bytes; default HOME/keys/backup.key.",
)
@click.option("--json", "as_json", is_flag=True, help="The manifest as JSON.")
def command(target: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Write database and uploads into one encrypted file; nobody has to stop working.

    \b
    linli backup                                   → HOME/backups/linli-20220415-0310.backup
    linli backup /mnt/usb/linli.backup --key-file /safe/backup.key

    HOME/keys is NOT in it, on purpose: without those keys identity numbers and telephones in a stolen backup
    stay unreadable. Keep a copy of HOME/keys (backup.key too) in the office safe, apart from the backups.
    The file appears under its name only when it is whole. Exit codes: 0 written, 1 not written (the reason is said).
    """
    from django.conf import settings

    from linli.base import clock
    from linli.site import backups
    from linli.site.sealed_file import Damaged

    at = clock.now()
    target = target or Path(settings.HOME) / "backups" / f"linli-{clock.local(at):%Y%m%d-%H%M%S}.backup"
    try:
        key = backups.key_from(key_file or Path(settings.HOME) / "keys" / "backup.key", make=key_file is None)
        manifest = backups.back_up(
            target, key=key, at=at, tell=lambda text: click.echo(f"{text} …", err=True)
        )
    except (Damaged, OSError) as error:
        click.secho(f"No backup was written: {error}", err=True, fg="red")
        raise click.exceptions.Exit(WRONG) from error
    if as_json:
        click.echo(json.dumps({"file": str(target), **manifest}, ensure_ascii=False))
    else:
        rows = sum(manifest["counts"].values())
        click.echo(
            f"{target}: {target.stat().st_size / 1e6:.1f} MB, {rows} rows, {len(manifest['heads'])} ledgers"
        )
