"""What a provider's answer means for a delivery: taken, try later, gone, or refused for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from linli.notify import guard

Verdict = Literal["taken", "later", "gone", "refused"]

MOST_PATIENCE = timedelta(minutes=30)
"""A provider may ask for more in Retry-After; a notice of an outbreak cannot wait longer."""


@dataclass(frozen=True)
class Answer:
    """One attempt's end. `words` are the provider's, cleaned; `after` is how long it asked us to wait."""

    verdict: Verdict
    words: str = ""
    provider_id: str = ""
    after: timedelta | None = None


@dataclass(frozen=True)
class Attempt:
    """One thing to hand over: `go` touches the network and nothing else (no database, no clock)."""

    target: str
    go: Callable[[], Answer]


def clean(text: str) -> str:
    """Short, printable, on one line, and without telephone numbers or addresses that carry keys."""
    text = re.sub(r"https?://\S+", "<url>", text)
    text = re.sub(r"(?<!\d)(?:\+?86)?1\d{10}(?!\d)", "<phone>", text)
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()[:200]


def by_status(response: guard.Response, at: datetime) -> Answer:
    """The meaning HTTP gives it: 2xx taken, 404 and 410 gone, 408, 425, 429 and 5xx later, the rest refused."""
    words = clean(f"{response.status} {response.text}")
    if 200 <= response.status < 300:
        return Answer("taken", words)
    if response.status in (404, 410):
        return Answer("gone", words)
    if response.status in (408, 425, 429) or response.status >= 500:
        return Answer("later", words, after=patience(response.headers.get("retry-after", ""), at))
    return Answer("refused", words)


def patience(said: str, at: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date (RFC 9110 §10.2.3), never more than MOST_PATIENCE. None when unreadable."""
    try:
        wait = timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said) - at
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), MOST_PATIENCE)


def guarded(go: Callable[[], Answer]) -> Callable[[], Answer]:
    """`go` with the guard's refusals and silences as answers."""

    def attempt() -> Answer:
        try:
            return go()
        except guard.Forbidden as error:
            return Answer("refused", str(error))
        except guard.Unanswered as error:
            return Answer("later", f"no answer: {error}")

    return attempt
