"""The word of the day (今日口令): two digits that are true at one place on one day, for whoever really stands there.

    word_of("7XKQ2M9D0RZ5T8V3WJ6HN4FCYA", date(2022, 4, 16))   "47"

A photographed poster does not know tomorrow's. Two digits do not stop a guesser; they make a guess a deliberate one.
"""

from __future__ import annotations

from datetime import date

from django.utils.crypto import salted_hmac

SALT = "linli.codes.word"
WORDS = 100


def word_of(token: str, day: date) -> str:
    """The word of a code on a local day. Only this house can tell it: the token stands on the poster, the key does not."""
    made = salted_hmac(SALT, f"{token}:{day.isoformat()}", algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8], 'big') % WORDS:02d}"
