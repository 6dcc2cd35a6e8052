"""The fleet layer as a Django app: vehicles and arrivals."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Vehicles and arrivals."""

    name = "linli.fleet"

    def ready(self) -> None:
        """A list of vehicles is kept here."""
        from linli.fleet import intake
        from linli.registry.kinds import register_kind

        register_kind("vehicles", intake.keep_vehicles, intake.answers)
