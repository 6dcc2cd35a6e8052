"""The isolation matter as a Django app."""

from django.apps import AppConfig


class IsolationConfig(AppConfig):
    """People behind a door."""

    name = "linli.matters.isolation"
    label = "isolation"

    def ready(self) -> None:
        """Declare the loops, and what screens show of them."""
        from linli.matters.isolation import (  # noqa: F401
            effects,
            facts,
            home_facts,
            outing_facts,
            round_facts,
        )
