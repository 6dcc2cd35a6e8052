"""The cast of every test: a small community at 01:10, its doors, its people and who is on duty.

    town = make_town()
    town.director, town.reception, …      accounts, one for every duty, on standing shifts
    town.door["A 3-1-101"]                dwellings: compound letter and label
    town.person["陆青禾"]                 residents; identity number and telephone in `town.facts["陆青禾"]`
    town.train["G9457"]                   tonight's arrivals

Nobody here exists: order parts 990-999, telephones 1xx000xxxxx (nobody is ever called).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password

from linli.base.ids import uuid7
from linli.base.scope import path
from linli.fleet.models import Arrival, Vehicle
from linli.registry import vault
from linli.registry.models import (
    Building,
    Community,
    Compound,
    Dwelling,
    Grid,
    Household,
    Person,
    Sealed,
    Unit,
)
from linli.roster.duties import DUTIES
from linli.roster.models import Shift, User, Volunteer

T0 = datetime(2022, 4, 14, 17, 10, tzinfo=UTC)
"""01:10 on 15 April in Changzhi, the night the trains come in."""

PASSWORD = "a-night-in-april"
"""Of every account of the cast."""


def minutes(n: float) -> datetime:
    """`n` minutes after T0."""
    return T0 + timedelta(minutes=n)


class Facts(NamedTuple):
    """What is known of somebody: never in clear anywhere but in the vault."""

    id_number: str
    phone: str


class Household_(NamedTuple):
    """Who lives behind one door: (name, sex, birthday), the head first."""

    door: str
    people: tuple[tuple[str, str, str], ...]


# Letter, official name, short names, buildings; every building has one unit per listed number, two floors of two rooms.
COMPOUNDS = (
    ("A", "香阅四季A区", ("A区", "香阅A区"), ("3", "10")),
    ("B", "香阅四季B区", ("B区", "香阅B区"), ("1", "2")),
)
ROOMS = ("1-101", "1-102", "1-201", "1-202", "2-1101")

HOUSEHOLDS = (
    Household_("A 3-1-101", (("陆青禾", "2", "1958-03-02"), ("方大川", "1", "1955-11-20"))),
    Household_("A 3-1-102", (("欧阳修远", "1", "1990-07-07"), ("林小溪", "2", "1992-01-15"), ("欧阳念", "2", "2019-06-01"))),
    Household_("A 3-1-201", (("郭平", "1", "1984-09-09"),)),
    Household_("A 3-1-202", (("郭平", "1", "1971-02-11"), ("孔令仪", "2", "1973-05-05"))),
    Household_("A 3-2-1101", (("买买提·艾力", "1", "1988-12-12"), ("古丽·艾力", "2", "1990-10-10"))),
    Household_("A 10-1-101", (("𠮷田春", "2", "1995-04-04"),)),
    Household_("A 10-1-102", (("屈无忧", "1", "1975-10-02"),)),
    Household_("A 10-1-201", (("秦伯庸", "1", "1939-08-30"),)),
    Household_("A 10-2-1101", (("向晚晴", "2", "1999-09-19"), ("向晚亭", "2", "2001-09-19"))),
    Household_("B 1-1-101", (("武思源", "1", "1980-01-01"), ("史可心", "2", "1982-02-02"), ("武小雨", "2", "2010-03-03"))),
    Household_("B 1-1-201", (("牛德胜", "1", "1948-06-06"), ("潘桂枝", "2", "1950-07-17"))),
    Household_("B 1-2-1101", (("叶知秋", "2", "1986-10-23"),)),
    Household_("B 2-1-101", (("贾长亭", "1", "1977-07-27"), ("靳月", "2", "1979-11-11"), ("贾一诺", "1", "2008-08-08"))),
    Household_("B 2-1-102", (("䶮小满", "2", "1993-05-21"),)),
    Household_("B 2-1-201", (("蓝采薇", "2", "1983-03-13"), ("蓝天海", "1", "2015-05-15"))),
    Household_("B 2-2-1101", (("石敢当", "1", "1966-06-16"), ("汤圆圆", "2", "1969-02-05"), ("石不语", "1", "1996-12-31"))),
)  # fmt: skip
"""30 people; two of them are called 郭平."""

STAFF = {
    "director": "段秋实",
    "desk": "申佳宁",
    "approver": "程可为",
    "data_officer": "宋慎言",
    "grid_lead": "葛连城",
    "grid_worker": "邹门安",
    "reception": "崔文静",
    "transport": "路远行",
    "health": "温知暖",
    "patrol": "孟春雨",
    "venue_officer": "商有序",
    "delivery": "车小满",
    "sampling": "白露生",
    "gatekeeper": "门长安",
    "hotline": "季听雨",
    "home_care": "步知秋",
    "responder": "应随声",
    "clerk": "纪文清",
}
TRAINS = (("G9441", "长治东站", -92), ("G9457", "长治东站", -5), ("K9761", "长治站", 261))
"""Service, station, minutes from T0 to the timetable's arrival."""


