"""The personal link of somebody behind a door: issued, hashed, revoked, and dead with the case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.codes.bearer import digest
from linli.codes.token import new_token, read_token
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.isolation.models import HealthLink
from linli.registry.models import Community


def issue(case_id: UUID, *, community_id: UUID, actor: Actor, at: datetime) -> str:
    """A new link's token, seen now and never again; every earlier link of the case opens nothing from now on.

    Raises Refused (nothing written) when the isolation is over, Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        case = Case.objects.get(pk=case_id, community_id=community_id, loop="isolation")
        if case.closed_at:
            raise Refused(_("隔离已结束,不再发链接"))
        revoke(case.id, community_id=community_id, at=at)
        token = new_token()
        HealthLink.objects.create(
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
    live = HealthLink.objects.filter(community_id=community_id, case_id=case_id, revoked_at=None)
    return live.update(revoked_at=at)


def opened(text: str) -> HealthLink | None:
    """The link of a token as scanned or typed; None for one never given, revoked, or of an isolation that is over."""
    token = read_token(text)
    if token is None:
        return None
    live = HealthLink.objects.filter(digest=digest(token), revoked_at=None, case__closed_at=None)
    return live.select_related("community", "case").first()


def message(token: str, community: Community) -> str:
    """What brings the link to its person, ready to be copied or texted. Chinese, and without anybody's name."""
    call = f"有事打{community.phone}。" if community.phone else ""
    says = f"每天早晚各报一次体温,签告知书、申请外出就医也在这里:{url(token)}"
    return f"【{community.name}】{says} 链接只归您本人,请勿转发。{call}"


def url(token: str) -> str:
    """What is printed, sent and scanned."""
    return f"{settings.PUBLIC_URL}/h/{token}"
