"""The desk's list of calls and its three figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from linli.base.clock import local
from linli.loops.models import Case, CaseQuerySet, Event
from linli.matters.hotline.loop import Call

OPEN, MINE, TODAY = "open", "mine", "today"
LISTS = (OPEN, MINE, TODAY)

SHOWN = 50
"""Rows on the page; the figures count everything."""


class Figures(NamedTuple):
    """How many calls came today, how many wait, how many of these too long."""

    today: int
    waiting: int
    overdue: int


def _calls(community_id: UUID, scopes: Iterable[str]) -> CaseQuerySet:
    return Case.objects.all().within(community_id, scopes).filter(loop=Call.key)


def midnight(at: datetime) -> datetime:
    """When this day began in the community."""
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def figures(community_id: UUID, scopes: Iterable[str], at: datetime) -> Figures:
    """One query."""
    since = midnight(at)
    wanted = _calls(community_id, scopes).filter(Q(closed_at=None) | Q(opened_at__gte=since))
    found = wanted.aggregate(
        today=Count("pk", filter=Q(opened_at__gte=since)),
        waiting=Count("pk", filter=Q(closed_at=None)),
        overdue=Count("pk", filter=Q(closed_at=None, due_at__lt=at)),
    )
    return Figures(**found)


def _taken_by(me: UUID) -> Exists:
    """Whoever took a call down answers for it until somebody else does."""
    opened = Event.objects.filter(case=OuterRef("pk"), name=f"{Call.key}.opened", actor_id=me)
    return Exists(opened)


def rows(show: str, community_id: UUID, scopes: Iterable[str], *, me: UUID, at: datetime) -> list[Case]:
    """One of the lists; whatever is open comes first, by its promise, then what was closed last."""
    found = _calls(community_id, scopes)
    wanted = {
        OPEN: found.open(),
        MINE: found.open().filter(Q(holder_id=me) | Q(_taken_by(me), holder_id=None)),
        TODAY: found.filter(opened_at__gte=midnight(at)),
    }[show]
    order = (F("due_at").asc(nulls_last=True), F("closed_at").desc(nulls_first=True), "id")
    return list(wanted.order_by(*order)[:SHOWN])
