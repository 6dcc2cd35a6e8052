"""The patrols matter as a Django app."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """From venue to venue."""

    name = "linli.matters.patrols"
    label = "patrols"

    def ready(self) -> None:
        """Declare the loops, what happens in their steps, and what screens show of them."""
        from linli.matters.patrols import effects, facts, loop  # noqa: F401
