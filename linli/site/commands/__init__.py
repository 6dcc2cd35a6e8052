"""The `linli` command: one file per subcommand, found by its name, loaded when it is asked for.

A file `verify.py` here holds `command`, a click command; `import_.py` becomes `linli import`.
Exit codes: 0 done · 1 something is wrong and was named · 2 wrong use · 3 refused to start · 130 interrupted.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

from linli import __version__

WRONG, REFUSED = 1, 3
"""Exit codes besides click's own: what was examined is not in order; the house will not start like this."""


class Commands(click.Group):
    """Lists the files of this package; prepares Django only for a command that will run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(
            m.name.rstrip("_") for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = {m.name.rstrip("_"): m.name for m in pkgutil.iter_modules(__path__)}
        if cmd_name not in known:
            return None
        found = import_module(f"{__name__}.{known[cmd_name]}").command
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        if not {"--help", "-h"} & {*ctx.args, *ctx._protected_args}:
            import django

            django.setup()
        return super().invoke(ctx)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Settings come from the environment (LINLI_HOME, LINLI_DATABASE, LINLI_URL …): see docs/operate.md.",
)
@click.version_option(__version__, prog_name="linli")
def cli() -> None:
    """邻里 linli: a community's platform for the days when nobody may be lost.

    \b
    linli run --demo        start everything with a made-up community, and look around
    linli run               start everything for your own community
    linli verify            prove that nothing in the ledger was altered or lost
    linli backup            one encrypted file, while people go on working
    """
