"""The isolation matter as a Django app."""

from django.apps import AppConfig


class IsolationConfig(AppConfig):
    """People behind a door."""

    name = "linli.matters.isolation"
    label = "isolation"

    def ready(self) -> None:
        """Declare the loops, what screens show and phones take along, what is done at the door, and the round on paper."""
        from linli.matters.isolation import (  # noqa: F401
            asking,
            at_the_door,
            carry,
            effects,
            facts,
            home_facts,
            on_paper,
            outing_facts,
            round_facts,
        )
