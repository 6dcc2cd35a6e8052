"""The supplies matter as a Django app."""

from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    """Food and medicine for people who cannot go out."""

    name = "linli.matters.supplies"
    label = "supplies"

    def ready(self) -> None:
        """Declare the loop, what its steps do, and what screens and phones show of it."""
        from linli.matters.supplies import at_the_door, effects, ending, facts, loop, on_phone  # noqa: F401
