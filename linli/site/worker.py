"""The worker's loop: look at the clock, hand on what happened, send what is due, and sleep until the next wake."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connection

from linli.base import clock
from linli.loops import deadlines, relay, replanning
from linli.loops.models import Case
from linli.matters.alerts import forget as alerts
from linli.matters.census import forget as census
from linli.matters.hotline import forget as calls
from linli.matters.isolation import forget as isolations
from linli.matters.patrols import forget as patrols
from linli.matters.patrols import giving
from linli.matters.returns import forget
from linli.matters.supplies import forget as supplies
from linli.matters.testing import forget as lists
from linli.matters.tracing import forget as traces
from linli.matters.venues import forget as venues
from linli.matters.visitors import forget as visitors
from linli.notify import outbox
from linli.paper import forget as sheets
from linli.registry import readings, running
from linli.roster import devices, tries
from linli.scans import forget as days
from linli.scans import notable as scans
from linli.site import heads

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=1)
"""An event committed elsewhere is handed on within this time."""
AFTER_FAILURE = timedelta(seconds=5)
"""A pass that failed is tried again after this pause; the others go on meanwhile."""

NAME = f"{socket.gethostname()}:{os.getpid()}"
"""How this worker signs its leases."""


@dataclass
class Pass:
    """One thing the worker does each round: `run(at)` returns how much it did."""

    name: str
    run: Callable[[datetime], int]
    not_before: datetime | None = None
    every: timedelta | None = None

    def rests(self, at: datetime) -> bool:
        """Whether it waits. A moment further ahead than any pause was set before the clock jumped back: it binds nobody."""
        if self.not_before is None:
            return False
        return at < self.not_before <= at + max(self.every or AFTER_FAILURE, AFTER_FAILURE)


def passes() -> list[Pass]:
    """Everything a worker does, most urgent first."""
    return [
        Pass("clock", lambda at: deadlines.wake_due(at=at)),
        Pass("steady", lambda at: deadlines.steady(at=at), every=timedelta(minutes=1)),
        Pass("packs", lambda at: replanning.take_effect(at=at)),
        Pass("scans", scans.Handing().hand_on),
        Pass("relay", lambda at: relay.pump(at=at, worker=NAME)),
        Pass("outbox", lambda at: outbox.send_due(at=at, worker=NAME)),
        Pass("imports", lambda at: running.run_pending(at=at, worker=NAME)),
        Pass("patrols", lambda at: giving.open_and_plan(at=at), every=timedelta(minutes=1)),
        Pass("walks", lambda at: giving.improver.look(at=at)),
        Pass("heads", lambda at: heads.publish(at=at)),
        Pass("forget", lambda at: forget.forget(at=at), every=timedelta(hours=1)),
        Pass("isolations", lambda at: isolations.forget(at=at), every=timedelta(hours=1)),
        Pass("calls", lambda at: calls.forget(at=at), every=timedelta(hours=1)),
        Pass("sheets", lambda at: sheets.forget(at=at), every=timedelta(hours=1)),
        Pass("supplies", lambda at: supplies.forget(at=at), every=timedelta(hours=1)),
        Pass("visitors", lambda at: visitors.forget(at=at), every=timedelta(hours=1)),
        Pass("census", lambda at: census.forget(at=at), every=timedelta(hours=1)),
        Pass("patrols forget", lambda at: patrols.forget(at=at), every=timedelta(hours=1)),
        Pass("alerts", lambda at: alerts.forget(at=at), every=timedelta(hours=1)),
        Pass("lists", lambda at: lists.forget(at=at), every=timedelta(hours=1)),
        Pass("traces", lambda at: traces.forget(at=at), every=timedelta(hours=1)),
        Pass("venues", lambda at: venues.forget(at=at), every=timedelta(hours=1)),
        Pass("days of scans", lambda at: days.forget(at=at), every=timedelta(hours=1)),
        Pass("readings", lambda at: readings.forget(at=at), every=timedelta(hours=1)),
        Pass("devices", lambda at: devices.forget(at=at), every=timedelta(hours=1)),
        Pass("tries", lambda at: tries.forget(at=at), every=timedelta(hours=1)),
    ]


def one_round(every: list[Pass] | None = None) -> int:
    """Run each pass once, each on its own: a pass that fails is logged and costs the others nothing.

    One connection a round: opening one costs more than most passes, and closing the last one rewrites SQLite's log.
    """
    done = 0
    close_old_connections()
    for each in passes() if every is None else every:
        at = clock.now()
        if each.rests(at):
            continue
        try:
            done += each.run(at)
            each.not_before = at + each.every if each.every else None
        except Exception:
            log.exception("pass %s failed", each.name)
            each.not_before = at + AFTER_FAILURE
        if connection.errors_occurred:
            close_old_connections()
    return done


def work(stop: threading.Event) -> None:
    """Round after round until `stop` is set; the round under way is finished first."""
    every = passes()
    while not stop.is_set():
        if not one_round(every):
            stop.wait(_pause().total_seconds())


def _pause() -> timedelta:
    """Until the next case wakes, a second at most."""
    try:
        wake_at = Case.objects.open().order_by("wake_at").values_list("wake_at", flat=True).first()
    except Exception:
        log.exception("the next wake could not be read")
        return AFTER_FAILURE
    if wake_at is None:
        return LONGEST_SLEEP
    return min(max(wake_at - clock.now(), timedelta(milliseconds=50)), LONGEST_SLEEP)
