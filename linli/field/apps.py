"""The field layer as a Django app: what volunteers carry."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """What volunteers carry."""

    name = "linli.field"

    def ready(self) -> None:
        """The house's one service worker also keeps the app, so that it opens without a network."""
        from linli.field import shell
        from linli.notify import one_worker

        one_worker.add(shell.worker_part)
