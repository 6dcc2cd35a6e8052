"""When a step happened in the world: by the device that was there, as far as that can be true."""

from __future__ import annotations

from datetime import datetime

from linli.base.clock import clamp
from linli.loops.models import Case, Event


def happened_at(case: Case, device_at: datetime | None, at: datetime) -> datetime:
    """The device's time, never after `at` (when the record came in) and never before the step before it.

    A record made online happened when it came in. A phone without a network tells later; its clock, put right by the
    edge, decides, unless it says what cannot be. The caller holds the case's lock.
    """
    if device_at is None:
        return at
    return max(clamp(device_at, at), _last_moved_at(case))


def _last_moved_at(case: Case) -> datetime:
    """The latest moment of the opening and the steps already taken, each by its own device's time."""
    names = [f"{case.loop}.{key}" for key in ("opened", *case.declared.steps)]
    taken = Event.objects.filter(community_id=case.community_id, case=case, name__in=names)
    return max(clamp(device_at, at) for device_at, at in taken.values_list("device_at", "at"))
