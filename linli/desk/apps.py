"""The desk layer as a Django app: what the duty desk sees."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What the duty desk sees."""

    name = "linli.desk"
