"""“I have it”, from a notification or from a page: signed for one person and one stay of one case, once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops import deadlines
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case, Event
from linli.roster.models import User

NOBODY = UUID(int=0)
"""The community of an account without one: it has no case."""

VALID = timedelta(hours=2)
"""A notification older than this leads to the page instead."""


@dataclass(frozen=True)
class Ticket:
    """What an acknowledgement is bound to; `until` is a POSIX time in seconds."""

    user: str
    case: str
    event: str
    stay: int
    until: int


def _signer() -> Signer:
    return Signer(salt="linli.notify.ack")


def token(*, user_id: UUID, case_id: UUID, event_id: UUID, stay: int, at: datetime) -> str:
    """A signed ticket for one notification; nobody else's, no other case's, and only for VALID."""
    until = int((at + VALID).timestamp())
    return _signer().sign_object(asdict(Ticket(str(user_id), str(case_id), str(event_id), stay, until)))


def read(text: str, *, at: datetime) -> Ticket:
    """The ticket behind a token. Raises Refused when it is not ours or no longer valid."""
    try:
        ticket = Ticket(**_signer().unsign_object(text[:2000]))
    except (BadSignature, TypeError, ValueError) as error:
        raise Refused(_("这条通知不能用来接单,请打开页面办理")) from error
    if ticket.until < at.timestamp():
        raise Refused(_("这条通知已过时,请打开页面看最新情况"))
    return ticket


def by_token(text: str, *, at: datetime) -> Event:
    """Acknowledge as whoever the notification was sent to. The same token again returns the first event. Raises Refused."""
    ticket = read(text, at=at)
    user = User.objects.filter(pk=ticket.user, is_active=True).first()
    if user is None:
        raise Refused(_("这个账号已停用"))
    return acknowledge(
        UUID(ticket.case), user=user, at=at, intent=f"ack:{ticket.event}:{ticket.user}", stay=ticket.stay
    )


def acknowledge(case_id: UUID, *, user: User, at: datetime, intent: str, stay: int | None = None) -> Event:
    """Take a case on. Refused when it moved on since `stay`, when somebody else has it, or off duty (nothing written).

    Raises Refused, Case.DoesNotExist (also for a case of another community).
    """
    with transaction.atomic():
        case = Case.objects.filter(community_id=user.community_id or NOBODY).get(pk=case_id)
        lock(case.community_id)
        case.refresh_from_db()
        if not Event.objects.filter(community_id=case.community_id, intent=intent, case=case).exists():
            _is_free(case, user, stay)
        return deadlines.acknowledge(case_id, actor=user, at=at, intent=intent)


def _is_free(case: Case, user: User, stay: int | None) -> None:
    if stay is not None and case.stay != stay:
        raise Refused(_("此事已有进展,请打开页面看最新情况"))
    if case.acknowledged_at and case.holder_id != user.id:
        raise Refused(_("%(name)s已接下此事") % {"name": case.holder_name})
