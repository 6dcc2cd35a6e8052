"""The codes layer as a Django app: signed codes and paper."""

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """Signed codes and paper."""

    name = "linli.codes"
