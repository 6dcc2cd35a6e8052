"""The personal link of somebody who is restricted: issued once it is confirmed, hashed, revoked, gone with the file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.codes.bearer import digest
from linli.codes.token import new_token, read_token
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.alerts.models import RestrictionLink
from linli.matters.alerts.restriction import Restriction
from linli.registry.models import Community

UNDECIDED = tuple(
    state.key
    for state in (Restriction.proposed, Restriction.held, Restriction.declined, Restriction.withdrawn)
)
"""States in which there is nothing to read: nobody has been restricted."""


def issue(case_id: UUID, *, community_id: UUID, actor: Actor, at: datetime) -> str:
    """A new link's token, seen now and never again; every earlier link opens nothing from now on.

    Raises Refused (nothing written) before a second person has confirmed, Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        case = Case.objects.get(pk=case_id, community_id=community_id, loop=Restriction.key)
        if case.state in UNDECIDED:
            raise Refused(_("还没有第二个人确认,没有可以告知的"))
        revoke(case.id, community_id=community_id, at=at)
        token = new_token()
        RestrictionLink.objects.create(
            id=uuid7(),
            community_id=community_id,
            case=case,
            digest=digest(token),
            made_at=at,
            made_by=actor.shown_name,
        )
        return token


def revoke(case_id: UUID, *, community_id: UUID, at: datetime) -> int:
    """Every link of the case opens nothing from now on; how many did until now."""
    return live(case_id, community_id=community_id).update(revoked_at=at)


def live(case_id: UUID, *, community_id: UUID) -> QuerySet[RestrictionLink]:
    """The links of a case that open something."""
    return RestrictionLink.objects.filter(community_id=community_id, case_id=case_id, revoked_at=None)


def opened(text: str) -> RestrictionLink | None:
    """The link of a token as scanned or typed; None for one never given, revoked, forgotten or of nothing decided.

    It opens after the end too: whoever was restricted may read and appeal until the file is deleted.
    """
    token = read_token(text)
    if token is None:
        return None
    rows = RestrictionLink.objects.filter(
        digest=digest(token), revoked_at=None, case__restriction_file__isnull=False
    )
    return (
        rows.exclude(case__state__in=UNDECIDED).select_related("community", "case__restriction_file").first()
    )


def message(token: str, community: Community) -> str:
    """What brings the link to its person. Chinese, without anybody's name and without saying what it is about."""
    call = f"有事打{community.phone}。" if community.phone else ""
    return f"【{community.name}】有一份给您本人的告知,里面有依据、期限和申诉:{url(token)} 请勿转发。{call}"


def url(token: str) -> str:
    """What is printed, sent and scanned."""
    return f"{settings.PUBLIC_URL}/m/{token}"
