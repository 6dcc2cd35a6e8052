"""The demo community: 4 compounds, 2,000 dwellings, 5,000 residents, 110 volunteers, 35 venues, and tonight."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from linli.base.scope import path
from linli.drill.names import Register, Somebody
from linli.drill.places import PLANS, build_places, build_venues
from linli.fleet.models import Vehicle
from linli.registry.models import Community, Dwelling, Household, Person, Sealed, SpecialNeed
from linli.registry.sealing import sealed_numbers
from linli.roster.models import Shift, User, Volunteer

SLUG = "demo"
PEOPLE, VOLUNTEERS = 5000, 110
RELATIONS = ("户主", "配偶", "子女", "父母", "其他亲属")
ROLES = ("采样员", "测温员", "接线员", "送货员", "搬运工", "转运司机", "扫街员", "门岗", "录入员")

STAFF = (
    ("zhuren", "director", "社区主任"),
    ("zhiban", "desk", "值班台"),
    ("jiedai", "reception", "接待核实"),
    ("zhuanyun", "transport", "转运"),
    ("jiankang", "health", "健康监测"),
    ("shenpi", "approver", "审批人"),
    ("shuju", "data_officer", "数据专员"),
)
"""Sign-in name, duty, and what it is called; grid leads are `wangge1` to `wangge4`, one a compound."""

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much is done, and of how much."""


@dataclass
class Built:
    """What `build` made: the community, and how to sign in."""

    community: Community
    password: str
    accounts: list[tuple[str, str]] = field(default_factory=list)  # sign-in name, what it may do


def silent(phase: str, done: int, total: int) -> None:
    """No progress shown."""


def build(*, at: datetime, seed: int = 20220414, progress: Progress = silent) -> Built:
    """Make the demo community once; a second call finds it and makes nothing twice. About ten seconds."""
    found = Community.objects.filter(slug=SLUG).first()
    if found:
        return Built(found, password(), _accounts())
    with transaction.atomic():
        community = _community(at)
        register = Register(seed)
        doors = build_places(community)
        progress("房屋", len(doors), len(doors))
        people = _move_in(community, doors, register, at, progress)
        build_venues(community, [p.name for p in people[:40]])
        _staff(community, at)
        _volunteers(community, people, register)
        _vehicles(community)
    from linli.drill.evening import play

    play(community, register, at=at, progress=progress)
    return Built(community, password(), _accounts())


def password() -> str:
    """One password for all demo accounts, made once for this installation and kept beside its keys."""
    file = Path(settings.HOME) / "keys" / "demo-password"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write("-".join(secrets.token_hex(2) for _ in range(3)))
    except FileExistsError:
        pass
    return file.read_text().strip()


def _accounts() -> list[tuple[str, str]]:
    grid = [(f"wangge{i}", f"网格长({plan.name})") for i, plan in enumerate(PLANS, 1)]
    return [(name, title) for name, _duty, title in STAFF] + grid


def _community(at: datetime) -> Community:
    return Community.objects.create(
        slug=SLUG,
        name="太行社区(演示)",
        street="五马街道",
        district="潞州区",
        region="140403",
        phone="0355-9990000",
        is_drill=True,
        created_at=at,
    )


def _move_in(
    community: Community, doors: list[Dwelling], register: Register, at: datetime, progress: Progress
) -> list[Person]:
    """Fill the dwellings with households until there are five thousand people; some doors stay empty."""
    people: list[Person] = []
    sealed: list[Sealed] = []
    for i, (dwelling, size) in enumerate(_sizes(doors, register)):
        household = Household(community=community, dwelling=dwelling, tenure="自有" if i % 4 else "租住")
        surname = register.surname()
        for place in range(size):
            somebody = _member(register, surname, place)
            person = _person(household, somebody, place, at)
            people.append(person)
            phones = [somebody.phone] if place < 2 else []
            sealed += sealed_numbers(person, id_number=somebody.id_number, phones=phones)
        household.head_name = people[-size].name
        household.save(force_insert=True)
        if i % 200 == 0:
            progress("居民", len(people), PEOPLE)
    Person.objects.bulk_create(people, batch_size=500)
    Sealed.objects.bulk_create(sealed, batch_size=500)
    occupied = {p.household.dwelling_id for p in people if p.household}
    Dwelling.objects.filter(community=community).exclude(pk__in=occupied).update(vacant=True)
    _needs(people)
    progress("居民", PEOPLE, PEOPLE)
    return people


