"""Which venue of the register an application may be, and which other applications came from the same shop."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop as N_

from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import OWNER
from linli.registry.models import Venue
from linli.registry.phones import sharing

PHONE, NAME, ADDRESS = "phone", "name", "address"
SAME = {PHONE: N_("同一个电话"), NAME: N_("名称相近"), ADDRESS: N_("同一个地址")}
"""By what two are alike, the surest first."""

MOST = 5
"""As many are shown: more would say that none of them is it."""
LEAST = 2
"""Characters that must be the same for a part of a name to mean anything."""


@dataclass(frozen=True)
class Alike:
    """A venue that an application may be, and by what (keys of `SAME`)."""

    venue: Venue
    by: tuple[str, ...]


def alike(file: VenueFile) -> list[Alike]:
    """Open venues that share telephone, name or address with an application, the likeliest first. Three queries."""
    called = set(sharing((OWNER, file.pk), owner_kind="venue", community_id=file.community_id))
    venues = Venue.objects.filter(community_id=file.community_id, standing="open")
    found = [Alike(venue, _by(file, venue, called)) for venue in venues]
    likely = sorted((one for one in found if one.by), key=_rank)
    return likely[:MOST]


def _by(file: VenueFile, venue: Venue, called: set[UUID]) -> tuple[str, ...]:
    one, other = _plain(file.name), _plain(venue.name)
    same = {
        PHONE: venue.pk in called,
        NAME: min(len(one), len(other)) >= LEAST and (one in other or other in one),
        ADDRESS: bool(file.address) and _plain(file.address) == _plain(venue.address),
    }
    return tuple(key for key, is_so in same.items() if is_so)


def _rank(one: Alike) -> tuple[int, int, str]:
    return (-len(one.by), list(SAME).index(one.by[0]), one.venue.name)


def _plain(text: str) -> str:
    """Half width, without spaces and case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def others(file: VenueFile) -> list[VenueFile]:
    """Other applications with the same telephone, or the same name and no venue, the newest first: asked again, or twice."""
    mine = VenueFile.objects.filter(community_id=file.community_id).exclude(pk=file.pk).select_related("case")
    called = sharing((OWNER, file.pk), owner_kind=OWNER, community_id=file.community_id)
    same = mine.filter(pk__in=called) | mine.filter(name=file.name, venue=None)
    return list(same.order_by("-made_at")[:MOST])
