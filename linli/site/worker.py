"""The worker's loop: look at the clock, hand on what happened, send what is due, and sleep until the next wake."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.db import close_old_connections

from linli.base import clock
from linli.loops import deadlines, relay, replanning
from linli.loops.models import Case
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


def passes() -> list[Pass]:
    """Everything a worker does, most urgent first."""
    return [
        Pass("clock", lambda at: deadlines.wake_due(at=at)),
        Pass("packs", lambda at: replanning.take_effect(at=at)),
        Pass("relay", lambda at: relay.pump(at=at, worker=NAME)),
        *(Pass(name, run) for name, run in _of_services()),
        Pass("heads", lambda at: heads.publish(at=at)),
    ]


SERVICES = (
    ("outbox", "linli.notify.outbox", "send_due"),
    ("imports", "linli.registry.imports", "run_pending"),
)


def _of_services() -> list[tuple[str, Callable[[datetime], int]]]:
    """What services above the engine do in the background; called as `run(at=…)`."""
    found: list[tuple[str, Callable[[datetime], int]]] = []
    for name, module, function in SERVICES:
        try:
            run = getattr(import_module(module), function)
        except (ModuleNotFoundError, AttributeError):
            log.warning("%s.%s is not installed: nothing is done for it", module, function)
            continue
        found.append((name, lambda at, run=run: int(run(at=at) or 0)))  # type: ignore[misc]
    return found


def one_round(every: list[Pass] | None = None) -> int:
    """Run each pass once, each on its own: a pass that fails is logged and costs the others nothing."""
    done = 0
    for each in passes() if every is None else every:
        at = clock.now()
        if each.not_before and at < each.not_before:
            continue
        close_old_connections()
        try:
            done += each.run(at)
            each.not_before = None
        except Exception:
            log.exception("pass %s failed", each.name)
            each.not_before = at + AFTER_FAILURE
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
