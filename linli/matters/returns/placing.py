"""Where somebody goes, put right by a person at the desk: one of our compounds, never a new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops import engine
from linli.loops.ledger import Refused, lock, seen
from linli.loops.rights import Actor
from linli.matters.returns.doubts import PLACE
from linli.matters.returns.models import Trip
from linli.matters.returns.remarks import remark
from linli.matters.returns.trips import title_of
from linli.registry.doors import OURS, Door, door_at, read_parts
from linli.registry.models import Community, Compound, Person


def settle_place(
    case_id: UUID,
    *,
    compound_id: UUID,
    door: str,
    community: Community,
    actor: Actor,
    at: datetime,
    intent: str,
) -> Trip:
    """Say which door of which compound a trip goes to. The same door or `intent` again changes nothing.

    The building must exist; a door that is not in the register yet is kept as written and stays a doubt.
    Raises Refused (nothing written) for a closed case or a building we do not have, Trip.DoesNotExist.
    """
    with transaction.atomic():
        lock(community.id)
        trip = Trip.objects.select_related("case", "person").get(case=case_id, community=community)
        if seen(community.id, intent):
            return trip
        if trip.case.closed_at:
            raise Refused(_("此事已办结,不再改目的地"))
        compound = Compound.objects.filter(community=community, pk=compound_id).first()
        found = _found(community, compound, door)
        written = f"{compound}{door}"[:160]
        if (trip.dwelling, trip.destination) == (found.dwelling, written) and not {*PLACE} & {*trip.doubts}:
            return trip
        _place(trip, found, written)
        engine.rename(trip.case_id, title=title_of(trip.person.name, found), scope=found.scope)
        place = f"{found.building.compound.name}{found.building}" if found.building else ""
        remark(trip, "place_settled", tell="grid_lead", at=at, intent=intent, actor=actor, place=place)
        return trip


def _found(community: Community, compound: Compound | None, door: str) -> Door:
    if compound is None:
        raise Refused(_("请选一个小区"), {"compound": _("请选一个小区")})
    found = door_at(community, read_parts(community, door)._replace(how=OURS, compound=compound.name))
    if found.building is None:
        sentence = _("%(compound)s没有这栋楼,请核对门牌") % {"compound": compound.name}
        raise Refused(sentence, {"door": sentence})
    return found


def _place(trip: Trip, found: Door, written: str) -> None:
    """The trip, and whoever is only expected so far, go to the new door; a certificate with the old one is stale."""
    stale = trip.dwelling_id != (found.dwelling.pk if found.dwelling else None)
    trip.dwelling, trip.destination = found.dwelling, written
    doubts = [d for d in trip.doubts if d not in PLACE]
    doubts += [] if found.dwelling else ["unknown_door"]
    if stale and trip.certificates.filter(voided_at=None).exists():
        doubts.append("certificate_stale")
    trip.doubts = list(dict.fromkeys(doubts))
    trip.save(update_fields=["dwelling", "destination", "doubts"])
    expected = Person.objects.filter(pk=trip.person_id, standing=Person.EXPECTED, household=None)
    expected.update(path=found.dwelling.path if found.dwelling else found.scope)
