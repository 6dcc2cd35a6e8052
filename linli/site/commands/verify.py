"""`linli verify`: walks every ledger and the database, and names the first line that does not hold."""

from __future__ import annotations

import json
from typing import Any

import click

from linli.site.commands import WRONG


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
@click.option("--head", metavar="SEQ:DIGEST", help="A head printed earlier (needs --community).")
@click.option("--community", metavar="SLUG", help="Only this community.")
def command(as_json: bool, head: str | None, community: str | None) -> None:
    """Prove that nothing in the ledger was altered, removed, reordered or cut off.

    \b
    linli verify
    linli verify --community xysj --head 812:9f31…     against the head on last month's morning sheet

    Every chain is also compared with the heads written to HOME/heads each hour; keep copies of them elsewhere.
    Exit codes: 0 everything holds, 1 something does not (the first bad line is named), 2 wrong use.
    """
    from linli.site import proof

    if head and not community:
        raise click.UsageError("--head says where one chain stood: name it with --community")
    found = proof.examine(slug=community, head=_read(head))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _tell(found)
    raise click.exceptions.Exit(0 if found["holds"] else WRONG)


def _read(head: str | None) -> tuple[int, str] | None:
    if not head:
        return None
    seq, _, digest = head.partition(":")
    if not seq.isdigit() or not digest:
        raise click.BadParameter("write it as 812:9f31…", param_hint="--head")
    return int(seq), digest


def _tell(found: dict[str, Any]) -> None:
    for row in found["communities"]:
        if row["broken"]:
            where = f"event {row['broken']['seq']}: {row['broken']['why']}"
            click.secho(f"{row['slug']}: does NOT hold at {where}", fg="red")
        else:
            click.echo(f"{row['slug']}: {row['seq']} events hold, head {row['head'][:16]}…")
    for fault in found["database"]:
        click.secho(f"database: {fault}", fg="red")
    click.echo("everything holds" if found["holds"] else "NOT everything holds")
