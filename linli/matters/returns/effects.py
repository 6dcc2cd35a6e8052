"""What the steps of a return do besides moving: keep the verified facts, number the certificate, name the car."""

from __future__ import annotations

from datetime import datetime

from linli.fleet.models import Vehicle
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.returns import certificate
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


@Return.certify.does
def issue_certificate(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Number the 接收证明 so that the station can check it."""
    return {"certificate": certificate.issue(case, actor=actor, at=at).number}


@Return.dispatch.does
def name_the_car(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The certificate and the station's checker look for this plate and this driver."""
    car = Vehicle.objects.filter(community_id=case.community_id, plate=given["vehicle"]).first()
    Trip.objects.filter(case=case).update(plate=given["vehicle"], driver_name=given["driver"], vehicle=car)
    return {}


@Return.hand_over.does
def mark_day_zero(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Isolation counts from the hand-over, or from the train's arrival where the pack says so; it is about the person."""
    says = pack_for(case.community_id, at).get("isolation.day_zero", "hand_over")
    zero = case.anchors.get("arrival") if says == "arrival" else None
    zero = (
        zero or case.anchors["handed_over_at"]
    )  # 01:22 at the door, though the phone could only tell at 08:00
    person = Trip.objects.filter(case=case).values_list("person_id", flat=True).first()
    case.anchors = {**case.anchors, "day_zero": zero}
    if person:
        case.anchors["person"] = str(person)
    return {}


@Return.call_off.does
def take_back_after_call_off(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A certificate of a trip that does not take place would let somebody else pass."""
    return _taken_back(case, "行程取消", actor, at)


@Return.refer.does
def take_back_after_referral(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The other community issues its own."""
    return _taken_back(case, "转其他社区", actor, at)


def _taken_back(case: Case, reason: str, actor: Actor, at: datetime) -> Given:
    numbers = certificate.void_all(case, reason, actor=actor, at=at)
    return {"voided": numbers} if numbers else {}
