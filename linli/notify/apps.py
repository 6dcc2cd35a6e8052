"""Notify as a Django app: it listens to the ledger."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Reaching a person."""

    name = "linli.notify"
