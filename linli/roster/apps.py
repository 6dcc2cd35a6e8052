"""The roster as a Django app: it installs the duty book into the engine."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Who works here."""

    name = "linli.roster"

    def ready(self) -> None:
        """From here on the engine asks the roster who is on duty."""
        from linli.loops import rights
        from linli.roster.on_duty import Book

        rights.install(Book())
