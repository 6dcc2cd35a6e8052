"""The person who is restricted appeals by their own link, and reads what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Opening
from linli.matters.alerts.appeal import Appeal
from linli.matters.alerts.kept import open_telling, opened_before, told

MOST = 1000
"""Characters in which somebody says why it is wrong."""


def ask(
    restriction: Case,
    words: str,
    *,
    at: datetime,
    intent: str,
) -> Case:
    """Open an appeal, once per `intent`, one at a time, and no more than the pack's number for one restriction.

    Whoever calls decided that the asker may. Raises Refused (nothing written).
    """
    with transaction.atomic():
        lock(restriction.community_id)
        if before := opened_before(Appeal, intent, community_id=restriction.community_id):
            return before
        _well_asked(restriction, words, at)
        return open_telling(
            Appeal,
            Opening(
                title=restriction.title,
                scope=restriction.scope,
                subject=restriction.subject,
                anchors={"person": restriction.subject},
            ),
            {"words": words.strip()},
            community_id=restriction.community_id,
            at=at,
            intent=intent,
            cause=restriction,
        )


def _well_asked(restriction: Case, words: str, at: datetime) -> None:
    if not words.strip() or len(words) > MOST:
        says = _("请写明哪里不对(最多 %(most)d 字)") % {"most": MOST}
        raise Refused(says, {"words": says})
    rows = appeals_of(restriction)
    if any(one.closed_at is None for one in rows):
        raise Refused(_("您的申诉正在办,请等答复,或打社区电话"))
    most = int(pack_for(restriction.community_id, at).get("restriction.appeals", 3))
    if len(rows) >= most:
        raise Refused(_("已经申诉过 %(n)d 次。仍不服的,可以打 12345,或依法申请行政复议") % {"n": most})


def appeals_of(restriction: Case) -> list[Case]:
    """Every appeal against a restriction, the latest first."""
    rows = Case.objects.filter(community_id=restriction.community_id, loop=Appeal.key, cause=restriction)
    return list(rows.order_by("-opened_at", "-id"))


@dataclass(frozen=True)
class Answered:
    """The latest appeal as its asker reads it: their own words, the outcome, and the reason once there is one."""

    case: Case
    words: str
    outcome: str
    reason: str


def latest(restriction: Case) -> Answered | None:
    """What came of the last appeal; None when there was none."""
    rows = appeals_of(restriction)
    if not rows:
        return None
    said = told(rows[0])
    return Answered(
        rows[0], said.get("words", ""), str(rows[0].anchors.get("outcome", "")), said.get("reason", "")
    )
