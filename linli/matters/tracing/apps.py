"""The tracing matter as a Django app."""

from django.apps import AppConfig


class TracingConfig(AppConfig):
    """Who was where somebody was."""

    name = "linli.matters.tracing"
    label = "tracing"

    def ready(self) -> None:
        """Declare the loops, and what screens show of them."""
        from linli.matters.tracing import effects, facts, loop  # noqa: F401
