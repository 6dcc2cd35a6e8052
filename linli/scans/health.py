"""Whether a gate is well: heard lately while its place is open, and with a clock that is believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.base.clock import local
from linli.loops.pack import Pack
from linli.registry.hours import HOURS, opened_at
from linli.scans.models import Gate
from linli.scans.record import AHEAD, BEFORE

MINUTES = "gates.silent_minutes"
"""Where the pack says how long a gate may be silent while its place is open; 30 for packs of before."""

OFF = timedelta(minutes=1)
"""A clock further off than this is worth a word."""

REVOKED, SILENT, SHUT, NEW, WELL = "revoked", "silent", "shut", "new", "well"


@dataclass(frozen=True)
class Health:
    """`state` is one of the words above; `quiet` for how long it has been silent while its place is open.

    `ahead` is how far its clock was ahead when it was last heard (behind: negative); None where it never was.
    """

    state: str
    sent_today: int
    quiet: timedelta = timedelta()
    ahead: timedelta | None = None

    @property
    def is_off(self) -> bool:
        """Whether its clock, or the facts it brings after the event, are more than a minute away."""
        return self.ahead is not None and abs(self.ahead) > OFF

    @property
    def is_believed(self) -> bool:
        """Whether its facts keep their own time (`record.believed`)."""
        return self.ahead is None or -BEFORE <= self.ahead <= AHEAD


def silent_after(pack: Pack) -> timedelta:
    """How long a gate may be silent."""
    return timedelta(minutes=int(pack.get(MINUTES, 30)))


def health(gate: Gate, pack: Pack, at: datetime) -> Health:
    """Of one gate at this moment. No query; `gate.venue` is there already."""
    today = gate.sent if gate.heard_on == local(at).date() else 0
    ahead = None if gate.ahead_ms is None else timedelta(milliseconds=gate.ahead_ms)
    if gate.revoked_at:
        return Health(REVOKED, today, ahead=ahead)
    opened = opened_at(gate.venue.hours or HOURS, at)
    last = gate.heard_at or gate.made_at
    if opened is None:
        return Health(SHUT, today, ahead=ahead)
    quiet = at - max(opened, last)
    if quiet > silent_after(pack):
        return Health(SILENT, today, quiet, ahead)
    return Health(WELL if gate.heard_at else NEW, today, ahead=ahead)
