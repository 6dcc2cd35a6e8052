"""A day's visits are opened: one case for every window of every open venue, once, by the worker's clock or by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.many import open_many
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Opening
from linli.matters.patrols.loop import Patrol
from linli.matters.patrols.models import PatrolVisit
from linli.matters.patrols.windows import Window, windows
from linli.registry.bulk import Bulk
from linli.registry.hours import HOURS
from linli.registry.models import Community, Venue

OPEN = "open"
"""The standing of a venue that is visited."""
VISITS = Bulk(PatrolVisit)


def rounds_of(pack: Pack) -> int:
    """Visits a day owed to each venue; none where the pack asks for none, or is older than this matter."""
    return int(pack.get("patrol.rounds_per_day", 0)) if Patrol.awaited.due in pack.body["due"] else 0


def open_due(community: Community, *, at: datetime) -> int:
    """The visits of the day, from the pack's hour on (`patrol.opens_at`); how many were opened. Safe to repeat."""
    pack = pack_for(community.id, at)
    begins = time.fromisoformat(pack.get("patrol.opens_at", "06:00"))
    if not rounds_of(pack) or local(at).time() < begins:
        return 0
    return open_day(community, at=at) if _unvisited(community, local(at).date()) else 0


def _unvisited(community: Community, day: date) -> list[Venue]:
    """The open venues that have no visit on a day. A pass that finds none costs one query."""
    seen = PatrolVisit.objects.filter(community=community, day=day).values("venue_id")
    return list(Venue.objects.filter(community=community, standing=OPEN).exclude(pk__in=seen))


def open_day(community: Community, *, at: datetime, actor: rights.Actor | None = None) -> int:
    """Open what is left of today's visits of every open venue that has none yet; how many. Safe to repeat.

    Windows that are over are not opened: nobody can keep them any more. Raises Refused for a colleague who may not, and
    by hand where the pack asks for no rounds.
    """
    pack, day = pack_for(community.id, at), local(at).date()
    if actor:
        _may(community, actor, pack, at)
    with transaction.atomic():
        lock(community.id)
        owed = [(v, w) for v in _unvisited(community, day) for w in of_day(v, day, pack) if w.closes_at > at]
        openings = [(_intent(v, day, w), _opening(v, w)) for v, w in owed]
        if not openings:
            return 0
        cases = open_many(Patrol, openings, community_id=community.id, at=at, actor=actor)
        _write(community, day, owed, [case.id for case in cases])
        return len(cases)


def _may(community: Community, actor: rights.Actor, pack: Pack, at: datetime) -> None:
    book = rights.book()
    if not book.holds(actor, "desk", community_id=community.id, scope=community.path, at=at):
        raise Refused(_("今天的巡查由值班台开,您此刻不在这个岗位上"))
    if not rounds_of(pack):
        raise Refused(_("现行政策包没有要求扫街(patrol.rounds_per_day)"))


def of_day(venue: Venue, day: date, pack: Pack) -> list[Window]:
    """A venue's windows on a day, by its hours and the pack."""
    hours: Sequence[Sequence[str]] = pack.get("patrol.hours", HOURS)
    return windows(venue.hours, day, rounds_of(pack), between=hours)


def _intent(venue: Venue, day: date, window: Window) -> str:
    return f"patrol:{venue.id.hex}:{day}:{window.number}"


def _opening(venue: Venue, window: Window) -> Opening:
    return Opening(
        title=title_of(venue),
        scope=venue.path,
        subject=str(venue.id),
        anchors={"opens_at": window.opens_at.isoformat(), "closes_at": window.closes_at.isoformat()},
        given={"number": window.number},
    )


def title_of(venue: Venue) -> str:
    """`惠民便利店 · 迎春苑底商1号`."""
    return " · ".join(filter(None, (venue.name, venue.address)))[:120]


def _write(
    community: Community, day: date, owed: Iterable[tuple[Venue, Window]], case_ids: list[UUID]
) -> None:
    VISITS.insert(
        [
            VISITS.new(
                community_id=community.id,
                case_id=case_id,
                venue_id=venue.id,
                day=day,
                number=window.number,
                opens_at=window.opens_at,
                closes_at=window.closes_at,
            )
            for (venue, window), case_id in zip(owed, case_ids, strict=True)
        ]
    )
