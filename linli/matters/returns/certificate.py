"""The reception certificate (接收证明): numbered without a gap, signed, voidable, and checked by strangers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.codes import sign
from linli.codes.ring import CLOCKS_RUN_LATE, ring
from linli.codes.token import new_short_code, new_token, read_short_code, read_token
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.rights import Actor
from linli.matters.returns.models import Certificate, CertificateCounter, Trip
from linli.matters.returns.remarks import remark
from linli.matters.returns.trips import expected_at

VALID, VOID, EXPIRED = "valid", "void", "expired"


def issue(case: Case, *, actor: Actor, at: datetime, replaces: Certificate | None = None) -> Certificate:
    """Number, sign and keep a certificate for the trip of `case`. The caller holds the community's ledger lock.

    It holds the pack's hours from the expected arrival (from now, when that is past or unknown): a certificate
    written two days ahead must still be good at the station.
    """
    trip = Trip.objects.select_related("person", "arrival", "dwelling__building", "community").get(case=case)
    pack, at = pack_for(case.community_id, at), at.replace(microsecond=0)
    arrives_at = expected_at(trip)
    until = max(at, arrives_at or at) + timedelta(hours=pack.get("certificate.valid_hours"))
    number = _next_number(trip, at)
    certificate = Certificate(
        id=uuid7(),
        community=trip.community,
        trip=trip,
        number=number,
        token=new_token(),
        short_code=new_short_code(),
        statement=_signed(trip, number, at=at, until=until),
        facts=_facts(trip, arrives_at),
        measure=measure_for(trip.history, pack),
        issued_at=at,
        valid_until=until,
        issued_by=actor.shown_name,
        replaces=replaces,
    )
    certificate.save(force_insert=True)
    return certificate


def _next_number(trip: Trip, at: datetime) -> str:
    """XYSJ-2022-0007. The counter's row is locked until the transaction ends: a number lost is a number not given."""
    year = local(at).year
    counters = CertificateCounter.objects.select_for_update()
    counter, _new = counters.get_or_create(community=trip.community, year=year)
    CertificateCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    return f"{trip.community.slug.upper()}-{year}-{counter.last:04d}"


def _signed(trip: Trip, number: str, *, at: datetime, until: datetime) -> str:
    statement = sign.Statement(
        number=number,
        masked_name=trip.person.masked_name[:24],
        persons=1 + trip.companions,
        audience=sign.RECEPTION,
        issued_at=at,
        not_before=at - CLOCKS_RUN_LATE,
        expires_at=until,
    )
    key = ring().current
    assert key is not None, "ring() makes a key when there is none"
    return sign.sign(statement, key)


def _facts(trip: Trip, arrives_at: datetime | None) -> dict[str, Any]:
    building = trip.dwelling.building if trip.dwelling else None
    return {
        "origin": trip.origin,
        "service": trip.service,
        "station": trip.station,
        "arrives_at": arrives_at.isoformat() if arrives_at else "",
        "destination": f"{building.compound.name}{building}" if building else "",
        "history": trip.history,
        "people": 1 + trip.companions,
    }


def measure_for(history: str, pack: Pack) -> str:
    """What was agreed, in the pack's words: the first rule that matches the class of travel history."""
    none: dict[str, Any] = {"measure": "none", "isolation_days": 0, "monitor_days": 0}
    rules: list[dict[str, Any]] = pack.get("isolation.history_rules", [])
    rule = next((r for r in rules if r["history"] == history), none)
    wording: dict[str, str] = pack.get("certificate.measures", {"none": "同意接收"})
    text = wording.get(rule["measure"], "")
    return text.format(isolation_days=rule["isolation_days"], monitor_days=rule["monitor_days"])[:80]


def standing(certificate: Certificate, at: datetime) -> str:
    """valid, void or expired; void outweighs expired."""
    if certificate.voided_at is not None:
        return VOID
    return VALID if at < certificate.valid_until else EXPIRED


def by_token(scanned: str) -> Certificate | None:
    """The certificate of a scanned token (128 bits); None for anything else."""
    token = read_token(scanned)
    return _papers().filter(token=token).first() if token else None


