"""What an act of a phone was asked: which of its answers a late record may keep, and how it calls the act."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from linli.field.declared import KEPT, OPENED
from linli.loops.engine import Refused
from linli.loops.evidence import Evidence
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.registry import loop_of
from linli.loops.spec import Loop

LONGEST_NAME = 40
"""Characters of a late record's step."""


class Act(Protocol):
    """The parts of an intent that say what was done."""

    @property
    def case(self) -> UUID: ...
    @property
    def step(self) -> str: ...
    @property
    def loop(self) -> str | None: ...


def loop_named(key: str | None) -> type[Loop]:
    """The loop a phone names. Raises Refused for one that is not here (any more)."""
    try:
        return loop_of(key or "")
    except KeyError:
        raise Refused(_("没有「%(step)s」这一步") % {"step": key or ""}) from None


def in_a_late_record(place: Case, act: Act, at: datetime) -> tuple[str, tuple[Evidence, ...]]:
    """How an act that was refused is called on `place`, and the questions it answers.

    On its own case by its step; on the case beside which its own was not opened, by its loop as well.
    """
    if act.case == place.id:
        return act.step, _needs(place.declared, act.step, place, at)
    try:
        loop = loop_named(act.loop)
    except Refused:
        return act.step, ()
    return f"{loop.key}.{act.step}"[:LONGEST_NAME], _needs(loop, act.step, place, at)


def _needs(loop: type[Loop], step: str, place: Case, at: datetime) -> tuple[Evidence, ...]:
    pack = pack_for(place.community_id, at)
    by_hand = {KEPT: loop.keeping, OPENED: loop.by_hand}.get(step)
    if by_hand:
        return by_hand.asked(pack)
    return loop.steps[step].asked(pack) if step in loop.steps else ()
