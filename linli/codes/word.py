"""The word of the day at a door: two digits that whoever stands there can read, and a photo of a poster cannot know."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta

from django.conf import settings

from linli.base.clock import local

OVERNIGHT = timedelta(hours=2)
"""So long after midnight yesterday's word still counts: the sheet at the door was not changed yet."""


def word_of(token: str, day: date) -> str:
    """Two digits for this code on this local day, the same on every machine of the house."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"word:{token}:{day.isoformat()}".encode(), "sha256")
    return f"{int.from_bytes(digest[:4], 'big') % 100:02}"


def is_word_of(said: str, token: str, at: datetime) -> bool:
    """Whether these are the digits of now; in the first hours of a day those of the day before, too."""
    days = {local(at).date(), local(at - OVERNIGHT).date()}
    return any(hmac.compare_digest(said.encode(), word_of(token, day).encode()) for day in days)
