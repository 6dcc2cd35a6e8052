"""A return announced by telephone and passed on by the hotline: the trip of somebody in the register, to be verified."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Notice, Trip
from linli.matters.returns.notices import OPENED, PHONE
from linli.registry.announce import has_number
from linli.registry.models import Person


def from_call(case: Case, event: Event, pack: Pack) -> Opening | None:
    """The person the call is about comes home. Raises Refused for somebody unknown, or on the way already."""
    if event.given.get("to") != Return.key:
        return None
    person = _person(case)
    if person is None:
        raise Refused(
            _("要先知道回来的是谁:请选在册的人;不在册的,请接待岗用「登记来电」登记,再按「答复」办结")
        )
    if Trip.objects.filter(community=case.community_id, person=person, case__closed_at=None).exists():
        raise Refused(_("此人的返乡已在办。新的情况请接待岗记到那一件,再按「答复」办结"))
    trip_id = uuid7()

    def write_trip(opened: Case, at: datetime) -> None:
        _write(trip_id, person, opened, key=f"call-{case.id}", by=event.actor_name, at=at)

    return Opening(
        title=case.title, scope=case.scope, subject=str(trip_id), given={"source": PHONE}, writes=write_trip
    )


def _person(case: Case) -> Person | None:
    known = case.anchors.get("person")
    people = Person.objects.select_related("household__dwelling__compound")
    return people.filter(community=case.community_id, pk=UUID(known)).first() if known else None


def _write(trip_id: UUID, person: Person, case: Case, *, key: str, by: str, at: datetime) -> None:
    """The trip as far as it is known: who, and their own front door. Train and time are asked when it is verified."""
    home = person.household.dwelling if person.household else None
    doubts = ["no_eta", *([] if has_number(person) else ["no_id"]), *([] if home else ["unknown_door"])]
    trip = Trip.objects.create(
        id=trip_id,
        community_id=case.community_id,
        person=person,
        case=case,
        dwelling=home,
        destination=str(home) if home else "",
        doubts=doubts,
    )
    Notice.objects.create(
        id=uuid7(),
        community_id=case.community_id,
        source=PHONE,
        sender_name=by,
        key=key,
        received_at=at,
        trip=trip,
        outcome=OPENED,
    )


Return.opening = staticmethod(from_call)
