"""The visitors matter as a Django app."""

from django.apps import AppConfig


class VisitorsConfig(AppConfig):
    """Guests, repair workers and couriers at the gate."""

    name = "linli.matters.visitors"
    label = "visitors"

    def ready(self) -> None:
        """Declare the loop, what its steps do, and what screens and phones show of it."""
        from linli.matters.visitors import at_the_gate, effects, facts, loop, on_phone  # noqa: F401
