"""What the steps of a return do besides moving: keep the verified facts, number the certificate, name the car."""

from __future__ import annotations

from datetime import datetime

from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Trip


@Return.verify.does
def keep_facts(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The travel history decides the measure, so it goes with the case to whatever follows."""
    case.anchors = {**case.anchors, "history": given["history"]}
    Trip.objects.filter(case=case).update(
        history=given["history"], companions=max(int(given["people"]) - 1, 0)
    )
    return {}


@Return.dispatch.does
def name_the_car(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The certificate and the station's checker look for this plate and this driver."""
    Trip.objects.filter(case=case).update(plate=given["vehicle"], driver_name=given["driver"])
    return {}


@Return.hand_over.does
def mark_day_zero(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Isolation counts from here, whatever the train's timetable said."""
    case.anchors = {**case.anchors, "day_zero": at.isoformat()}
    return {}
