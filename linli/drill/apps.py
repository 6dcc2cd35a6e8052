"""The drill layer as a Django app: rehearsals and the demo community."""

from django.apps import AppConfig


class DrillConfig(AppConfig):
    """Rehearsals and the demo community."""

    name = "linli.drill"
