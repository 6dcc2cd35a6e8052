"""`linli keys`: a new key for the vault, and an old one put aside once nothing needs it."""

from __future__ import annotations

import json

import click

from linli.site.commands import WRONG


@click.group()
def command() -> None:
    """Renew the key under which identity numbers and telephones lie.

    \b
    linli keys rotate          a new key; everything moves under it, while people go on working
    linli keys forget 1        put the old key aside, once nothing needs it

    Copy HOME/keys to the office safe after each: backups older than a rotation still need the older keys.
    """


@command.command()
@click.option("--no-new-key", is_flag=True, help="Only move what lies under older keys.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def rotate(no_new_key: bool, as_json: bool) -> None:
    """Make a new key and re-encrypt everything under it. Safe to stop (Ctrl-C) and run again: it goes on.

    \b
    linli keys rotate
    linli keys rotate --no-new-key      after restarting web and worker: what they still wrote under the old key

    A run that was stopped is finished first, without another key. A running web or worker reads the new key when
    it meets it, and goes on writing under the old one until it is restarted. HOME/keys must be the same for all.
    Exit codes: 0 everything lies under the newest key, 1 a value cannot be read.
    """
    from linli.registry import rotation, vault

    makes = not no_new_key and not rotation.left()
    number = rotation.make_key() if makes else rotation.newest()
    total, moved = rotation.left(), 0
    try:
        with click.progressbar(length=total, label=f"Moving to key {number}", hidden=as_json) as bar:
            for some in rotation.reencrypt():
                moved += some
                bar.update(some)
    except vault.Unreadable as error:
        click.secho(
            f"{error}: its key is missing, or it was altered. {moved} moved before it.", err=True, fg="red"
        )
        raise click.exceptions.Exit(WRONG) from error
    told = {"key": number, "made": makes, "moved": moved, "left": rotation.left()}
    click.echo(json.dumps(told) if as_json else _sentence(number, makes, moved, told["left"]))


def _sentence(key: int, made: bool, moved: int, left: int) -> str:
    begin = f"Made key {key}." if made else f"Key {key} is the newest."
    after = "Copy HOME/keys to the safe, restart web and worker, then `linli keys rotate --no-new-key`."
    return f"{begin} {moved} values moved under it, {left} left. {after}"


@command.command()
@click.argument("number", type=click.IntRange(1, 255))
@click.option("--restarted", is_flag=True, help="Web and worker were restarted since the last rotation.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def forget(number: int, restarted: bool, as_json: bool) -> None:
    """Put an old key aside (HOME/keys/forgotten). Refused while a value needs it.

    \b
    linli keys forget 1 --restarted

    --restarted says that no running process can still write under it. Delete the file for good only when no
    backup older than the rotation is wanted any more.
    Exit codes: 0 put aside, 1 refused (the reason is said), 2 wrong use.
    """
    from linli.registry import rotation

    if not restarted:
        raise click.UsageError(
            "a process that was not restarted may still write under it: restart, then --restarted"
        )
    try:
        aside = rotation.forget(number)
    except rotation.Needed as why:
        click.secho(f"Key {number} stays: {why}", err=True, fg="red")
        raise click.exceptions.Exit(WRONG) from why
    click.echo(
        json.dumps({"key": number, "file": str(aside)}) if as_json else f"Key {number} lies in {aside}"
    )
