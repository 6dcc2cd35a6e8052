"""The testing matter as a Django app."""

from django.apps import AppConfig


class TestingConfig(AppConfig):
    """Mass testing."""

    name = "linli.matters.testing"
    label = "testing"

    def ready(self) -> None:
        """Declare the loops, and what screens show of them."""
        from linli.matters.testing import facts, loop  # noqa: F401