def _sizes(doors: list[Dwelling], register: Register) -> Iterator[tuple[Dwelling, int]]:
    left = PEOPLE
    for i, dwelling in enumerate(doors):
        size = min(left, 0 if i % 19 == 7 else register.dice.choice((1, 2, 2, 3, 3, 3, 4, 4, 5)))
        if i == len(doors) - 1:
            size = left
        if size:
            left -= size
            yield dwelling, size


def _member(register: Register, surname: str, place: int) -> Somebody:
    if place == 0:
        return register.somebody(surname=surname, born=(1938, 1995))
    if place == 1:
        return register.somebody(born=(1940, 1996))
    return register.somebody(surname=surname, born=(1996, 2021) if place < 4 else (1935, 1955))


def _person(household: Household, somebody: Somebody, place: int, at: datetime) -> Person:
    return Person(
        community=household.community,
        household=household,
        name=somebody.name,
        sex=somebody.sex,
        birth_on=somebody.birth_on,
        relation=RELATIONS[min(place, 4)],
        id_type="居民身份证",
        smartphone=1945 < somebody.birth_on.year < 2012,
        path=household.dwelling.path,
        created_at=at,
        updated_at=at,
    )


def _needs(people: list[Person]) -> None:
    kinds = ("alone", "chronic", "disabled", "dialysis", "bedridden")
    SpecialNeed.objects.bulk_create(
        SpecialNeed(community=p.community, person=p, kind=kinds[i % 5])
        for i, p in enumerate(p for p in people if p.birth_on and p.birth_on.year < 1946)
    )


def _staff(community: Community, at: datetime) -> None:
    """One account for every duty of the office and a grid lead for every compound, on standing shifts."""
    secret = make_password(password())
    names = ("郝建设", "秦值明", "罗接英", "崔运生", "温健民", "程批准", "宋据实")
    rows = [(login, duty, name, community.path) for (login, duty, _t), name in zip(STAFF, names, strict=True)]
    leads = ("葛连城", "关明月", "申佳宁", "段秋实")
    rows += [
        (f"wangge{i}", "grid_lead", name, path(SLUG, plan.code))
        for i, (plan, name) in enumerate(zip(PLANS, leads, strict=True), 1)
    ]
    for login, duty, name, scope in rows:
        user = User.objects.create(username=login, shown_name=name, community=community, password=secret)
        Shift.objects.create(
            community=community, user=user, duty=duty, scope=scope, starts_at=at - timedelta(days=1)
        )


def _volunteers(community: Community, people: list[Person], register: Register) -> None:
    adults = [p for p in people if p.birth_on and 1962 < p.birth_on.year < 2002]
    chosen = register.dice.sample(adults, VOLUNTEERS)
    Volunteer.objects.bulk_create(
        Volunteer(
            community=community,
            number=f"V{i:03d}",
            name=p.name,
            sex=p.sex,
            person=p,
            compound_name=p.household.dwelling.compound.name if p.household else "",
            roles=register.dice.sample(ROLES, register.dice.choice((1, 2))),
            availability=[{"days": list(range(1, 8)), "from": "18:00", "to": "21:00"}],
            trained=i % 5 != 0,
        )
        for i, p in enumerate(chosen, 1)
    )


def _vehicles(community: Community) -> None:
    drivers = list(Volunteer.objects.filter(community=community).order_by("number")[:8])
    Vehicle.objects.bulk_create(
        Vehicle(
            community=community,
            plate=f"晋DY{17 + 11 * i:04d}",
            seats=(4, 6, 6, 14)[i % 4],
            driver=driver,
            driver_name=driver.name,
            shift_from=time(20) if i % 2 else time(8),
            shift_to=time(8) if i % 2 else time(20),
        )
        for i, driver in enumerate(drivers)
    )
