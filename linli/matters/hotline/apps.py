"""The hotline as a Django app; it keeps no table of its own: calls are cases, numbers lie in the vault."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """The office's telephone."""

    name = "linli.matters.hotline"
    label = "hotline"

    def ready(self) -> None:
        """Declare the loop, what screens show of it, and that the shipped cards are whole."""
        from linli.matters.hotline import checks, effects, facts, loop  # noqa: F401
