"""Two communities in one database: ours, and another whose every value is a canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client

from linli.base import clock
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.models import Case, Event, LateNote
from linli.loops.spec import Opening
from linli.matters.census import rounds
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Certificate, Sender, Trip
from linli.matters.supplies.models import ShoppingRound
from linli.matters.testing import planning
from linli.matters.tracing import looking
from linli.matters.tracing.looking import Asked
from linli.matters.tracing.loop import ContactCall
from linli.matters.tracing.models import Contact, Scope
from linli.matters.venues import applying
from linli.matters.venues.particulars import Particulars
from linli.notify.models import Channel
from linli.paper.making import make
from linli.registry.imports import Import
from linli.registry.models import Venue
from linli.roster.models import Shift, User
from linli.scans import gates
from tests.town import Town, make_town

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OTHER = "丙丁社区"
MARK = "甲"
"""Ends every name of the other community; the house itself never says it."""


@dataclass
class World:
    """Our town, the other town, and the ids of the other's things by the names routes give them."""

    ours: Town
    other: Town
    foreign: dict[str, Any]

    def signed_in(self, user: User | None, *, factor: bool = True) -> Client:
        """A browser; with a second factor unless `factor` is False."""
        client = Client(raise_request_exception=False)
        if user is None:
            return client
        if factor and not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, generate_totp_secret())
        client.force_login(user, backend=BACKEND)
        return client


def open_return(town: Town, title: str, at: datetime) -> Case:
    """A return waiting to be verified."""
    opening = Opening(title=title, scope=town.door["A 3-1-101"].path, subject=str(uuid7()))
    return engine.open_case(Return, opening, community_id=town.id, at=at, intent=str(uuid7()))


def make_world() -> World:
    """Both communities with a case, a late note, a shift and a device each."""
    at = clock.now() - timedelta(minutes=1)
    ours = make_town()
    open_return(ours, "返乡 · 陆**", at)
    other = make_town(slug="bingding", name=OTHER)
    for user in User.objects.filter(community=other.community):
        User.objects.filter(pk=user.pk).update(shown_name=f"{user.shown_name}{MARK}")
    Venue.objects.create(
        community=other.community, name=f"小卖部{MARK}", kind="store", path=other.community.path
    )
    return World(ours, other, _foreign(other, open_return(other, f"返乡 · 陆*{MARK}", at)))


def _foreign(other: Town, case: Case) -> dict[str, Any]:
    event = Event.objects.filter(case=case).earliest("seq")
    note = LateNote.objects.create(
        event=event, community_id=other.id, case=case, step="verify", reason=f"迟到{MARK}"
    )
    device = UserSession.objects.create(
        user=other.director, ip="192.0.2.7", session_key=uuid7().hex, user_agent=f"手机{MARK}"
    )
    return {
        "case_id": case.id,
        "note_id": note.pk,
        "step_key": "verify",
        "user_id": other.director.pk,
        "shift_id": Shift.objects.filter(community=other.community).earliest("pk").pk,
        "pk": device.pk,
        "token": "not-a-token",
        "key": "changzhi-2022-04",
        "person_id": next(iter(other.person.values())).pk,
        "dwelling_id": next(iter(other.door.values())).pk,
        "venue_id": Venue.objects.get(community=other.community).pk,
        "arrival_id": next(iter(other.train.values())).pk,
        "vehicle_id": next(iter(other.vehicle.values())).pk,
        "slug": "xysj",  # of a public page: it shows the community it belongs to, ours
        "token_text": "not-a-token",
        **_of_channels(other),
        **_of_returns(other, case, case.opened_at),
        **_of_imports(other, case.opened_at),
        **_of_paper(other, case.opened_at),
        **_of_supplies(other, case.opened_at),
        **_of_census(other, case.opened_at),
        **_of_venues(other, case.opened_at),
        **_of_tracing(other, case.opened_at),
        **_of_testing(other, case.opened_at),
    }


def _of_channels(other: Town) -> dict[str, Any]:
    channel = Channel.objects.create(community=other.community, kind="robot", name=f"群{MARK}")
    return {"channel_id": channel.pk, "kind": "robot"}


