"""The house as a Django app: commands and accounts."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Composes; decides nothing."""

    name = "linli.site"
    label = "house"

    def ready(self) -> None:
        """The guard speaks up in `manage.py check` too."""
        from linli.site import guard  # noqa: F401 - registers its checks
