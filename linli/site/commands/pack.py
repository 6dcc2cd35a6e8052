"""`linli pack`: the rules of the day as data: list, show, check, compare, adopt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from linli.site.commands import WRONG


@click.group()
def command() -> None:
    """Policy packs: deadlines, days, ladders and wording of the day, each with issuer, document and dates.

    \b
    linli pack list
    linli pack check new-rules.toml
    linli pack diff changzhi-2022-04 new-rules.toml
    linli pack adopt new-rules.toml --community xysj --from 2022-04-20T08:00 --by 段秋实
    """


@command.command("list")
def list_() -> None:
    """The packs that come with linli, and what each community has adopted."""
    from linli.loops import pack
    from linli.loops.models import Adoption
    from linli.registry.models import Community

    for key in pack.shipped_keys():
        click.echo(f"{key}  {pack.read(pack.shipped(key)).title}")
    slugs = dict(Community.objects.values_list("id", "slug"))
    for row in Adoption.objects.order_by("from_at"):
        click.echo(
            f"{slugs.get(row.community_id, row.community_id)}: {row.key} from {_local(row.from_at)}, by {row.adopted_by}"
        )


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a pack: NAME is a shipped key or a file."""
    click.echo(_text(name))


@command.command()
@click.argument("name")
def check(name: str) -> None:
    """Say everything that is wrong with a pack at once. Exit codes: 0 usable, 1 not."""
    found = _faults(_text(name))
    for fault in found:
        click.secho(f"· {fault}", fg="red")
    click.echo("usable" if not found else f"{len(found)} faults")
    raise click.exceptions.Exit(WRONG if found else 0)


@command.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changes between two packs, value by value. Exit codes: 0 the same, 1 different."""
    lines = [_flat(_pack(name).body) for name in (before, after)]
    changed = list(difflib.unified_diff(lines[0], lines[1], before, after, lineterm="", n=0))
    for line in changed:
        click.secho(line, fg={"+": "green", "-": "red"}.get(line[0]))
    raise click.exceptions.Exit(WRONG if changed else 0)


@command.command()
@click.argument("name")
@click.option("--community", required=True, metavar="SLUG")
@click.option(
    "--from",
    "from_at",
    required=True,
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="Local time.",
)
@click.option("--by", required=True, help="Who decided it.")
@click.option("--seconded-by", default="", help="Who agreed.")
@click.option("--yes", is_flag=True, help="Do not ask after the preview.")
def adopt(*, name: str, community: str, from_at: datetime, by: str, seconded_by: str, yes: bool) -> None:
    """Let a pack bind a community from a moment on; shows first which open cases move."""
    from linli.base import clock
    from linli.loops import replanning
    from linli.registry.models import Community

    body, pack = _text(name), _pack(name)
    if not (found := Community.objects.filter(slug=community).first()):
        raise click.UsageError(f"there is no community {community!r}")
    moved = _preview(replanning.preview(found.id, pack))
    if not yes:
        click.confirm(f"{moved} open cases move. Adopt {pack.key}?", abort=True)
    local = from_at.replace(tzinfo=clock.LOCAL)
    adoption = replanning.adopt(
        found.id, body, from_at=local, at=clock.now(), adopted_by=by, seconded_by=seconded_by
    )
    click.echo(f"{adoption.key} binds {community} from {_local(adoption.from_at)}")


def _preview(changes: Iterable[Any]) -> int:
    moved = 0
    for moved, change in enumerate(changes, 1):
        if moved <= 50:
            click.echo(f"{change.case.title}: {_local(change.due_before)} → {_local(change.due_after)}")
    if moved > 50:
        click.echo(f"… and {moved - 50} more")
    return moved


def _text(name: str) -> str:
    from linli.loops import pack

    if Path(name).is_file():
        return Path(name).read_text(encoding="utf-8")
    if name not in pack.shipped_keys():
        raise click.UsageError(f"{name!r} is neither a file nor a shipped pack; see `linli pack list`")
    return pack.shipped(name)


def _pack(name: str) -> Any:
    from linli.loops import pack

    try:
        return pack.read(_text(name))
    except pack.BadPack as error:
        for fault in error.faults:
            click.secho(f"· {fault}", err=True, fg="red")
        raise click.exceptions.Exit(WRONG) from error


def _faults(text: str) -> list[str]:
    from linli.loops import check, pack, registry

    try:
        read = pack.read(text)
    except pack.BadPack as error:
        return error.faults
    return list(check.faults(registry.all_loops(), due_keys=read.body.get("due", {})))


def _flat(body: Any, path: str = "") -> list[str]:
    """`due.return.verify.after = 20m`, sorted."""
    if isinstance(body, dict):
        return sorted(
            line for key, value in body.items() for line in _flat(value, f"{path}.{key}" if path else key)
        )
    return [f"{path} = {body}"]


def _local(at: datetime) -> str:
    from linli.base import clock

    return f"{clock.local(at):%Y-%m-%d %H:%M}"
