"""The alerts matter as a Django app."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Alerts, restrictions and appeals."""

    name = "linli.matters.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Declare the loops, what their steps do, what screens and phones show, and whom the matter listens to."""
        from linli.matters.alerts import (  # noqa: F401
            appeal,
            at_the_spot,
            carry,
            facts,
            from_patrols,
            from_scans,
            loop,
            restriction,
        )
