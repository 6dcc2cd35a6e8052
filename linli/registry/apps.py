"""The registry layer as a Django app: places and people."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Places and people."""

    name = "linli.registry"

    def ready(self) -> None:
        """Say how a register and a list of venues are kept."""
        from linli.registry.kinds import register_kind
        from linli.registry.moving_in import move_in
        from linli.registry.venue_list import keep_venues

        register_kind("register", move_in)
        register_kind("venues", keep_venues)
