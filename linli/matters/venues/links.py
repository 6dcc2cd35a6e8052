"""The personal link of a shopkeeper: issued, hashed, revoked, and gone with the file of the venue's code."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from linli.codes.bearer import digest
from linli.codes.token import new_token, read_token, token_of
from linli.loops.ledger import Refused, lock
from linli.loops.rights import Actor
from linli.matters.venues.models import VenueFile, VenueLink

SALT = "linli.venues.link"


def issue(file_id: UUID, *, community_id: UUID, actor: Actor, at: datetime) -> str:
    """A new link's token, seen now and never again; every earlier link of the venue opens nothing from now on.

    Raises Refused (nothing written) when the code was taken back or refused, VenueFile.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        file = VenueFile.objects.select_related("case").get(pk=file_id, community_id=community_id)
        if file.case.closed_at:
            raise Refused(_("这家的场所码已经收回或未通过,不再发链接"))
        revoke(file.id, community_id=community_id, at=at)
        token = new_token()
        _keep(file, token, by=actor.shown_name, at=at)
        return token


def first(file: VenueFile, *, at: datetime) -> str:
    """The link an applicant gets with the answer; the same application sent again gets the same one.

    It is made from the id of the form, which only the applicant's phone knows.
    """
    made = salted_hmac(SALT, f"{file.community_id}:{file.intent}", algorithm="sha256").digest()
    token = token_of(UUID(bytes=made[:16]))
    if not VenueLink.objects.filter(digest=digest(token)).exists():
        _keep(file, token, by="", at=at)
    return token


def _keep(file: VenueFile, token: str, *, by: str, at: datetime) -> None:
    VenueLink.objects.create(
        community_id=file.community_id, file=file, digest=digest(token), made_at=at, made_by=by
    )


def revoke(file_id: UUID, *, community_id: UUID, at: datetime) -> int:
    """Every link of the venue opens nothing from now on; how many did until now."""
    live = VenueLink.objects.filter(community_id=community_id, file_id=file_id, revoked_at=None)
    return live.update(revoked_at=at)


def opened(text: str) -> VenueLink | None:
    """The link of a token as scanned or typed; None for one never given or revoked."""
    token = read_token(text)
    if token is None:
        return None
    live = VenueLink.objects.filter(digest=digest(token), revoked_at=None)
    return live.select_related("community", "file__case", "file__venue").first()


def url(token: str) -> str:
    """What is printed, sent and scanned."""
    return f"{settings.PUBLIC_URL}/v/k/{token}/"
