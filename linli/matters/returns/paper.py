"""What a reception certificate says on paper, from the trip it was issued for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from linli.codes.paper import CertificateFields, Stop, Traveller, reception_certificate
from linli.codes.ring import check_url
from linli.codes.token import grouped
from linli.matters.returns.loop import HISTORY
from linli.matters.returns.models import Certificate
from linli.registry.announce import shown_numbers

_HISTORY = dict(HISTORY)


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate on one page of A4; a voided one carries the word across the page. Names are in clear on it."""
    return reception_certificate(fields_of(certificate))


def fields_of(certificate: Certificate) -> CertificateFields:
    """Facts as they stood when it was issued; car and driver as they are now, because they are named later."""
    trip, facts, community = certificate.trip, certificate.facts, certificate.community
    arrives = facts.get("arrives_at")
    page = f"{settings.PUBLIC_URL}/c/"
    return CertificateFields(
        issuer=community.name,
        street=community.street,
        number=certificate.number,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
        travellers=_travellers(certificate),
        route=_route(certificate),
        transport=facts.get("service", ""),
        arrives_at=datetime.fromisoformat(arrives) if arrives else None,
        history=_HISTORY.get(facts.get("history", ""), ""),
        destination=f"{community.name} {facts.get('destination', '')}".strip(),
        measure=certificate.measure,
        handler=certificate.issued_by,
        handler_phone=community.phone,
        check_url=check_url(certificate.token, certificate.statement),
        check_page=page.removeprefix("https://").removeprefix("http://"),
        short_code=grouped(certificate.short_code),
        plate=trip.plate,
        driver=trip.driver_name,
        mark="void" if certificate.voided_at else None,
    )


def _travellers(certificate: Certificate) -> tuple[Traveller, ...]:
    """The person, and companions by name; those with a trip of their own have a certificate of their own."""
    trip = certificate.trip
    shown = shown_numbers(trip.person)
    first = Traveller(name=trip.person.name, identity=shown.id_number, phone=shown.phone)
    along = min(certificate.facts.get("people", 1) - 1, 7)
    names = [n for n in trip.companion_names if n != trip.person.name][:along]
    names += ["同行人员"] * (along - len(names))
    return (first, *(Traveller(name=name, identity="") for name in names))


def _route(certificate: Certificate) -> tuple[Stop, ...]:
    facts, trip = certificate.facts, certificate.trip
    arrives = facts.get("arrives_at")
    car = f"{trip.plate} 专车" if trip.plate else "专车"
    return (
        Stop(place=facts.get("origin") or "出发地", onward=facts.get("service", "")),
        Stop(
            place=facts.get("station") or "到达站",
            at=datetime.fromisoformat(arrives) if arrives else None,
            onward=car,
        ),
        Stop(place=facts.get("destination") or certificate.community.name),
    )
