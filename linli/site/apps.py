"""The house as a Django app: commands and accounts."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Composes; decides nothing."""

    name = "linli.site"
    label = "house"
