"""What raises the alarm about somebody behind a door: a report with a fever or a symptom, or a telephone call."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.spec import ROUTED, Opening

FEVER = "fever"
"""Key of the alert's loop."""


def from_report(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A fever or a symptom opens an alert; while one is open, the next report adds to what is known, not to the alarm."""
    if not event.given.get("alert"):
        return None
    if _open_for("fever", case.subject, case.community_id):
        return None
    return Opening(
        title=case.title,
        scope=case.scope,
        subject=case.subject,
        anchors={"observation": event.given["observation"]},
    )


def _open_for(loop: str, person: str, community_id: UUID) -> Case | None:
    found = Case.objects.open().filter(community_id=community_id, loop=loop, subject=person)
    return found.first() if person else None


def from_call(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A fever told by telephone alarms for somebody we watch over; for others it is not ours. Raises Refused."""
    if event.given.get("to") != FEVER:
        return None
    person = str(case.anchors.get("person", ""))
    isolation = _open_for("isolation", person, case.community_id)
    if isolation is None:
        raise Refused(_("此人不在隔离或监测中。请劝其到发热门诊,病情急就拨 120,然后按「答复」办结"))
    if _open_for(FEVER, person, case.community_id):
        raise Refused(_("此人的发热告警已在办。请现在就告诉健康监测岗,然后按「答复」办结"))
    return Opening(title=isolation.title, scope=isolation.scope, subject=person)


def alarm(case: Case, event: Event, pack: Pack) -> Opening | None:
    """From a report, or from the telephone."""
    return from_call(case, event, pack) if event.name == ROUTED else from_report(case, event, pack)
