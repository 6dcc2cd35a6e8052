"""The installation's signing keys: one ring for every paper that strangers check."""

from __future__ import annotations

from django.conf import settings

from linli.codes import keys
from linli.codes.keys import KeyRing


def ring() -> KeyRing:
    """The keys; the first call of an installation makes one. Raises keys.Unsafe."""
    folder = settings.HOME / "keys" / "certificates"
    found = keys.load(folder)
    if found.current is None:
        keys.rotate(folder)
        found = keys.load(folder)
    return found
