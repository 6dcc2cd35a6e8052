"""The personal link of a household: whoever lives there announces visitors with it and says yes or no to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from linli.base.ids import uuid7
from linli.codes.bearer import digest
from linli.codes.token import new_token, read_token
from linli.loops.ledger import lock
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.visitors.models import HostLink
from linli.registry.models import Community, Person


def issue(person: Person, *, actor: Actor, at: datetime) -> str:
    """A new link's token, seen now and never again. Earlier ones live on until their own end."""
    days = pack_for(person.community_id, at).get("visitor.link_days", 30)
    with transaction.atomic():
        lock(person.community_id)
        token = new_token()
        HostLink.objects.create(
            id=uuid7(),
            community_id=person.community_id,
            person=person,
            digest=digest(token),
            made_at=at,
            made_by=actor.shown_name,
            expires_at=at + timedelta(days=days),
        )
        return token


def revoke(person: Person, *, at: datetime) -> int:
    """Every link of this resident opens nothing from now on; how many did until now."""
    live = HostLink.objects.filter(
        community_id=person.community_id, person=person, revoked_at=None, expires_at__gt=at
    )
    return live.update(revoked_at=at)


def opened(text: str, *, at: datetime) -> HostLink | None:
    """The link of a token; None for one never given, revoked, past its end, or of somebody who lives here no more."""
    token = read_token(text)
    if token is None:
        return None
    live = HostLink.objects.filter(digest=digest(token), revoked_at=None, expires_at__gt=at)
    homes = ("community", "person__household__dwelling__compound", "person__household__dwelling__building")
    link = live.select_related(*homes).first()
    gone = link is None or link.person.standing in (Person.LEFT, Person.DECEASED)
    return None if gone else link


def url(token: str) -> str:
    """What is printed, sent and scanned."""
    return f"{settings.PUBLIC_URL}/r/h/{token}/"


def message(token: str, community: Community, *, waits: bool = False) -> str:
    """What brings the link to its household, ready to be copied or texted. Chinese, and without anybody's name."""
    call = f"有事打{community.phone}。" if community.phone else ""
    says = "门口有人找您家,请点开答复" if waits else "有客人、维修要来,在这里先登记,有人来访也在这里答复"
    return f"【{community.name}】{says}:{url(token)} 链接只归您家,请勿转发。{call}"