def _of_returns(other: Town, case: Case, at: datetime) -> dict[str, Any]:
    sender = Sender.objects.create(
        community=other.community, name=f"疾控{MARK}", key_digest=uuid7().hex, key_hint="ab", made_at=at
    )
    trip = Trip.objects.create(
        community=other.community, person=next(iter(other.person.values())), case=case, origin=f"太原{MARK}"
    )
    certificate = Certificate.objects.create(
        community=other.community, trip=trip, number=f"2022-1{MARK}", token=uuid7().hex, statement=f"证明{MARK}",
        issued_at=at, valid_until=at + timedelta(days=1), issued_by=f"崔{MARK}",
    )  # fmt: skip
    return {"sender_id": sender.pk, "trip_id": trip.pk, "certificate_id": certificate.pk}


def _of_paper(other: Town, at: datetime) -> dict[str, Any]:
    sheet = make("return.verify", f"{other.community.slug}/a/", actor=other.desk, at=at, intent=str(uuid7()))
    return {"sheet_id": sheet.pk}


def _of_supplies(other: Town, at: datetime) -> dict[str, Any]:
    made = ShoppingRound.objects.create(
        community=other.community, day_on=at.date(), number=1, shop=f"超市{MARK}", shopper_name=f"车{MARK}",
        made_at=at, made_by=f"申{MARK}", intent="round",
    )  # fmt: skip
    return {"round_id": made.pk}


def _of_tracing(other: Town, at: datetime) -> dict[str, Any]:
    person = next(iter(other.person.values()))
    told = Asked(days=1, minutes=5, number=f"编号{MARK}", reason=f"查接触{MARK}", intent=str(uuid7()))
    case = looking.ask(person, told, actor=other.data_officer, at=at)
    scope = Scope.objects.get(case=case)
    opening = Opening(title=f"外来{MARK}", scope=person.path, subject=str(uuid7()))
    call = engine.open_case(ContactCall, opening, community_id=other.id, at=at, intent=str(uuid7()))
    contact = Contact.objects.create(
        community=other.community, case=call, scope=scope, who=b"w" * 16, times=1, last_at=at
    )
    gate = gates.make(Venue.objects.get(community=other.community), f"东门{MARK}", at=at).gate
    return {"gate_id": gate.pk, "scope_id": scope.pk, "contact_id": contact.pk}


def _of_imports(other: Town, at: datetime) -> dict[str, Any]:
    made = Import.objects.create(
        community=other.community, kind="residents", name=f"台账{MARK}.xlsx", digest=uuid7().hex, size=1,
        uploaded_name=f"宋{MARK}", uploaded_at=at,
    )  # fmt: skip
    return {"import_id": made.pk}


def _of_census(other: Town, at: datetime) -> dict[str, Any]:
    building = other.building["A 3"]
    told = rounds.Told(name=f"一轮{MARK}", buildings=[building.pk], until=at + timedelta(days=1))
    made = rounds.open_round(told, community=other.community, actor=other.director, at=at, intent="round")
    return {"census_id": made.pk, "building_id": building.pk}


def _of_testing(other: Town, at: datetime) -> dict[str, Any]:
    hours = {"begins_at": at + timedelta(hours=1), "until": at + timedelta(hours=8)}
    told = planning.Told(name=f"采样{MARK}", buildings=[other.building["A 3"].pk], **hours)
    made = planning.open_campaign(
        told, community=other.community, actor=other.director, at=at, intent="testing"
    )
    return {"campaign_id": made.pk, "site_id": made.sites.get().pk}


def _of_venues(other: Town, at: datetime) -> dict[str, Any]:
    told = Particulars(
        name=f"面馆{MARK}",
        kind="餐厅",
        address=f"底商{MARK}",
        manager=f"面{MARK}",
        checker=f"面{MARK}",
        hours=[],
    )
    file = applying.apply(told, community=other.community, intent="venue", at=at)
    return {"file_id": file.pk}
