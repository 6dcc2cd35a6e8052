"""`linli import`: an office's own file, checked, shown with every defect, confirmed, brought in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.site.commands import WRONG

if TYPE_CHECKING:
    from linli.registry.imports import Import
    from linli.registry.models import Community

UNUSABLE = 2
WORKER = "linli import"
CHUNK = 1 << 20


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--kind",
    help="register, volunteers, venues, vehicles, trains, pushed; told by the columns when left out.",
)
@click.option(
    "--community", "slug", help="Which community, by its short name; needed where there are several."
)
@click.option(
    "--accept",
    multiple=True,
    metavar="KIND",
    help="Take the suggestions of this kind of defect (repeatable).",
)
@click.option("--yes", is_flag=True, help="Do not ask; what a person must decide is left out and listed.")
@click.option(
    "--json", "as_json", is_flag=True, help="The outcome as JSON; without --yes nothing is brought in."
)
def command(  # noqa: PLR0917 - click passes them by name
    file: Path, kind: str | None, slug: str | None, accept: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Bring a file of the office in: residents, volunteers, venues, vehicles, trains, pushed lists (.xlsx, .csv).

    \b
    linli import 居民台账.xlsx                      check, show what was found, ask, bring in
    linli import 居民台账.xlsx --accept name_emoji   take the suggestions for this kind of defect
    linli import 车辆.csv --yes --json               for scripts

    The same or a corrected file again updates and never doubles. Killed in the middle, nothing is half done: start
    `linli work` (or `linli run`) and it goes on. Exit codes: 0 all in, 1 some rows need a look (see the result file),
    2 the file cannot be used.
    """
    from linli.base import clock
    from linli.registry import deciding, running, staging, uploads

    at = clock.now()
    made = _received(file, _community(slug), kind or "", at)
    for rows in staging.previewing(made):
        _tick(f"{rows} rows read", as_json)
    if made.trouble:
        raise _unusable(made.trouble, as_json)
    for defect in accept:
        deciding.decide_all(made, defect, deciding.ACCEPT)
    if not as_json:
        _show(made)
    if not (yes or (not as_json and click.confirm("Bring it in?", default=True))):
        _finish(made, as_json)
    try:
        deciding.confirm(made, by=WORKER, at=at, lease=running.lease(clock.now(), WORKER))
    except deciding.Undecidable as no:
        raise _unusable(str(no), as_json) from no
    work = running.Work(made, at=clock.now(), worker=WORKER)
    with click.progressbar(length=made.total, label="rows", hidden=as_json) as bar:
        work.to_the_end(lambda done: bar.update(done - bar.pos))
    made.refresh_from_db()
    _finish(made, as_json, uploads.result_place(made.id))


def _community(slug: str | None) -> Community:
    from linli.registry.models import Community

    found = list(Community.objects.filter(slug=slug) if slug else Community.objects.all()[:2])
    if len(found) != 1:
        known = (
            ", ".join(Community.objects.values_list("slug", flat=True)[:20])
            or "none yet: open the first-run page"
        )
        raise click.BadParameter(f"name one community ({known})", param_hint="--community")
    return found[0]


def _received(file: Path, community: Community, kind: str, at: Any) -> Import:
    from linli.registry import running, staging
    from linli.registry.imports import State
    from linli.registry.intake import KINDS

    if kind and kind not in KINDS:
        raise click.BadParameter(f"one of {', '.join(KINDS)}", param_hint="--kind")
    made = staging.receive(
        _chunks(file),
        community=community,
        name=file.name,
        bringer=staging.Bringer(None, WORKER),
        at=at,
        kind=kind,
        lease=running.lease(at, WORKER),
    )
    if made.state in (State.CONFIRMED, State.RUNNING):
        raise _unusable("this very file is being brought in already", False)
    return made


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _tick(text: str, quiet: bool) -> None:
    if not quiet and sys.stderr.isatty():
        click.echo(f"\r{text}", err=True, nl=False)


def _show(made: Import) -> None:
    """What was found, most first; one row of each kind as an example, its name masked."""
    from linli.registry.intake import KINDS, Action, Defect
    from linli.registry.staging import read

    click.echo(f"\n{made.name}: {KINDS[made.kind].title}, {made.total} rows")
    for outcome, n in sorted(made.counts["outcome"].items(), key=lambda pair: -pair[1]):
        click.echo(f"  {n:>6}  {outcome}")
    for kind, counted in sorted(made.counts["kind"].items(), key=lambda pair: -pair[1]["n"]):
        row = (
            made.rows.filter(community=made.community_id, kinds__contains=f" {kind} ")
            .order_by("position")
            .first()
        )
        where = f"{row.sheet}!{row.number} {read(row)[0]}".strip() if row else ""
        said = Defect(kind, counted["field"], Action(counted["action"])).sentence
        click.secho(f"  {counted['n']:>6}  {kind:<28} {where}", fg="yellow" if counted["asks"] else None)
        if counted["asks"]:
            click.echo(f"          {said}")
    if made.unknown_columns:
        click.echo(f"  columns not imported: {', '.join(made.unknown_columns)}")


def _finish(made: Import, as_json: bool, result: Path | None = None) -> None:
    """Say what came of it, and end with the exit code."""
    from linli.registry.imports import State

    if made.state == State.FAILED:
        raise _unusable(made.trouble, as_json)
    asking = sum(counted["asks"] for counted in made.counts["kind"].values())
    look = asking + made.results.get("held", 0) + made.results.get("refused", 0)
    if as_json:
        told = {
            "import": str(made.id),
            "kind": made.kind,
            "state": made.state,
            "rows": made.total,
            "counts": made.counts,
        }
        click.echo(
            json.dumps(told | {"results": made.results, "result_file": str(result or "")}, ensure_ascii=False)
        )
    elif result:
        click.echo("  ".join(f"{word} {n}" for word, n in made.results.items()))
        click.echo(f"Reasons, row by row: {result}")
    else:
        click.echo("Nothing was brought in. The preview waits on the desk for seven days.")
    raise click.exceptions.Exit(WRONG if look else 0)


def _unusable(sentence: str, as_json: bool) -> click.exceptions.Exit:
    if as_json:
        click.echo(json.dumps({"state": "failed", "trouble": sentence}, ensure_ascii=False))
    else:
        click.secho(sentence, err=True, fg="red")
    return click.exceptions.Exit(UNUSABLE)
