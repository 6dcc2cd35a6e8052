"""The house as a Django app: commands and accounts."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Composes; decides nothing."""

    name = "linli.site"
    label = "house"

    def ready(self) -> None:
        """The guard speaks up in `manage.py check` too, and the first page can offer the demo."""
        from linli.desk import first_run
        from linli.site import guard  # noqa: F401 - registers its checks
        from linli.site.demo import build

        first_run.install_demo(build)
