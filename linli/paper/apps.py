"""The paper rounds as a Django app."""

from django.apps import AppConfig


class PaperConfig(AppConfig):
    """Sheets that go out on paper and come back."""

    name = "linli.paper"
    label = "paper"

    def ready(self) -> None:
        """Declare the loop of a sheet, and what screens show of it."""
        from linli.paper import facts, loop  # noqa: F401
