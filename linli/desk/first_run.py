"""The first run: nobody is here yet, so a one-time code from the terminal opens the page that creates the community."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from linli.registry.models import Community

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that look alike."""
LENGTH = 10
"""Ten of 31 signs: 49 bits, far beyond guessing at the rate the page allows."""


def is_open() -> bool:
    """Whether the house is still without a community; once it has one, this page is closed for ever."""
    return not Community.objects.exists()


def _place() -> Path:
    return Path(settings.HOME) / "keys" / "first-run"


def code() -> str:
    """The one-time code, made once and kept for its owner only until it has been used."""
    _place().parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with os.fdopen(os.open(_place(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("".join(secrets.choice(_ALPHABET) for _ in range(LENGTH)))
    except FileExistsError:
        pass
    return _place().read_text().strip()


def is_code(text: str) -> bool:
    """Whether somebody typed the code that stands in the terminal; spaces, dashes and case do not matter."""
    typed = "".join(sign for sign in text.upper() if sign.isalnum())
    return _place().exists() and hmac.compare_digest(typed.encode(), code().encode())


def forget() -> None:
    """The code has been used."""
    _place().unlink(missing_ok=True)
