"""One community of a hundred thousand people with fifty thousand open cases: twenty times an ordinary office."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.registry.models import Community, Dwelling
    from linli.roster.models import User

PEOPLE, OPEN_CASES, CLOSED_CASES = 100_000, 50_000, 100_000
COMPOUNDS, BUILDINGS, UNITS, FLOORS, ROOMS = 8, 34, 4, 18, 4
LIVING_IN_A_DWELLING = 3
AT_ONCE = 5000


@dataclass
class BigTown:
    """The community, who looks at it, and what can be searched for."""

    community: Community
    director: User
    grid_lead: User
    compound_path: str
    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def build(*, at: datetime, seed: int = 20220414) -> BigTown:
    """Fill an empty database; about a minute."""
    from linli.base.scope import path
    from linli.registry.models import Community
    from linli.roster.models import Shift, User

    dice = random.Random(seed)
    community = Community.objects.create(slug="big", name="大社区", created_at=at)
    compound_path = path("big", "c1")
    users = [
        User(username=name, shown_name=name, community=community, must_secure=False)
        for name in ("director", "grid_lead")
    ]
    User.objects.bulk_create(users)
    for user, duty, scope in zip(
        users, ("director", "grid_lead"), (community.path, compound_path), strict=True
    ):
        Shift.objects.create(
            community=community, user=user, duty=duty, scope=scope, starts_at=at - timedelta(days=30)
        )
    town = BigTown(community, users[0], users[1], compound_path)
    doors = _doors(town)
    _people(town, doors, dice, at)
    _cases(town, [d.path for d in doors], dice, at)
    _analyse()
    return town


def _doors(town: BigTown) -> list[Dwelling]:
    from linli.base.scope import path
    from linli.registry.models import Building, Compound, Dwelling, Grid, Unit

    own = {"community": town.community}
    doors: list[Dwelling] = []
    for c in range(1, COMPOUNDS + 1):
        compound = Compound.objects.create(**own, code=f"c{c}", name=f"第{c}小区", position=c)
        grid = Grid.objects.create(**own, compound=compound, code="g1", name=f"第{c}网格")
        for b in range(1, BUILDINGS + 1):
            building = Building.objects.create(
                **own,
                compound=compound,
                grid=grid,
                number=str(b),
                position=b,
                path=path("big", f"c{c}", "g1", str(b)),
            )
            for u in range(1, UNITS + 1):
                unit = Unit.objects.create(**own, building=building, number=str(u), position=u)
                for n in range(FLOORS * ROOMS):
                    room = f"{n // ROOMS + 1}{n % ROOMS + 1:02d}"
                    doors.append(
                        Dwelling(
                            **own, compound=compound, building=building, unit=unit, room=room,
                            label=f"{b}-{u}-{room}", position=n,
                            path=path("big", f"c{c}", "g1", str(b), str(u), room),
                        )
                    )  # fmt: skip
    Dwelling.objects.bulk_create(doors, batch_size=AT_ONCE)
    town.labels = [d.label for d in doors]
    return doors


def _people(town: BigTown, doors: list[Dwelling], dice: random.Random, at: datetime) -> None:
    from linli.drill.names import Register
    from linli.registry.models import Household, Person, Sealed
    from linli.registry.sealing import sealed_numbers

    register = Register(1)
    households = [
        Household(community=town.community, dwelling=door)
        for door in doors[: PEOPLE // LIVING_IN_A_DWELLING + 1]
    ]
    Household.objects.bulk_create(households, batch_size=AT_ONCE)
    people: list[Person] = []
    sealed: list[Sealed] = []
    for n in range(PEOPLE):
        household = households[n // LIVING_IN_A_DWELLING]
        somebody = register.surname() + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))
        person = Person(
            community=town.community, household=household, name=somebody, sex="1", birth_on=date(1980, 1, 1),
            path=household.dwelling.path, created_at=at, updated_at=at,
        )  # fmt: skip
        phone = f"1{dice.choice((38, 39, 58))}000{dice.randrange(100_000):05d}"
        people.append(person)
        sealed += sealed_numbers(person, phones=[phone])
        if n % 997 == 0:
            town.names.append(somebody)
            town.phones.append(phone)
    Person.objects.bulk_create(people, batch_size=AT_ONCE)
    Sealed.objects.bulk_create(sealed, batch_size=AT_ONCE)


GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国文华玉兰志斌红梅春光晓东雪飞云海波峰宇航思远欣怡子涵浩然佳"


def _cases(town: BigTown, paths: list[str], dice: random.Random, at: datetime) -> None:
    from linli.loops.models import Case, Ledger
    from linli.loops.registry import loop_of

    Ledger.objects.create(community_id=town.community.id)
    states = [s for s in loop_of("return").states.values() if s.is_open]

    def rows() -> Iterator[Case]:
        for n in range(OPEN_CASES + CLOSED_CASES):
            is_open, state = n < OPEN_CASES, dice.choice(states)
            due_at = at + timedelta(minutes=dice.uniform(-90, 24 * 60))
            opened_at = at - timedelta(minutes=dice.uniform(1, 600))
            yield Case(
                community_id=town.community.id, loop="return", state=state.key if is_open else "settled",
                title="陆*禾 · 第1小区3号楼", scope=dice.choice(paths), subject=f"s{n}", pack="changzhi-2022-04@1",
                entered_at=opened_at, opened_at=opened_at, rung=dice.choice((0, 0, 0, 1, 2, 3)),
                holder_id=dice.choice((None, None, town.director.id)), holder_name="段秋实",
                due_at=due_at if is_open else None, wake_at=due_at if is_open else None,
                overdue_at=due_at if is_open and due_at < at else None,
                closed_at=None if is_open else at,
            )  # fmt: skip

    Case.objects.bulk_create(rows(), batch_size=AT_ONCE)


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
