"""A call to whoever is known only by the number left at a door: masked, in clear for a reason, written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import engine, rights
from linli.loops.evidence import MAX_TEXT, Evidence, faults
from linli.loops.ledger import Made, Refused, append, lock_for
from linli.loops.models import Case, Event
from linli.loops.rights import Actor
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.models import Sighting
from linli.registry import strangers
from linli.scans.looking import contact_of

CALLED, SAID = "called", "call"
"""Kind of the remark that a call leaves; what was said in it, in private."""

OUTCOMES = (
    ("reached", N_("打通了")),
    ("no_answer", N_("没人接")),
    ("wrong", N_("号码不对")),
)
ASKED = (
    Evidence("outcome", N_("打通了没有"), kind="choice", choices=OUTCOMES),
    Evidence(SAID, N_("电话里说的"), private=True, required=False),
)
MOST_SAID, MOST_REASON = MAX_TEXT, 100
"""Characters of what was said, and of why somebody looks."""

LOOKED_AT = 5
"""Scans of one alert in which a number is looked for, the latest first: they all have the same key."""


@dataclass(frozen=True)
class Left:
    """A number that was left: with which scan, as it was enclosed for it, and how it is shown."""

    scan: UUID
    blob: bytes
    masked: str


def was_scanned(case: Case) -> bool:
    """Whether an alert came of a scan."""
    return Sighting.objects.filter(community_id=case.community_id, case=case).exists()


def left(case: Case) -> Left | None:
    """The telephone that the stranger of an alert left; None for none, and once the days of its scan are over."""
    rows = Sighting.objects.filter(community_id=case.community_id, case=case).exclude(who="")
    for scan in rows.order_by("-seen_at", "-id").values_list("scan", flat=True)[:LOOKED_AT]:
        blob = contact_of(scan, community_id=case.community_id)
        masked = strangers.masked(blob, about=scan) if blob else ""
        if blob and masked:
            return Left(scan, blob, masked)
    return None


def reveal(case: Case, *, reader: Actor, reason: str, at: datetime) -> str:
    """The number in clear, once, for whoever handles the alert; the look is logged with its reason.

    "" where none was left. Raises Refused (nothing is logged, because nothing was seen).
    """
    _may(case, reader, at)
    if not reason.strip():
        raise Refused(_("请写明为什么要看"))
    found = left(case)
    if found is None:
        return ""
    return strangers.disclosed(
        found.blob,
        about=found.scan,
        community_id=case.community_id,
        reader=reader,
        reason=f"{case.loop} {case.id.hex[-8:].upper()}: {reason.strip()}",
        at=at,
    )


def record(case_id: UUID, given: Mapping[str, Any], *, actor: Actor, at: datetime, intent: str) -> Event:
    """Write down that somebody called, once per `intent`. The promise stays where it is: a call alone settles nothing.

    Raises Refused (nothing written) with a sentence per answer.
    """
    with transaction.atomic():
        ledger, case, before = lock_for(case_id, intent)
        if before:
            if before.case_id != case.id or before.given.get("kind") != CALLED:
                raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
            return before
        _may(case, actor, at)
        if found := faults(ASKED, given):
            raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(found)}, found)
        facts, private = engine.apart(ASKED, {"kind": CALLED, **given})
        facts = {key: value for key, value in facts.items() if value}
        event = append(ledger, case, Made(f"{Alert.key}.remarked", intent, at, actor, facts))
        engine.keep_private(event, facts, private)
        return event


def _may(case: Case, actor: Actor, at: datetime) -> None:
    """Raises Refused for anybody without the duty at the place, and once the alert is closed."""
    if case.closed_at:
        raise Refused(_("这件异常已经办结,不再看号码"))
    where = {"community_id": case.community_id, "scope": case.scope, "at": at}
    if not rights.book().holds(actor, "responder", **where):
        raise Refused(_("由「异常处置」打电话,您此刻不在这个岗位上"))


def outcome(given: Mapping[str, Any]) -> str:
    """How a call ended, in the reader's language."""
    return _(dict(OUTCOMES).get(str(given.get("outcome")), ""))
