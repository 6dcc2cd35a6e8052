"""The scans as a Django app."""

from django.apps import AppConfig


class ScansConfig(AppConfig):
    """Entries, exits and passages: many a second, each on the disk before it is acknowledged."""

    name = "linli.scans"
    label = "scans"
