"""The registry layer as a Django app: places and people."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Places and people."""

    name = "linli.registry"
