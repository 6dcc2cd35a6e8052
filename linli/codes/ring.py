"""What every paper that strangers check shares: the installation's signing keys, its address, its leeway."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from linli.codes import keys, sign
from linli.codes.keys import KeyRing

CLOCKS_RUN_LATE = timedelta(minutes=10)
"""A statement holds from so long before it was signed: the reader's clock may be behind."""


def ring() -> KeyRing:
    """The keys; the first call of an installation makes one. Raises keys.Unsafe."""
    folder = settings.HOME / "keys" / "certificates"
    found = keys.load(folder)
    if found.current is None:
        keys.rotate(folder)
        found = keys.load(folder)
    return found


def check_url(token: str, statement: str) -> str:
    """What the QR holds: the page that answers online, and behind # the signed statement for a checker offline."""
    page = f"{settings.PUBLIC_URL}/c/"
    if settings.HTTPS:
        return sign.check_url(page, token, statement)
    return f"{page}{token}#{sign.to_digits(statement)}"  # this machine only: a trial