def by_code(typed: str) -> Certificate | None:
    """The certificate of the eight characters on the paper (31 bits: callers let strangers try only a few times)."""
    code = read_short_code(typed)
    found = list(_papers().filter(short_code=code)[:2]) if code else []
    return found[0] if len(found) == 1 else None


def _papers() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("community", "trip__person")


def void(certificate_id: UUID, *, reason: str, actor: Actor, at: datetime, community_id: UUID) -> Certificate:
    """Make a certificate worthless, with a reason that the ledger keeps. A second time changes nothing.

    Raises Refused (nothing written) without a reason or the duty, Certificate.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        certificate = Certificate.objects.select_related("trip__case").get(
            pk=certificate_id, community_id=community_id
        )
        if certificate.voided_at:
            return certificate
        _may(certificate, reason, actor, at)
        _void(certificate, reason.strip(), actor=actor, at=at)
        return certificate


def _may(certificate: Certificate, reason: str, actor: Actor, at: datetime) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因"), {"reason": _("请写明原因")})
    scope = certificate.trip.case.scope
    community_id = certificate.community_id
    if not rights.book().holds(actor, "reception", community_id=community_id, scope=scope, at=at):
        raise Refused(_("作废、重开接收证明由值班台或接待办理,您此刻不在这个岗位上"))


def _void(certificate: Certificate, reason: str, *, actor: Actor, at: datetime) -> None:
    certificate.voided_at, certificate.voided_by = at, actor.shown_name
    certificate.void_reason = reason[:200]
    certificate.save(update_fields=["voided_at", "voided_by", "void_reason"])
    remark(
        certificate.trip,
        "certificate_voided",
        tell="transport",
        at=at,
        intent=f"void:{certificate.id}",
        actor=actor,
        number=certificate.number,
    )


def void_all(case: Case, reason: str, *, actor: Actor, at: datetime) -> list[str]:
    """A trip that does not take place leaves no valid certificate. The caller holds the ledger lock.

    Returns the numbers; the step's own event carries them.
    """
    live = list(Certificate.objects.filter(trip__case=case, voided_at=None).order_by("issued_at"))
    for certificate in live:
        certificate.voided_at, certificate.voided_by = at, actor.shown_name
        certificate.void_reason = reason[:200]
        certificate.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return [c.number for c in live]


def reissue(
    certificate_id: UUID, *, reason: str, actor: Actor, at: datetime, community_id: UUID
) -> Certificate:
    """Void one (if it is not yet) and issue another with what is known now, both or neither; once per certificate.

    A second time returns the first replacement, or whichever certificate of the trip holds now. Raises Refused
    (nothing written) without a reason or the duty, or when the trip is over; Certificate.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        old = Certificate.objects.select_related("trip__case").get(
            pk=certificate_id, community_id=community_id
        )
        _may(old, reason, actor, at)
        if standing_in := _in_its_place(old):
            return standing_in
        if old.trip.case.closed_at:
            raise Refused(_("此事已办结,不再重开接收证明"))
        if old.voided_at is None:
            _void(old, reason.strip(), actor=actor, at=at)
        return _again(old, actor=actor, at=at)


def _in_its_place(old: Certificate) -> Certificate | None:
    """What was issued instead of it, or what lets the person pass otherwise."""
    of_trip = Certificate.objects.filter(community_id=old.community_id, trip=old.trip).exclude(pk=old.pk)
    replacement = of_trip.filter(replaces=old).first()
    return replacement or (of_trip.filter(voided_at=None).first() if old.voided_at else None)


def _again(old: Certificate, *, actor: Actor, at: datetime) -> Certificate:
    fresh = issue(old.trip.case, actor=actor, at=at, replaces=old)
    doubts = [d for d in old.trip.doubts if d != "certificate_stale"]
    Trip.objects.filter(pk=old.trip_id).update(doubts=doubts)
    remark(
        old.trip,
        "certificate_reissued",
        tell="transport",
        at=at,
        intent=f"reissue:{old.id}",
        actor=actor,
        number=fresh.number,
        replaces=old.number,
    )
    return fresh
