"""A case opened with what somebody said in private: the words beside the ledger, their ids inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case, Event, Remark
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Opening


def open_telling(
    loop: type[Loop],
    opening: Opening,
    private: Mapping[str, str],
    *,
    community_id: UUID,
    at: datetime,
    intent: str,
    actor: Actor | None = None,
    cause: Case | None = None,
) -> Case:
    """Open a case once per `intent`, with its private answers. Whoever calls decided that it may be opened.

    Raises Refused (nothing written) for an intent that made something else.
    """
    refs = {key: str(uuid7()) for key, text in private.items() if text}
    opening = replace(opening, given={**opening.given, **refs})
    with transaction.atomic():
        lock(community_id)
        if before := opened_before(loop, intent, community_id=community_id):
            return before
        case = engine.open_case(
            loop, opening, community_id=community_id, at=at, intent=intent, actor=actor, cause=cause
        )
        event = Event.objects.get(community_id=community_id, intent=intent)
        engine.keep_private(event, refs, {key: private[key] for key in refs})
        return case


def opened_before(loop: type[Loop], intent: str, *, community_id: UUID) -> Case | None:
    """The case this intent has opened; None for a new one. Raises Refused when it made something else."""
    before = seen(community_id, intent)
    if before is None:
        return None
    if before.name != f"{loop.key}.opened":
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before.case


def told(case: Case) -> dict[str, str]:
    """What was said in private in a case, by what it answers; the latest of each. Nothing once it is shredded."""
    rows = Remark.objects.filter(community_id=case.community_id, event__case=case, shredded_at=None)
    return dict(rows.order_by("event__seq").values_list("key", "text"))
