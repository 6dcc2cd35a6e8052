"""The returns matter as a Django app."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Returning residents."""

    name = "linli.matters.returns"
    label = "returns"

    def ready(self) -> None:
        """Declare the loop."""
        from linli.matters.returns import effects, facts, loop  # noqa: F401
