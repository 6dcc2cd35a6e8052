"""What screens show of a return, and which answers of a step are there already: nothing known is asked again."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.spec import Fact, Step
from linli.matters.returns import doubts
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Trip
from linli.matters.returns.trips import expected_at, known_facts
from linli.registry.announce import shown_numbers

SOURCES = {"push": N_("平台推送"), "list": N_("下发名单"), "phone": N_("来电登记"), "report": N_("本人报备")}
"""Where a notice came from, as the desk says it."""


def facts(case: Case) -> list[Fact]:
    """Masked: who, how, when, where to, with whom, who told us, and which certificate lets them pass."""
    trip = (
        Trip.objects.select_related("person", "arrival", "dwelling__compound", "case")
        .filter(case=case)
        .first()
    )
    if trip is None:
        return []
    told = trip.notices.order_by("received_at", "pk")
    source = " · ".join(dict.fromkeys(_(SOURCES[n.source]) for n in told))
    numbers = shown_numbers(trip.person)
    rows = [
        Fact(_("姓名"), trip.person.masked_name, source, reverse("desk-person", args=[trip.person_id])),
        Fact(_("证件号"), numbers.id_number),
        Fact(_("电话"), numbers.phone),
        Fact(_("从哪里来"), trip.origin),
        Fact(_("车次"), f"{trip.service} {trip.station}".strip()),
        Fact(_("到达"), _arrives(trip)),
        Fact(_("住址"), str(trip.dwelling) if trip.dwelling else trip.destination),
        Fact(_("车辆"), f"{trip.plate} {trip.driver_name}".strip()),
        *_party(trip),
        *_certificates(trip),
        *(_doubt(trip, key) for key in trip.doubts),
    ]
    return [row for row in rows if row.value]


def _doubt(trip: Trip, key: str) -> Fact:
    """What to look at; where somebody goes is said as it was written, and opens the page that settles it."""
    (sentence,) = doubts.sentences([key])
    if key not in doubts.PLACE or trip.case.closed_at:
        return Fact(_("需要看一眼"), sentence)
    written = f"{sentence}: {trip.destination or _('没有写')}"
    return Fact(_("需要看一眼"), written, "", reverse("desk-return-place", args=[trip.case_id]))


def _arrives(trip: Trip) -> str:
    at = expected_at(trip)
    if at is None:
        return ""
    planned = trip.arrival.scheduled_at if trip.arrival else at
    if planned == at:
        return f"{local(at):%m-%d %H:%M}"
    return _("%(at)s(原定 %(planned)s)") % {
        "at": f"{local(at):%m-%d %H:%M}",
        "planned": f"{local(planned):%H:%M}",
    }


def _party(trip: Trip) -> list[Fact]:
    others = Trip.objects.filter(community=trip.community, party=trip.party).exclude(pk=trip.pk)
    return [
        Fact(_("同行"), t.person.masked_name, "", reverse("desk-case", args=[t.case_id]))
        for t in others.select_related("person")
    ]


def _certificates(trip: Trip) -> list[Fact]:
    return [
        Fact(
            _("接收证明"),
            c.number,
            _("已作废") if c.voided_at else "",
            reverse("desk-certificate", args=[c.pk]),
        )
        for c in trip.certificates.order_by("issued_at")
    ]


def known(case: Case, step: Step) -> Given:
    """The answers a step's form begins with."""
    trip = Trip.objects.select_related("person", "arrival", "dwelling__compound").filter(case=case).first()
    if trip is None:
        return {}
    if step is Return.verify:
        return known_facts(trip)
    if step is Return.dispatch:
        return {"vehicle": trip.plate, "driver": trip.driver_name}
    if step.is_hand_over:
        return {
            "giver": _last_taker(case) or trip.station,
            "taker": trip.driver_name if step is Return.board else "",
        }
    return {}


def _last_taker(case: Case) -> str:
    """Who has the person now: the one who gives at the next hand-over."""
    last = case.events.exclude(taker="").order_by("-seq").first()
    return last.taker if last else ""


Return.facts = staticmethod(facts)
Return.known = staticmethod(known)
