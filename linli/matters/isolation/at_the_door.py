"""What a volunteer does at a door, with or without a network: takes a temperature, reports what looks like illness."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.rights import Actor
from linli.loops.spec import Keeping, Opening, Start
from linli.matters.isolation import observing
from linli.matters.isolation.loop import Fever, HealthReport
from linli.matters.isolation.questions import asks


def keep(
    case_id: UUID, given: Given, *, actor: Actor, at: datetime, intent: str, device_at: datetime | None
) -> Event:
    """A report taken at the door. It counts for the window in which it was taken, however late the phone can send it."""
    told = observing.Told(
        celsius=Decimal(str(given["celsius"])),
        symptoms=tuple(given.get("symptoms", ())),
        channel=observing.DOOR,
        intent=intent,
        device_at=device_at,
        taken_at=device_at,
    )
    observing.receive(case_id, told, at=at, actor=actor, ledger_intent=intent)
    return Event.objects.get(case_id=case_id, intent=intent)


def see_fever(case: Case, given: Given, at: datetime) -> Opening:
    """An alert about the person the case is about; one at a time. Raises Refused."""
    alerts = Case.objects.open().filter(community_id=case.community_id, loop="fever", subject=case.subject)
    if alerts.exists():
        raise Refused(_("此人已有一件发热告警在办,请直接告诉健康监测岗"))
    return Opening(title=case.title, scope=case.scope, subject=case.subject)


HealthReport.keeping = Keeping(by="health", title=N_("量体温"), asks=asks, keep=keep)
Fever.by_hand = Start(
    by="health",
    title=N_("报告发热或症状"),
    beside=("isolation", "health_report"),
    needs=(Evidence("reason", N_("看到了什么"), private=True),),
    opening=see_fever,
)
