"""The census matter as a Django app."""

from django.apps import AppConfig


class CensusConfig(AppConfig):
    """From door to door."""

    name = "linli.matters.census"
    label = "census"

    def ready(self) -> None:
        """Declare the loops, and what screens show of them."""
        from linli.matters.census import care, effects, facts, look_in, loop  # noqa: F401
