"""Starts the engine: declarations are checked before any case can suffer from them."""

from django.apps import AppConfig


class LoopsConfig(AppConfig):
    """The engine as a Django app."""

    name = "linli.loops"

    def ready(self) -> None:
        """Register the system checks."""
        from linli.loops import checks  # noqa: F401
