"""Notify as a Django app: it listens to the ledger."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Reaching a person."""

    name = "linli.notify"

    def ready(self) -> None:
        """From here on every opened, moved, climbed or overdue case is told to whoever is on duty for it."""
        from linli.notify import after  # noqa: F401
