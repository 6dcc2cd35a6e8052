"""Whether whoever signed in is still there: after half an hour untouched we ask again before showing secrets."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=30)
"""Trust.md §1.3 row 1: idle 30 minutes for personal data in clear."""
TOUCH = timedelta(minutes=1)
"""A touch is written at most this often, so that reading pages does not write the session."""

_SEEN, _AWAY = "seen_at", "away_until"
_SIGNED = "account_authentication_methods"  # where allauth keeps what was proved, and when


def touch(session: SessionBase, at: datetime) -> bool:
    """Note that the browser asked for something; remember when somebody came back after a long silence.

    Returns whether anything was noted.
    """
    now, seen = at.timestamp(), session.get(_SEEN)
    if seen is not None and now - seen < TOUCH.total_seconds():
        return False
    if seen is not None and now - seen > IDLE.total_seconds():
        session[_AWAY] = now
    session[_SEEN] = now
    return True


def must_return(session: SessionBase) -> bool:
    """Whether nobody has proved who they are since the last long silence."""
    away = session.get(_AWAY)
    if away is None:
        return False
    return all(record.get("at", 0) < away for record in session.get(_SIGNED, []))
