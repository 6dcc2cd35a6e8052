"""One observation comes in, by whichever way: kept once, its promise kept, and an alert opened in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import clamp
from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.isolation import windows
from linli.matters.isolation.models import Observation

PAGE, DOOR, PHONE, DESK, PAPER = "page", "door", "phone", "desk", "paper"
CHANNELS = {
    PAGE: N_("本人在链接里报"),
    DOOR: N_("志愿者在门口量"),
    PHONE: N_("电话"),
    DESK: N_("值班台"),
    PAPER: N_("纸质表"),
}
"""By which way an observation came."""

SYMPTOMS = (N_("发热"), N_("干咳"), N_("乏力"), N_("咽痛"), N_("嗅(味)觉减退"), N_("腹泻"), N_("鼻塞"), N_("流涕"),
            N_("结膜炎"), N_("肌痛"), N_("皮疹"), N_("关节痛"))  # fmt: skip
"""Words packs use (domain.md §2.6), so that they have an English name; a pack may use others."""

DOUBTS = {
    "odd_celsius": N_("体温数字不像真的"),
    "clock": N_("手机时间差得多"),
    "cleared": N_("上次有症状,这次说没有"),
}
"""What a person must look at before the report counts as well."""

CLOCKS_DIFFER = timedelta(hours=1)
"""A device whose clock is further off than this measured at a time nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A report as it was told. `intent` is the id the form or the device made for it; `by_hand_of` wrote it on paper.

    `taken_at` is when it was taken, where that is known better than by its arrival: from paper, or from a phone that
    was offline and whose clock has been put right. A page in a browser arrives when it is filled in.
    """

    celsius: Decimal
    symptoms: tuple[str, ...] = ()
    channel: str
    intent: str
    device_at: datetime | None = None
    taken_at: datetime | None = None
    by_hand_of: str = ""


def symptoms_of(pack: Pack) -> list[str]:
    """The symptoms this pack asks for, in its own words."""
    return list(pack.get("isolation.symptoms", []))


def is_alert(told: Told, pack: Pack) -> bool:
    """A temperature from the pack's fever on, or any symptom."""
    return bool(told.symptoms) or told.celsius >= Decimal(str(pack.get("isolation.fever_celsius")))


def receive(
    case_id: UUID,
    told: Told,
    *,
    at: datetime,
    actor: rights.Actor | None = None,
    ledger_intent: str = "",
) -> Observation:
    """Keep a report, once per `intent`: the promise of this window is kept and the next planned, an alert opens.

    `case_id` is the health report's; `ledger_intent` names its event where the caller has a name for it. Whoever calls
    decided that the teller may. Raises Refused (nothing written) when the isolation is over, Case.DoesNotExist.
    """
    with transaction.atomic():
        case = Case.objects.get(pk=case_id, loop="health_report")
        lock(case.community_id)
        before = Observation.objects.filter(community_id=case.community_id, intent=told.intent).first()
        if before:
            return _same(before, case)
        pack = pack_for(case.community_id, at)
        row = _observation(case, told, pack, at, actor)
        since = max(datetime.fromisoformat(case.anchors["since"]), row.window_at or at)
        engine.keep(
            case.id,
            anchors={"since": since.isoformat()},
            at=at,
            intent=ledger_intent or f"observation:{told.intent}"[:100],
            actor=actor,
            given={"observation": str(row.id), "alert": row.is_alert, "channel": told.channel},
            device_at=told.device_at,
            by_hand_of=told.by_hand_of,
        )
        row.save(force_insert=True)
        return row


def _same(before: Observation, case: Case) -> Observation:
    if before.case_id != case.id:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _observation(case: Case, told: Told, pack: Pack, at: datetime, actor: rights.Actor | None) -> Observation:
    taken_at = clamp(told.taken_at, at)  # a paper and a phone without a network come in hours later
    window = windows.current(taken_at, pack)
    return Observation(
        id=uuid7(),
        community_id=case.community_id,
        case=case,
        person_id=UUID(case.subject),
        at=taken_at if told.taken_at else clamp(told.device_at, at),
        received_at=at,
        device_at=told.device_at,
        window_at=window.opens_at if window else None,
        celsius=told.celsius,
        symptoms=list(told.symptoms),
        channel=told.channel,
        by_id=actor.id if actor else None,
        by_name=actor.shown_name if actor else "",
        is_alert=is_alert(told, pack),
        doubts=_doubts(case, told, pack, at),
        intent=told.intent,
    )


def _doubts(case: Case, told: Told, pack: Pack, at: datetime) -> list[str]:
    least, most = (Decimal(str(c)) for c in pack.get("isolation.plausible_celsius", [35.0, 42.0]))
    last = (
        Observation.objects.filter(community_id=case.community_id, case=case).order_by("received_at").last()
    )
    found = {
        "odd_celsius": not least <= told.celsius <= most,
        "clock": bool(told.device_at and not told.taken_at and abs(told.device_at - at) > CLOCKS_DIFFER),
        "cleared": bool(last and last.is_alert and not is_alert(told, pack)),
    }
    return [key for key, yes in found.items() if yes]


def review(
    observation_id: UUID, *, community_id: UUID, actor: rights.Actor, at: datetime
) -> Observation | None:
    """Somebody has looked at a doubtful report. A second time changes nothing; None for one that is not there."""
    rows = Observation.objects.filter(pk=observation_id, community_id=community_id)
    rows.filter(reviewed_at=None).update(reviewed_at=at, reviewed_by=actor.shown_name)
    return rows.first()
