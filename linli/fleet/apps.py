"""The fleet layer as a Django app: vehicles and arrivals."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Vehicles and arrivals."""

    name = "linli.fleet"
