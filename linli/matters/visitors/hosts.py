"""What a household does by its own link: reads who comes, says yes or no, calls off."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.loops import engine
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.models import HostLink
from linli.matters.visitors.questions import PAGE

SHOWN_CLOSED = timedelta(days=1)
"""How long a visit that is over is still shown."""

BY_HOST = "户主在链接里说的"
"""The reason of a no for which the host gave none."""


def visits(link: HostLink, *, at: datetime) -> list[Case]:
    """Everything announced for this home, open or just over; what must be answered first."""
    recent = Q(closed_at=None) | Q(closed_at__gt=at - SHOWN_CLOSED)
    rows = Case.objects.filter(
        recent, community_id=link.community_id, loop=VisitPass.key, scope=link.person.path
    )
    order = {VisitPass.asked.key: 0, VisitPass.inside.key: 1, VisitPass.ready.key: 2}
    return sorted(rows.order_by("-opened_at")[:20], key=lambda case: order.get(case.state, 3))


def answer(link: HostLink, case_id: UUID, said: str, *, reason: str = "", at: datetime) -> Event:
    """The household's own step: `agree`, `refuse` or `call_off`; again is harmless.

    Raises Refused (nothing written), also for a visit to another home.
    """
    own = Case.objects.filter(
        pk=case_id, community_id=link.community_id, loop=VisitPass.key, scope=link.person.path
    )
    if said not in ("agree", "refuse", "call_off") or not own.exists():
        raise Refused(_("没有找到这次来访,请刷新后再看"))
    given = {"how": PAGE} if said == "agree" else {"reason": reason.strip()[:200] or BY_HOST}
    return engine.advance(case_id, said, actor=None, given=given, at=at, intent=f"host:{case_id}:{said}")
