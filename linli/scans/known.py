"""Every code that is out in the world, in memory: a scan is answered without a question to the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from linli.codes import issuing
from linli.codes.models import Code
from linli.scans.models import Gate
from linli.scans.record import milliseconds

AGAIN = 1.0
"""Seconds after which a look at the database is due again: so long a code that was taken back may still be answered."""
OVERLAP = timedelta(minutes=2)
"""What other machines wrote by a clock of their own."""


class Entry(NamedTuple):
    """What a token stands for; `ends` in milliseconds, or never."""

    kind: str
    community: bytes
    subject: bytes
    ends: int | None
    short_code: str


Find = Callable[[str], Entry | None]
"""What a token, or eight characters without their hyphen, stands for."""


FIELDS = ("token", "kind", "community_id", "subject", "revoked_at", "expires_at", "short_code")


def _entry(told: Sequence[Any]) -> Entry:
    kind, community_id, subject, revoked_at, expires_at, short_code = told
    ends = min((milliseconds(m) for m in (revoked_at, expires_at) if m), default=None)
    return Entry(kind, community_id.bytes, subject.bytes, ends, short_code)


def entry_of(code: Code) -> Entry:
    """One code, as it is known."""
    return _entry([getattr(code, name) for name in FIELDS[1:]])


def asked(said: str) -> Entry | None:
    """The same by a question to the database, for whoever keeps no dictionary."""
    code = issuing.find(said)
    return entry_of(code) if code else None


class Known:
    """Tokens and short codes. One thread reads the database, everybody reads the dictionary."""

    def __init__(self) -> None:
        self.by_token: dict[str, Entry] = {}
        self.by_short: dict[str, str] = {}
        self.gates: dict[str, Entry] = {}
        """By the digest of their key, as if they were the code of their place."""
        self.looked_at: datetime | None = None
        self.next_look = 0.0
        self.looking = threading.Lock()

    def is_stale(self) -> bool:
        """Whether a look is due."""
        return time.monotonic() >= self.next_look

    def look(self, at: datetime) -> None:
        """Take in what was issued or taken back since the last look. The first look takes all."""
        if not self.looking.acquire(blocking=self.looked_at is None):
            return
        try:
            rows = Code.objects.values_list(*FIELDS)
            if since := self.looked_at:
                since -= OVERLAP
                rows = rows.filter(Q(issued_at__gte=since) | Q(revoked_at__gte=since))
            for token, *told in rows.iterator(chunk_size=5000):
                self.by_token[token] = entry = _entry(told)
                self.by_short[entry.short_code] = token
            self._take_gates()
            self.looked_at, self.next_look = at, time.monotonic() + AGAIN
        finally:
            self.looking.release()

    def look_from_a_thread(self, at: datetime) -> None:
        """The same where no request will close the connection."""
        try:
            self.look(at)
        finally:
            connection.close()

    def _take_gates(self) -> None:
        """All of them: few, and one that was taken back must be gone."""
        rows = Gate.objects.filter(revoked_at=None).values_list("key_digest", "community_id", "venue_id")
        self.gates = {d: Entry("venue", c.bytes, v.bytes, None, "") for d, c, v in rows}

    def find(self, token: str) -> Entry | None:
        """By a token as it is printed, or the eight characters without their hyphen."""
        return self.by_token.get(token) or self.by_token.get(self.by_short.get(token, ""))
