"""`linli restore`: a fresh place from a backup, proved before and after."""

from __future__ import annotations

import json
from pathlib import Path

import click

from linli.site.commands import WRONG


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--into", required=True, type=click.Path(path_type=Path, file_okay=False), help="New, empty LINLI_HOME."
)
@click.option(
    "--key-file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="backup.key.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Copy of HOME/keys to put there.",
)
@click.option("--database", default="", help="Empty postgresql://… database, for a backup of PostgreSQL.")
@click.option("--json", "as_json", is_flag=True, help="What was proved, as JSON.")
def command(
    *, file: Path, into: Path, key_file: Path, keys: Path | None, database: str, as_json: bool
) -> None:
    """Restore a backup into an empty place. A damaged file or a wrong key is refused, and nothing is put there.

    \b
    linli restore linli-20220415.backup --into /srv/linli2 --key-file /safe/keys/backup.key --keys /safe/keys
    LINLI_HOME=/srv/linli2 linli run

    Practise it once a week on another machine. Exit codes: 0 restored and proved, 1 refused (the reason is said).
    """
    from linli.site import backups, restores
    from linli.site.sealed_file import Damaged

    try:
        key = backups.key_from(key_file)
        found = restores.restore(
            file,
            into.resolve(),
            key=key,
            keys=keys,
            database=database,
            tell=lambda text: click.echo(f"{text} …", err=True),
        )
    except (Damaged, OSError) as error:
        click.secho(f"Not restored: {error}", err=True, fg="red")
        raise click.exceptions.Exit(WRONG) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found["communities"]:
        click.echo(f"{row['slug']}: {row['seq']} events hold, head {row['head'][:16]}…")
    click.echo(f"restored the backup of {found['made_at']}; next: LINLI_HOME={into} linli run")
