"""When each gate was heard, how much it sent today, how far its clock is off: gathered, written every few seconds.

Nothing is asked of the scans themselves: a fact does not say which gate sent it, and counting a day reads it all.
A process that is killed forgets the last seconds of its counts; the facts are on the disk all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, F, Value, When

from linli.base.clock import local
from linli.scans.models import Gate
from linli.scans.record import Row, made_at, moment

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds for which beats are gathered before they are written."""


@dataclass
class Beat:
    """What one gate sent since it was last written; moments in milliseconds."""

    sent: int
    heard: int
    ahead: int


class Pulse:
    """One per process; everything but the writing happens in the loop's own thread."""

    def __init__(self) -> None:
        self.beats: dict[str, Beat] = {}
        self.is_due = False

    def note(self, digest: str, rows: Sequence[Row], at: int) -> None:
        """A gate has sent these, now on the disk. Its ids are made by its own clock: the newest one tells it best."""
        ahead = made_at(max(row[0] for row in rows)) - at
        beat = self.beats.get(digest)
        if beat is None:
            self.beats[digest] = Beat(len(rows), at, ahead)
        else:
            beat.sent, beat.heard, beat.ahead = beat.sent + len(rows), at, max(beat.ahead, ahead)
        if not self.is_due:
            self.is_due = True
            asyncio.get_running_loop().call_later(EVERY, self._hand_over)

    def taken(self) -> dict[str, Beat]:
        """What was gathered; from now on anew."""
        beats, self.beats, self.is_due = self.beats, {}, False
        return beats

    def _hand_over(self) -> None:
        asyncio.get_running_loop().run_in_executor(None, _write_from_a_thread, self.taken())


def write(beats: Mapping[str, Beat]) -> None:
    """Add to each gate what it sent. Several processes add to one number; a new day begins at nothing."""
    for digest, beat in beats.items():
        heard_at = moment(beat.heard)
        day = local(heard_at).date()
        Gate.objects.filter(key_digest=digest).update(
            sent=Case(When(heard_on=day, then=F("sent") + beat.sent), default=Value(beat.sent)),
            heard_at=heard_at,
            heard_on=day,
            ahead_ms=beat.ahead,
        )


def _write_from_a_thread(beats: Mapping[str, Beat]) -> None:
    """The same where no request will close the connection. The next beat says when it was heard, if this one cannot."""
    try:
        write(beats)
    except Exception:
        log.warning("scans: the beats of %d gates were not written", len(beats), exc_info=True)
    finally:
        connection.close()
