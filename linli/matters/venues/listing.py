"""Where every venue stands with its code: none, to audit, to post, posted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from linli.codes.issuing import live_of
from linli.codes.models import Code, Kind
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import Particulars, of
from linli.registry.models import Venue

NONE, AUDIT, POST, POSTED = "none", "audit", "post", "posted"
LISTS = (NONE, AUDIT, POST, POSTED)
"""In the order in which something is to be done; a venue stands on one of them."""

OF_STATE = {
    VenueCode.applied.key: AUDIT,
    VenueCode.sent_back.key: AUDIT,
    VenueCode.approved.key: NONE,
    VenueCode.issued.key: POST,
    VenueCode.posted.key: POSTED,
}

MOST = 1000
"""Venues read at once: a community has some dozens."""


@dataclass(frozen=True)
class Standing:
    """One venue, or one application that names none yet. `file` is its open one, `code` the one that lives."""

    where: str
    venue: Venue | None
    file: VenueFile | None
    code: Code | None = None

    @property
    def said(self) -> Particulars:
        """What it is called and where it is."""
        if self.file:
            return of(self.file)
        assert self.venue
        return Particulars(
            name=self.venue.name,
            kind=self.venue.kind,
            address=self.venue.address,
            manager=self.venue.manager,
            checker="",
            hours=list(self.venue.hours),
        )


def under(scopes: Iterable[str], field: str = "path") -> Q:
    """A filter for everything below one of these places; none of them: nothing."""
    found = Q(pk__in=[])
    for scope in scopes:
        found |= Q(**{f"{field}__under": scope})
    return found


def standings(community_id: UUID, scopes: Iterable[str], *, said: str = "") -> list[Standing]:
    """Every venue and application under these places by name, `said` being part of name or address. Three queries."""
    scopes = list(scopes)
    venues = Venue.objects.filter(under(scopes), community_id=community_id, standing="open")
    files = VenueFile.objects.filter(
        under(scopes, "case__scope"), community_id=community_id, case__closed_at=None
    ).select_related("case", "venue")
    if said:
        venues = venues.filter(Q(name__icontains=said) | Q(address__icontains=said))
    by_venue: dict[UUID | None, list[VenueFile]] = {}
    for file in files[:MOST]:
        by_venue.setdefault(file.venue_id, []).append(file)
    rows = [_standing(venue, by_venue.get(venue.pk)) for venue in venues.order_by("name", "pk")[:MOST]]
    new = [file for file in by_venue.get(None, []) if said in file.name or said in file.address]
    rows = [Standing(OF_STATE[file.case.state], None, file) for file in new] + rows
    codes = live_of(Kind.VENUE, [r.venue.pk for r in rows if r.venue], community_id=community_id)
    return [Standing(r.where, r.venue, r.file, codes.get(r.venue.pk) if r.venue else None) for r in rows]


def _standing(venue: Venue, files: list[VenueFile] | None) -> Standing:
    file = files[0] if files else None
    return Standing(OF_STATE[file.case.state] if file else NONE, venue, file)


def without_code(community_id: UUID, scopes: Iterable[str]) -> list[Venue]:
    """The open venues that have none and none on its way but one that waits to be issued."""
    rows = standings(community_id, scopes)
    return [row.venue for row in rows if row.where == NONE and row.venue]


def with_poster(community_id: UUID, scopes: Iterable[str]) -> list[tuple[VenueFile, Code]]:
    """What can be printed: venues whose code lives, by place and name."""
    rows = standings(community_id, scopes)
    found = [(row.file, row.code) for row in rows if row.file and row.code and row.where in (POST, POSTED)]
    return sorted(found, key=lambda one: (one[0].case.scope, of(one[0]).address, of(one[0]).name))
