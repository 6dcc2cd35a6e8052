"""`linli docs`: prints the pages that come from declarations: the loops, and who may do what."""

from __future__ import annotations

from pathlib import Path

import click

from linli.site.commands import WRONG


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; say which page no longer tells the truth.")
def command(check: bool) -> None:
    """Print docs/loops/*.md from the loops and docs/permissions.md from the permission table.

    \b
    linli docs             after changing a declaration
    linli docs --check     in the definition of done

    Exit codes: 0 true (or written), 1 a page is stale.
    """
    from linli.site.printed import pages

    stale = [path for path, text in pages().items() if not _is(path, text)]
    if check:
        for path in stale:
            click.secho(f"{path} no longer tells the truth: run `linli docs` and commit it", fg="red")
        raise click.exceptions.Exit(WRONG if stale else 0)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages()[path], encoding="utf-8")
        click.echo(f"printed {path}")


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
