"""The roster as a Django app: it installs the duty book into the engine."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Who works here."""

    name = "linli.roster"

    def ready(self) -> None:
        """From here on the engine asks the roster who is on duty, and a list of volunteers is kept here."""
        from linli.loops import rights
        from linli.registry.kinds import register_kind
        from linli.roster import intake
        from linli.roster.on_duty import Book

        rights.install(Book())
        register_kind("volunteers", intake.keep_volunteers, intake.answers)