@dataclass
class Town:
    """One community and everybody in it. Staff are attributes by duty: `town.reception`."""

    community: Community
    compound: dict[str, Compound] = field(default_factory=dict)
    grid: dict[str, Grid] = field(default_factory=dict)
    building: dict[str, Building] = field(default_factory=dict)
    door: dict[str, Dwelling] = field(default_factory=dict)
    person: dict[str, Person] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)
    volunteer: dict[str, Volunteer] = field(default_factory=dict)
    vehicle: dict[str, Vehicle] = field(default_factory=dict)
    train: dict[str, Arrival] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The community's id: what the engine asks for."""
        return self.community.id

    def __getattr__(self, duty: str) -> User:
        try:
            return self.__dict__["staff"][duty]
        except KeyError:
            raise AttributeError(duty) from None

    def hire(
        self,
        duty: str,
        name: str,
        *,
        scope: str = "",
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        on_call: bool = False,
    ) -> User:
        """One more account with a shift; without times a standing appointment for the whole community."""
        user = User.objects.create(
            username=f"{self.community.slug}-{duty}-{uuid7().hex[-6:]}",
            shown_name=name,
            community=self.community,
            password=make_password(PASSWORD),
            must_secure=False,  # as if it had one: tests of the second factor say otherwise
        )
        self.appoint(user, duty, scope=scope, starts_at=starts_at, ends_at=ends_at, on_call=on_call)
        return user

    def appoint(
        self,
        user: User,
        duty: str,
        *,
        scope: str = "",
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        on_call: bool = False,
    ) -> Shift:
        """A shift for an account; without times it began a month ago and has no end."""
        return Shift.objects.create(
            community=self.community,
            user=user,
            duty=duty,
            scope=scope or self.community.path,
            starts_at=starts_at or T0 - timedelta(days=30),
            ends_at=ends_at,
            on_call=on_call,
        )

    @property
    def canaries(self) -> list[str]:
        """Every name, number and telephone that must not be seen by whoever is not on duty for them."""
        return [*self.person, *(v for f in self.facts.values() for v in f)]


def make_town(slug: str = "xysj", name: str = "香阅四季社区", *, nobody_known: bool = False) -> Town:
    """The community of the cast. A second one has another slug: same doors, other people (`town.person` keys end in 甲)."""
    community = Community.objects.create(
        slug=slug,
        name=name,
        street="五马街道",
        district="潞州区",
        region="140403",
        phone="0355-9990001",
        created_at=T0 - timedelta(days=60),
    )
    town = Town(community)
    _build(town)
    if not nobody_known:
        _settle(town, suffix="" if slug == "xysj" else "甲")
    _employ(town)
    _park(town)
    return town


def _build(town: Town) -> None:
    """Every kind of place in one statement."""
    community, units = town.community, dict[str, Unit]()
    for letter, name, aliases, numbers in COMPOUNDS:
        code = letter.lower()
        compound = Compound(
            community=community, code=code, name=name, aliases=list(aliases), position=ord(letter) - 64
        )
        grid = Grid(community=community, compound=compound, code="g1", name=f"{name}一网格")
        town.compound[letter], town.grid[letter] = compound, grid
        for number in numbers:
            _raise(town, letter, number, units)
    Compound.objects.bulk_create(town.compound.values())
    Grid.objects.bulk_create(town.grid.values())
    Building.objects.bulk_create(town.building.values())
    Unit.objects.bulk_create(units.values())
    Dwelling.objects.bulk_create(town.door.values())


def _raise(town: Town, letter: str, number: str, units: dict[str, Unit]) -> None:
    community, compound, grid = town.community, town.compound[letter], town.grid[letter]
    own = {"community": community, "compound": compound}
    building = Building(
        **own,
        grid=grid,
        number=number,
        position=int(number),
        path=path(community.slug, compound.code, grid.code, number),
    )
    town.building[f"{letter} {number}"] = building
    for n in "12":
        units[f"{letter} {number}-{n}"] = Unit(
            community=community, building=building, number=n, position=int(n)
        )
    for position, (unit, room) in enumerate(r.split("-") for r in ROOMS):
        label = f"{number}-{unit}-{room}"
        town.door[f"{letter} {label}"] = Dwelling(
            **own,
            building=building,
            unit=units[f"{letter} {number}-{unit}"],
            room=room,
            label=label,
            position=position,
            path=path(community.slug, compound.code, grid.code, number, unit, room),
        )


