"""The demo community: 4 compounds, 2,000 dwellings, 5,000 residents, 110 volunteers, 35 venues, and tonight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction

from linli.drill.names import Register, Somebody
from linli.drill.places import build_places, build_venues
from linli.drill.staff import accounts, hire, password
from linli.fleet.models import Vehicle
from linli.registry.models import Community, Dwelling, Household, Person, Sealed, SpecialNeed
from linli.registry.sealing import sealed_numbers
from linli.roster.models import Volunteer

SLUG = "demo"
PEOPLE, VOLUNTEERS = 5000, 110
RELATIONS = ("户主", "配偶", "子女", "父母", "其他亲属")
ROLES = ("采样员", "测温员", "接线员", "送货员", "搬运工", "转运司机", "扫街员", "门岗", "录入员")

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
        return Built(found, password(), accounts())
    with transaction.atomic():
        community = _community(at)
        register = Register(seed)
        doors = build_places(community)
        progress("房屋", len(doors), len(doors))
        people = _move_in(community, doors, register, at, progress)
        build_venues(community, [p.name for p in people[:40]])
        hire(community, at)
        _volunteers(community, people, register)
        _vehicles(community)
    from linli.drill.alerts import raise_alerts
    from linli.drill.calls import ring
    from linli.drill.doors import walk
    from linli.drill.errands import run_errands
    from linli.drill.evening import play
    from linli.drill.gate import receive_visitors
    from linli.drill.shops import open_shops
    from linli.drill.streets import sweep

    play(community, register, at=at, progress=progress)
    run_errands(community, register, at=at)
    ring(community, at=at)
    walk(community, at=at)
    open_shops(community, at=at)
    sweep(community, at=at)
    raise_alerts(community, at=at)
    receive_visitors(community, at=at)
    return Built(community, password(), accounts())


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
