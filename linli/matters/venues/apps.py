"""The venues matter as a Django app."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    """Codes of venues."""

    name = "linli.matters.venues"
    label = "venues"

    def ready(self) -> None:
        """Declare the loop, what its steps do, and what screens and phones show of it."""
        from linli.matters.venues import effects, facts, loop  # noqa: F401
