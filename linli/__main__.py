"""The `linli` command."""

import os


def main() -> None:
    """Run the command line with this house's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    from linli.site.commands import cli

    cli()


if __name__ == "__main__":
    main()
