"""Tonight in the demo community: trains, notices from three sources, and cases on every part of the way home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.base.clock import local
from linli.drill import paper
from linli.drill.names import Register
from linli.loops import deadlines, engine
from linli.matters.returns.models import Trip
from linli.matters.returns.notices import LIST, PHONE, PUSH, NoticeIn, receive
from linli.matters.returns.trains import Publication, publish
from linli.registry.announce import Described
from linli.registry.models import Community, Person
from linli.roster.models import Shift, User

# Service, station, minutes from now to the timetable's arrival, minutes late, status.
TRAINS = (
    ("G9411", "长治东站", -210, 0, "arrived"),
    ("G9423", "长治东站", -95, 6, "arrived"),
    ("K9763", "长治站", -40, 0, "arrived"),
    ("G9441", "长治东站", -12, 4, "arrived"),
    ("G9455", "长治东站", 38, 25, "late"),
    ("G9457", "长治东站", 95, 0, "on_time"),
    ("K9761", "长治站", 260, 0, "on_time"),
    ("G9437", "长治东站", 420, 0, "on_time"),
)

ORIGINS = (
    "上海市闵行区",
    "吉林省长春市朝阳区",
    "广东省深圳市龙华区",
    "河南省郑州市金水区",
    "北京市丰台区",
    "陕西省西安市雁塔区",
)

ROAD = ("verify", "certify", "dispatch", "board", "deliver", "hand_over")

# How far along the road each party of returnees is, by train: (index of the train, steps taken, how many people).
PARTIES = (
    (0, 6, 1), (0, 6, 2), (1, 6, 1), (1, 5, 1), (2, 4, 2), (3, 4, 1), (3, 3, 1),
    (4, 3, 1), (4, 3, 2), (4, 2, 1), (5, 2, 1), (5, 2, 2), (5, 1, 1), (6, 1, 1), (6, 0, 2), (7, 0, 1), (7, 0, 1),
)  # fmt: skip


@dataclass
class Evening:
    """What the scenes share."""

    community: Community
    register: Register
    at: datetime
    staff: dict[str, User]

    def ago(self, minutes: float) -> datetime:
        """That many minutes before now."""
        return self.at - timedelta(minutes=minutes)


def play(
    community: Community, register: Register, *, at: datetime, progress: Callable[[str, int, int], None]
) -> None:
    """Let the day so far happen: published trains, pushed notices, and every step taken through the engine."""
    from linli.drill.homes import play_homes  # a scene of this evening

    shifts = Shift.objects.filter(community=community).select_related("user").order_by("starts_at", "pk")
    evening = Evening(community, register, at, {s.duty: s.user for s in shifts})
    for published in TRAINS:
        _publish(evening, published)
    residents = _travellers(evening)
    for i, (train, steps, people) in enumerate(PARTIES):
        told = [next(residents) for _ in range(people)]
        trips = _tell(evening, i, TRAINS[train], told)
        for trip in trips:
            _walk(evening, trip, TRAINS[train], steps)
        progress("今晚", i + 1, len(PARTIES))
    _tell_again(evening)
    paper.hand_out(community.id, evening.staff["desk"], at=evening.ago(25))
    play_homes(evening)
    for minutes in range(60, -1, -2):
        deadlines.wake_due(at=evening.ago(minutes))


def _publish(evening: Evening, train: tuple[str, str, int, int, str]) -> None:
    service, station, after, late, status = train
    scheduled = evening.at.replace(second=0, microsecond=0) + timedelta(minutes=after)
    said = Publication(
        service=service,
        station=station,
        scheduled_at=scheduled,
        expected_at=scheduled + timedelta(minutes=late),
        status=status,
        published_at=evening.ago(30),
    )
    publish(said, community=evening.community, at=evening.ago(600))


@dataclass(frozen=True)
class Traveller:
    """Somebody on the way home, as the sender describes them, and where to."""

    who: Described
    address: str


def _travellers(evening: Evening) -> Iterator[Traveller]:
    """Most are in the register; every sixth is not yet."""
    people = Person.objects.filter(community=evening.community, household__isnull=False)
    adults = people.filter(birth_on__year__gt=1975, birth_on__year__lt=2003).select_related(
        "household__dwelling__compound"
    )
    chosen = evening.register.dice.sample(list(adults[:2000]), 40)
    for i, person in enumerate(chosen):
        assert person.household
        dwelling = person.household.dwelling
        address = f"{dwelling.compound.name}{dwelling.label}"
        stranger = evening.register.somebody(born=(1980, 2002))
        name = stranger.name if i % 6 == 5 else person.name
        yield Traveller(Described(name=name, id_number=stranger.id_number, phones=(stranger.phone,)), address)


def _tell(
    evening: Evening, party: int, train: tuple[str, str, int, int, str], told: list[Traveller]
) -> list[Trip]:
    service, station, after, _late, _status = train
    at = evening.ago({0: (3, 7, 21, 41)[party % 4], 1: 44}.get(PARTIES[party][1], 320))
    trips = []
    for n, traveller in enumerate(told):
        others = tuple(t.who.name for t in told if t is not traveller)
        outcome = receive(
            NoticeIn(
                source=LIST if party % 3 else PUSH,
                key=f"demo-{party}-{n}",
                who=traveller.who,
                origin=ORIGINS[party % len(ORIGINS)],
                service=service,
                station=station,
                eta_at=evening.at.replace(second=0, microsecond=0) + timedelta(minutes=after),
                companion_names=others,
                companions=len(others),
                destination=traveller.address,
                batch=f"{local(evening.at):%Y-%m-%d} 08:00",
                sender_name="市防控办" if party % 3 else "第一落点 长治东站",
            ),
            community=evening.community,
            at=at,
        )
        assert outcome.trip
        trips.append(outcome.trip)
    return trips


def _tell_again(evening: Evening) -> None:
    """A family telephones about people already announced: the same cases, one more source."""
    for trip in (
        Trip.objects.filter(community=evening.community)
        .select_related("person", "arrival")
        .order_by("pk")[4:7]
    ):
        told = NoticeIn(
            source=PHONE,
            key=f"demo-phone-{trip.pk}",
            who=Described(name=trip.person.name, id_number="", phones=()),
            service=trip.service,
            station=trip.station,
            eta_at=trip.eta_at,
            destination=trip.destination,
            sender_name="家属来电",
        )
        receive(told, community=evening.community, at=evening.ago(50), actor=evening.staff["desk"])


def _walk(evening: Evening, trip: Trip, train: tuple[str, str, int, int, str], steps: int) -> None:
    """Take the first `steps` steps of the road at the times they would have happened."""
    _service, _station, after, late, _status = train
    came = after + late
    when = (
        -270.0 if steps > 1 else -16.0,
        -262.0,
        min(came - 35.0, -30.0),
        came + 9.0,
        came + 41.0,
        came + 49.0,
    )
    for step, minute in list(zip(ROAD, when, strict=True))[:steps]:
        duty = {"verify": "reception", "certify": "reception", "hand_over": "health"}.get(step, "transport")
        given = _given(evening, trip, step)
        at = evening.at + timedelta(minutes=min(minute, -1.0))
        engine.advance(
            trip.case_id,
            step,
            actor=evening.staff[duty],
            given=given,
            at=at,
            intent=f"demo-{trip.pk}-{step}",
        )
    if steps in (2, 3):  # the transport duty has it; the rest has still to be taken up
        took = at + timedelta(minutes=1)
        deadlines.acknowledge(
            trip.case_id, actor=evening.staff["transport"], at=took, intent=f"demo-{trip.pk}-ack"
        )


def _given(evening: Evening, trip: Trip, step: str) -> dict[str, Any]:
    driver = evening.staff["transport"].shown_name
    porter, doctor = evening.staff["grid_lead"].shown_name, evening.staff["health"].shown_name
    answers: dict[str, dict[str, Any]] = {
        "verify": {
            "people": 1,
            "identity": True,
            "time": "今晚",
            "place": trip.station,
            "service": trip.service,
            "contact": "no",
            "health": "well",
            "history": "other_province",
        },
        "dispatch": {"vehicle": "晋DY0017", "driver": driver},
        "board": {"giver": f"{trip.station} 值班员", "taker": driver},
        "deliver": {"giver": driver, "taker": porter},
        "hand_over": {"giver": porter, "taker": doctor, "notice_given": True},
    }
    return answers.get(step, {})
