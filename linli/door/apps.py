"""The door layer as a Django app: what residents and strangers see."""

from django.apps import AppConfig


class DoorConfig(AppConfig):
    """What residents and strangers see."""

    name = "linli.door"