def _settle(town: Town, suffix: str) -> None:
    """Everybody moves in. Namesakes get their door's label behind the name as a key: "郭平 3-1-202"."""
    homes: list[Household] = []
    sealed: list[Sealed] = []
    for order, (door, people) in enumerate(HOUSEHOLDS):
        dwelling = town.door[door]
        household = Household(
            community=town.community, dwelling=dwelling, head_name=people[0][0] + suffix, tenure="自有"
        )
        homes.append(household)
        for place, (name, sex, birth) in enumerate(people):
            person = _person(town, household, name + suffix, sex, birth, place)
            key = person.name if person.name not in town.person else f"{person.name} {dwelling.label}"
            town.person[key] = person
            town.facts[key] = facts(birth, sex, order * 4 + place)
            sealed += _seal(person, town.facts[key])
    Household.objects.bulk_create(homes)
    Person.objects.bulk_create(town.person.values())
    Sealed.objects.bulk_create(sealed)


def _person(town: Town, household: Household, name: str, sex: str, birth: str, place: int) -> Person:
    return Person(
        community=town.community,
        household=household,
        name=name,
        sex=sex,
        birth_on=date.fromisoformat(birth),
        relation="" if place else "户主",
        id_type="居民身份证",
        smartphone=birth >= "1950",
        path=household.dwelling.path,
        created_at=T0 - timedelta(days=60),
        updated_at=T0 - timedelta(days=60),
    )


def _seal(person: Person, known: Facts) -> Iterable[Sealed]:
    for kind, text in ((Sealed.ID_NUMBER, known.id_number), (Sealed.PHONE, known.phone)):
        yield vault.sealed(
            text, community_id=person.community_id, owner_kind="person", owner_id=person.id, kind=kind
        )


def facts(birth: str, sex: str, order: int) -> Facts:
    """An identity number with a right check digit that nobody has, and a telephone that reaches nobody."""
    last = 990 + order % 5 * 2 + int(sex) % 2  # odd for men
    return Facts(id_number(f"140403{birth.replace('-', '')}{last}"), f"139000{41000 + order:05d}")


def id_number(first17: str) -> str:
    """17 digits and their check character (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first17, strict=True)) % 11]


def _employ(town: Town) -> None:
    """One account for every duty; each of two grid leads answers for one compound, everybody else for the whole."""
    assert set(STAFF) == set(DUTIES), "every duty has its holder in the cast"
    password = make_password(PASSWORD)
    for duty, name in STAFF.items():
        town.staff[duty] = User(
            username=f"{town.community.slug}-{duty}",
            shown_name=name,
            community=town.community,
            password=password,
            must_secure=False,
        )
    second = f"{town.community.slug}-grid_lead-{uuid7().hex[-6:]}"
    town.staff["grid_lead_b"] = User(
        username=second, shown_name="关明月", community=town.community, password=password, must_secure=False
    )
    User.objects.bulk_create(town.staff.values())
    own = {"grid_lead": path(town.community.slug, "a"), "grid_lead_b": path(town.community.slug, "b")}
    Shift.objects.bulk_create(
        Shift(
            community=town.community,
            user=user,
            duty="grid_lead" if duty in own else duty,
            scope=own.get(duty, town.community.path),
            starts_at=T0 - timedelta(days=30),
        )
        for duty, user in town.staff.items()
    )


def _park(town: Town) -> None:
    driver = Volunteer.objects.create(
        community=town.community,
        number="V001",
        name=STAFF["transport"],
        user=town.staff["transport"],
        roles=["接送"],
    )
    town.volunteer["V001"] = driver
    for plate, seats in (("晋DY0001", 4), ("晋DY0002", 6)):
        town.vehicle[plate] = Vehicle(
            community=town.community,
            plate=plate,
            seats=seats,
            driver=driver,
            driver_name=driver.name,
            shift_from=time(20),
            shift_to=time(8),
        )
    Vehicle.objects.bulk_create(town.vehicle.values())
    for service, station, after in TRAINS:
        town.train[service] = Arrival(
            community=town.community,
            service=service,
            station=station,
            scheduled_at=minutes(after),
            expected_at=minutes(after),
            status="on_time",
            published_at=T0 - timedelta(hours=12),
        )
    Arrival.objects.bulk_create(town.train.values())
