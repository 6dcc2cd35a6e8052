"""The one door by which a resident or a shop is texted: a colleague on duty sends them their own link; it is written down.

Who may is the caller's permission; whom: only a number that the register has for them, and only a mobile in China;
what: a text the house made, never one typed in; how often: once a minute and five times a day each, and never
more than half of the channel's daily budget, so that the duty's own alarms always find the other half.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops.ledger import Refused, lock
from linli.loops.rights import Actor
from linli.loops.shred import record
from linli.notify import secret
from linli.notify.channels import sms
from linli.notify.models import SMS, Channel, ResidentMessage
from linli.registry import readings
from linli.registry.models import Person, Venue
from linli.registry.retention import Past, past

A_DAY, PAUSE = 5, timedelta(minutes=1)
"""Messages to one person or shop in a day, and between two of them (trust.md row 18)."""

To = Person | Venue


def channel_for(community_id: UUID) -> Channel | None:
    """The channel by which residents can be texted; None where the office has set up none."""
    rows = Channel.objects.filter(community_id=community_id, kind=SMS, enabled=True)
    return rows.order_by("id").first()


def text(
    to: To, words: Callable[[], str], *, purpose: str, actor: Actor, at: datetime, intent: str
) -> ResidentMessage:
    """Send one message, once per `intent`; what became of it stands on the row, the text does not.

    `words` makes the text when it is certain that it will be sent. Raises Refused (nothing written, nothing sent)
    without a channel, without a mobile number, or when it was sent too often.
    """
    row, number, is_new = _noted(to, purpose, actor, at, intent)
    if not is_new:
        return row
    try:
        said = words()
    except Refused:
        row.delete()
        raise
    attempt = sms.attempt_to(row.channel, number, said, key=str(row.id), at=at, reserve=True)
    answer = attempt.go()  # outside any transaction: the network may take its five seconds
    row.state = ResidentMessage.SENT if answer.verdict == "taken" else ResidentMessage.FAILED
    row.answer = answer.words[:200]
    row.save(update_fields=["state", "answer"])
    return row


def _noted(
    to: To, purpose: str, actor: Actor, at: datetime, intent: str
) -> tuple[ResidentMessage, str, bool]:
    """The row is there before anything leaves the house: a house killed in between says "sending", never nothing."""
    with transaction.atomic():
        lock(to.community_id)
        mine = ResidentMessage.objects.filter(community_id=to.community_id)
        if before := mine.select_related("channel").filter(intent=intent).first():
            return before, "", False
        channel, number = channel_for(to.community_id), _mobile_of(to)
        if channel is None:
            raise Refused(_("没有设置短信渠道,请复制文字发过去"))
        if not number:
            raise Refused(_("台账里没有手机号,请打印二维码或当面交"))
        _not_too_often(to, at)
        row = ResidentMessage.objects.create(
            id=uuid7(),
            **_whose(to),
            channel=channel,
            purpose=purpose,
            intent=intent,
            sent_at=at,
            sent_by_id=actor.id,
            sent_by=actor.shown_name,
        )
        return row, number, True


def _mobile_of(to: To) -> str:
    """The first mobile number of theirs; "" for none."""
    return next(filter(None, map(sms.mobile, secret.phones_of(to))), "")


def _whose(to: To) -> dict[str, Any]:
    """The columns that say who was texted."""
    mine = {"venue": to} if isinstance(to, Venue) else {"person": to}
    return {"community_id": to.community_id, **mine}


def _not_too_often(to: To, at: datetime) -> None:
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = ResidentMessage.objects.filter(sent_at__gte=midnight, **_whose(to))
    if today.count() >= A_DAY:
        raise Refused(_("今天已发过 %(n)d 条,请打电话") % {"n": A_DAY})
    if today.filter(sent_at__gt=at - PAUSE).exists():
        raise Refused(_("刚发过一条,请一分钟后再发"))


def forget(*, at: datetime) -> int:
    """Forget who was texted after the days the pack keeps the log of readings. Returns how many rows went."""
    return sum(_of_community(over) for over in past(at, days=readings.DAYS))


def _of_community(over: Past) -> int:
    with transaction.atomic():
        old = ResidentMessage.objects.filter(community=over.community, sent_at__lt=over.before)
        gone = old.delete()[0]
        record("message", gone, community_id=over.community.id, rule=over.rule, at=over.at)
    return gone
