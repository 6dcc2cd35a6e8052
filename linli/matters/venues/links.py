"""The one link of a shop: issued, hashed, revoked; an application's first, the venue's once it is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from linli.codes.bearer import digest
from linli.codes.token import new_token, read_token, token_of
from linli.loops.ledger import Refused, lock
from linli.loops.rights import Actor
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.venues.particulars import of
from linli.registry.models import Community, Venue

SALT = "linli.venues.link"

Owner = VenueFile | Venue
"""Whose link it is: an application, or a venue of the register."""


@dataclass(frozen=True)
class Shop:
    """What a link opens: an application has a `file` only, a venue of the register its latest file, or none."""

    community: Community
    venue: Venue | None
    file: VenueFile | None

    @property
    def name(self) -> str:
        """What it is called now."""
        if self.venue:
            return self.venue.name
        assert self.file
        return of(self.file).name


def issue(owner: Owner, *, actor: Actor, at: datetime) -> str:
    """A new link's token, seen now and never again; every earlier link of the shop opens nothing from now on.

    Raises Refused (nothing written) for an application that was refused, VenueFile.DoesNotExist.
    """
    with transaction.atomic():
        lock(owner.community_id)
        if isinstance(owner, VenueFile):
            owner = VenueFile.objects.select_related("case", "venue").get(pk=owner.pk)
            if owner.venue is None and owner.case.closed_at:
                raise Refused(_("这份申请没有通过,不再发链接"))
        revoke(owner, at=at)
        token = new_token()
        VenueLink.objects.create(
            digest=digest(token), made_at=at, made_by=actor.shown_name, **_owned_by(owner)
        )
        return token


def _owned_by(owner: Owner) -> dict[str, Any]:
    """The columns that say whose a link is: an approved application's is its venue's."""
    venue = owner if isinstance(owner, Venue) else owner.venue
    mine = {"venue": venue} if venue else {"file": owner}
    return {"community_id": owner.community_id, **mine}


def first(file: VenueFile, *, at: datetime) -> str:
    """The link an applicant gets with the answer; the same application sent again gets the same one.

    It is made from the id of the form, which only the applicant's phone knows.
    """
    made = salted_hmac(SALT, f"{file.community_id}:{file.intent}", algorithm="sha256").digest()
    token = token_of(UUID(bytes=made[:16]))
    VenueLink.objects.get_or_create(digest=digest(token), defaults={"made_at": at, **_owned_by(file)})
    return token


def pass_on(file: VenueFile) -> None:
    """The links of an application that names its venue now are the venue's."""
    mine = VenueLink.objects.filter(community_id=file.community_id, file=file)
    mine.update(file=None, venue=file.venue)


def live(owner: Owner) -> QuerySet[VenueLink]:
    """The links of a shop that open something, the newest first."""
    return VenueLink.objects.filter(revoked_at=None, **_owned_by(owner)).order_by("-made_at")


def revoke(owner: Owner, *, at: datetime) -> int:
    """Every link of the shop opens nothing from now on; how many did until now."""
    return live(owner).order_by().update(revoked_at=at)


def opened(text: str) -> Shop | None:
    """The shop of a token as scanned or typed; None for one never given or revoked."""
    token = read_token(text)
    if token is None:
        return None
    rows = VenueLink.objects.filter(digest=digest(token), revoked_at=None)
    link = rows.select_related("community", "file__case", "file__venue", "venue__community").first()
    if link is None:
        return None
    return Shop(link.community, link.venue, link.file or latest_file(link.venue))


def latest_file(venue: Venue | None) -> VenueFile | None:
    """The file of a venue whose case is open, else the one that closed last."""
    files = VenueFile.objects.filter(community_id=venue.community_id, venue=venue) if venue else None
    if files is None:
        return None
    order = (F("case__closed_at").desc(nulls_first=True), "-made_at")
    return files.select_related("case", "venue").order_by(*order).first()


def url(token: str) -> str:
    """What is printed, sent and scanned."""
    return f"{settings.PUBLIC_URL}/v/k/{token}/"


def message(token: str, community: Community) -> str:
    """What brings the link to the shop, ready to be copied or texted. Chinese, and without anybody's name."""
    call = f"有事打{community.phone}。" if community.phone else ""
    says = f"本店的场所码、来客登记、今天的巡查和要整改的,都在这一页:{url(token)}"
    return f"【{community.name}】{says} 链接只给本店用,请勿转发。{call}"
