"""What a phone takes along of returning people for a night without a network: enough to find them, masked."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.codes.address import digest
from linli.loops.evidence import Given
from linli.loops.models import Case, Event
from linli.loops.spec import Carried, Fact
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Certificate, Trip
from linli.matters.returns.trips import expected_at


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """Neither identity number nor telephone; who asks for them asks the house, which notes it down."""
    ids = [case.id for case in cases]
    trips = Trip.objects.filter(case_id__in=ids).select_related("person", "arrival", "dwelling__compound")
    takers, papers = _last_takers(ids), _papers(ids)
    return {
        t.case_id: Carried(
            _facts(t),
            _known(t, takers.get(t.case_id) or t.station),
            place=t.dwelling.path if t.dwelling else "",
            codes=tuple(papers.get(t.case_id, ())),
        )
        for t in trips
    }


def _papers(ids: list[UUID]) -> dict[UUID, list[str]]:
    """Digests of the codes on each one's certificates: scanned or typed, they lead to the person's case."""
    found: dict[UUID, list[str]] = {}
    live = Certificate.objects.filter(trip__case_id__in=ids, voided_at=None)
    for case_id, token, short in live.values_list("trip__case_id", "token", "short_code"):
        found.setdefault(case_id, []).extend(digest(code) for code in (token, short) if code)
    return found


def _last_takers(ids: list[UUID]) -> dict[UUID, str]:
    """Who has each person now: the one who gives at the next hand-over."""
    passed = Event.objects.filter(case_id__in=ids).exclude(taker="").order_by("seq")
    return dict(passed.values_list("case_id", "taker"))


def _facts(trip: Trip) -> tuple[Fact, ...]:
    at = expected_at(trip)
    rows = (
        Fact(_("姓名"), trip.person.masked_name),
        Fact(_("车次"), f"{trip.service} {trip.station}".strip()),
        Fact(_("到达"), f"{local(at):%m-%d %H:%M}" if at else ""),
        Fact(_("住址"), str(trip.dwelling) if trip.dwelling else trip.destination),
        Fact(_("车辆"), f"{trip.plate} {trip.driver_name}".strip()),
    )
    return tuple(row for row in rows if row.value)


def _known(trip: Trip, giver: str) -> dict[str, Given]:
    """Answers already there, by step; the ten points are asked at the desk, where all of them are known."""
    hand_overs = {step.key: {"giver": giver} for step in Return.steps.values() if step.is_hand_over}
    return {
        **hand_overs,
        Return.board.key: {"giver": giver, "taker": trip.driver_name},
        Return.dispatch.key: {"vehicle": trip.plate, "driver": trip.driver_name},
    }


Return.carry = staticmethod(carry)
