"""A telling that somebody comes home becomes a case, joins one, corrects it, or asks to call it off. Never a second one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from linli.base.ids import uuid7
from linli.base.masks import mask_name
from linli.loops import engine
from linli.loops.ledger import lock
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.returns.doubts import PLACE
from linli.matters.returns.loop import Return
from linli.matters.returns.matching import Ride, Same, same_trip
from linli.matters.returns.models import Notice, Sender, Trip
from linli.matters.returns.remarks import remark
from linli.matters.returns.trips import anchors_of, arrival_of, expected_at, gather, next_arrival, title_of
from linli.registry.announce import Described, Match, announce_person, find_person
from linli.registry.doors import ELSEWHERE, OURS, Door, find_door
from linli.registry.intake import transport
from linli.registry.models import Community, Person

PUSH, LIST, PHONE, REPORT = "push", "list", "phone", "report"
"""Where a notice comes from: another system, a file, a telephone call, the person's own page."""

OPENED, PAST, AWAY = "opened", "past", "elsewhere"
JOINED, CORRECTED, CANCELLED, UNMATCHED = "joined", "corrected", "cancelled", "unmatched"

SAME_TIME = timedelta(minutes=10)
"""Two tellings of one arrival differ by rounding; more than this is a correction."""


@dataclass(frozen=True, kw_only=True)
class NoticeIn:
    """What one source says of one person. `key` is the sender's own id: the same key again is the same notice.

    `told_at` is when the sender said it (a list may be read days later); `door` and `person` may be given when
    they were found already; `doubts` are keys of returns.doubts that the source itself raises.
    """

    source: str
    key: str
    who: Described
    origin: str = ""
    service: str = ""
    station: str = ""
    eta_at: datetime | None = None
    companion_names: tuple[str, ...] = ()
    companions: int = 0
    destination: str = ""
    door: Door | None = None
    person: Person | None = None
    batch: str = ""
    note: str = ""
    cancels: bool = False
    told_at: datetime | None = None
    sender_name: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a notice. `fresh` is False when the same notice had been received before."""

    kind: str
    notice: Notice
    trip: Trip | None
    fresh: bool = True


@dataclass
class _Reading:
    """A notice with what the community knows about it: whom, which train, which door."""

    told: NoticeIn
    community: Community
    match: Match
    ride: Ride
    door: Door
    doubts: list[str] = field(default_factory=list)


def receive(
    told: NoticeIn,
    *,
    community: Community,
    at: datetime,
    actor: Actor | None = None,
    sender: Sender | None = None,
) -> Outcome:
    """Take one notice, once per (source, key); safe under any number of senders at once.

    A case opens for everybody who is not on the way home already, also for arrivals that are past and for
    destinations elsewhere: somebody must find out. A cancellation never closes a case: it asks the grid lead to.
    """
    told = _spelt(told)
    with transaction.atomic():
        lock(community.id)
        seen = Notice.objects.filter(community=community, source=told.source, key=told.key)
        if notice := seen.select_related("trip__case").first():
            return Outcome(notice.outcome, notice, notice.trip, fresh=False)
        notice = _noted(told, community, at, sender)
        read = _read(told, community, at)
        same = same_trip(community, told.who, read.match, read.ride, read.door)
        read.doubts += same.doubts
        notice.trip, notice.outcome = _settle(read, same, notice, at=at, actor=actor)
        notice.save(force_insert=True)
        return Outcome(notice.outcome, notice, notice.trip)


def _spelt(told: NoticeIn) -> NoticeIn:
    """However a caller, a form or a system writes them: numbers, names and services are compared in one spelling."""
    service = transport.service(told.service).value[:20] if told.service.strip() else ""
    return replace(told, who=told.who.spelt, service=service)


def _noted(told: NoticeIn, community: Community, at: datetime, sender: Sender | None) -> Notice:
    return Notice(
        id=uuid7(),
        community=community,
        source=told.source,
        sender=sender,
        sender_name=(sender.name if sender else told.sender_name)[:60],
        key=told.key,
        batch=told.batch[:60],
        received_at=at,
        note=told.note[:500],
    )


def _read(told: NoticeIn, community: Community, at: datetime) -> _Reading:
    match = Match(told.person) if told.person else find_person(community.id, told.who)
    door = told.door or find_door(community, told.destination, person=match.person)
    doubts = [*told.doubts, *match.doubts]
    eta_at = told.eta_at
    if eta_at is None:
        train = next_arrival(community, told.service, told.told_at or at)
        eta_at = train.scheduled_at if train else None
        doubts.append("eta_unsure" if train else "no_eta")
    if eta_at and eta_at < at:
        doubts.append("past")
    if not told.who.number:
        doubts.append("no_id")
    if door.how != OURS:
        doubts.append("elsewhere" if door.how == ELSEWHERE else "unknown_door")
    if door.guessed:
        doubts.append("compound_guessed")
    return _Reading(told, community, match, Ride(told.service, eta_at), door, doubts)


def _settle(
    read: _Reading, same: Same, notice: Notice, *, at: datetime, actor: Actor | None
) -> tuple[Trip | None, str]:
    trip = same.trip
    if read.told.cancels:
        if trip is None or trip.case.closed_at:
            notice.note = f"{mask_name(read.told.who.name)} {read.told.service} {notice.note}".strip()[:500]
            return trip, UNMATCHED if trip is None else JOINED
        ask_call_off(trip, at=at, intent=f"{notice.id}:call_off", actor=actor)
        return trip, CANCELLED
    if trip is None:
        return _open(read, notice, at=at, actor=actor)
    if trip.case.closed_at:
        return trip, JOINED
    announce_person(read.community, read.told.who, dwelling=None, at=at, known=trip.person)
    return trip, _join(trip, read, notice, at=at, actor=actor)


def _open(read: _Reading, notice: Notice, *, at: datetime, actor: Actor | None) -> tuple[Trip, str]:
    told, community, door = read.told, read.community, read.door
    person = announce_person(community, told.who, dwelling=door.dwelling, at=at, known=read.match.person)
    trip = Trip(
        id=uuid7(),
        community=community,
        person=person,
        origin=told.origin[:80],
        service=told.service,
        station=told.station,
        eta_at=read.ride.eta_at,
        arrival=arrival_of(community, told.service, read.ride.eta_at),
        dwelling=door.dwelling,
        destination=told.destination[:160],
        companion_names=list(told.companion_names),
        companions=told.companions or len(told.companion_names),
        note=told.note[:500],
        doubts=list(dict.fromkeys(read.doubts)),
    )
    opening = Opening(
        title=title_of(person.name, door),
        scope=door.scope or community.path,
        subject=str(trip.id),
        anchors=anchors_of(trip),
        given={"notice": str(notice.id), "source": told.source},
    )
    trip.case = engine.open_case(
        Return, opening, community_id=community.id, at=at, intent=f"notice:{notice.id}", actor=actor
    )
    trip.save(force_insert=True)
    gather(trip)
    told_at = told.told_at or at
    late = read.ride.eta_at is not None and read.ride.eta_at < told_at and "eta_unsure" not in read.doubts
    return trip, AWAY if door.how == ELSEWHERE else PAST if late else OPENED


def _join(trip: Trip, read: _Reading, notice: Notice, *, at: datetime, actor: Actor | None) -> str:
    """Add what was not known; replace what a source that may do so tells otherwise, and say so in the ledger."""
    news = _news(trip, read)
    contradicts = {
        name
        for name in _WEIGHTY
        if name in news and getattr(trip, f"{name}_id" if name == "dwelling" else name)
    }
    if read.told.source == REPORT:  # anybody can write there, in anybody's name
        news = {name: value for name, value in news.items() if not getattr(trip, name)}
        read.doubts += ["report_differs"] if contradicts else []
        contradicts = set()
    if contradicts and trip.case.state != Return.start().key:
        read.doubts.append("changed")
        if trip.certificates.filter(voided_at=None).exists():
            read.doubts.append("certificate_stale")
    _apply(trip, news, read, corrected=bool(contradicts))
    if _WEIGHTY & news.keys():
        _replan(trip, read, notice, at=at, why="、".join(_TITLES[name] for name in _TITLES if name in news))
    return CORRECTED if contradicts else JOINED


_WEIGHTY = {"service", "eta_at", "dwelling"}
_TITLES = {"service": "车次", "eta_at": "到达时间", "dwelling": "目的地", "companion_names": "同行人员"}


def _news(trip: Trip, read: _Reading) -> dict[str, object]:
    """The fields that this notice adds or changes."""
    told, eta = read.told, read.ride.eta_at
    if told.eta_at is None and trip.eta_at:
        eta = None  # the timetable's guess is no news to a trip that has a time
    given = {"origin": told.origin[:80], "service": told.service, "station": told.station}
    news: dict[str, object] = {k: v for k, v in given.items() if v and v != getattr(trip, k)}
    if eta and (trip.eta_at is None or abs(trip.eta_at - eta) > SAME_TIME):
        news["eta_at"] = eta
    if read.door.dwelling and read.door.dwelling.pk != trip.dwelling_id:
        news |= {"dwelling": read.door.dwelling, "destination": told.destination[:160]}
    if told.companion_names and list(told.companion_names) != trip.companion_names:
        news |= {"companion_names": list(told.companion_names), "companions": len(told.companion_names)}
    return news


def _apply(trip: Trip, news: dict[str, object], read: _Reading, *, corrected: bool) -> None:
    for name, value in news.items():
        setattr(trip, name, value)
    if news.keys() & {"service", "eta_at"}:
        trip.arrival = arrival_of(read.community, trip.service, trip.eta_at)
    trip.doubts = list(dict.fromkeys([*_still(trip, news), *_newly(read, same=not corrected)]))
    trip.save()
    gather(trip)


_ANSWERED = {"eta_at": {"past", "no_eta", "eta_unsure"}, "dwelling": {*PLACE}}


def _still(trip: Trip, news: dict[str, object]) -> list[str]:
    """Doubts that the news does not answer."""
    answered = {doubt for name in news for doubt in _ANSWERED.get(name, ())}
    return [d for d in trip.doubts if d not in answered]


def _newly(read: _Reading, *, same: bool) -> list[str]:
    """Doubts this notice raises; what the trip already knows better (a number, a door, a time) is none."""
    weaker = {"no_id", "unknown_door", "no_eta", "past", "eta_unsure"} if same else {"no_id", "unknown_door"}
    return [d for d in read.doubts if d not in weaker]


def _replan(trip: Trip, read: _Reading, notice: Notice, *, at: datetime, why: str) -> None:
    if read.door.dwelling and trip.dwelling_id == read.door.dwelling.pk:
        engine.rename(trip.case_id, title=title_of(trip.person.name, read.door), scope=read.door.scope)
    if expected_at(trip):
        engine.replan(
            trip.case_id, anchors=anchors_of(trip), at=at, intent=f"{notice.id}:replan", why=f"更正:{why}"
        )


def ask_call_off(trip: Trip, *, at: datetime, intent: str, actor: Actor | None = None) -> None:
    """Somebody says the person does not come. The case stays open until the grid lead confirms (`call_off`)."""
    trip.call_off_asked_at = trip.call_off_asked_at or at
    trip.doubts = list(dict.fromkeys([*trip.doubts, "call_off_asked"]))
    trip.save(update_fields=["call_off_asked_at", "doubts"])
    remark(trip, "call_off_asked", tell="grid_lead", at=at, intent=intent, actor=actor)


__all__ = [
    "AWAY", "CANCELLED", "CORRECTED", "JOINED", "LIST", "OPENED", "PAST", "PHONE", "PUSH", "REPORT", "UNMATCHED",
    "NoticeIn", "Outcome", "ask_call_off", "receive",
]  # fmt: skip
