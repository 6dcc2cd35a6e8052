"""Tubes of ten a second through the real function, beside the database's own rate for the very same rows.

    python -m bench.tubes [sqlite|postgres]

A town of 40,000 people with a code each; every round of the measure is a campaign of its own, so that nobody was sampled
before. `take` looks codes, earlier samples and barcodes up, checks the duty, and writes; its rival only writes the rows
it is given. One call is one durable transaction. What carries the tubes to the house (HTTP, a phone) is not in here.
"""

from __future__ import annotations

import itertools
import statistics
import time
from datetime import datetime, timedelta
from typing import Any

from bench.house import Figure, chosen, house, tell

PEOPLE, ROUNDS = 40_000, 7
BATCHES = ((1, 200), (25, 60), (250, 8))
"""Tubes in one transaction, and how many of them in a round of the measure."""


def main() -> None:
    """Build the town, measure each size in turns, tell."""
    database = chosen()
    with house(database):
        from linli.base import clock

        at = clock.now()
        town, codes = build(at)
        found: list[Figure] = []
        for size, times in BATCHES:
            mine, bare = measured(town, codes, at, size, times)
            share = statistics.median(a / b for a, b in zip(mine, bare, strict=True))
            rate, rival = statistics.median(mine), statistics.median(bare)
            aim = ">= 1000" if size > 1 else ""
            beside = f"its rows alone {rival:,.0f}/s, {share:.2f} of it"
            found.append(
                Figure(f"tubes of ten, {size} in a transaction ({database})", rate, "/s", beside, aim)
            )
        best = found[-1].value
        people = best * 10 * 24 * 3600 / 10 / 1e6
        found.append(
            Figure(
                "  a city screened in 24 h, peak factor 10", people, "million", f"{best * 10:,.0f} people/s"
            )
        )
        tell(found)


def build(at: datetime) -> tuple[Any, list[str]]:
    """One community, one door, a person with a code each."""
    from linli.base.ids import uuid7
    from linli.codes.models import Code, Kind
    from linli.codes.token import new_token
    from linli.registry.bulk import Bulk
    from linli.registry.models import Household, Person
    from tests.town import make_town

    town = make_town()
    home = Household.objects.first()
    assert home
    persons, codes = Bulk(Person), Bulk(Code)
    people = [
        persons.new(
            community_id=town.id, household_id=home.pk, name=f"居民{n}", path=home.dwelling.path,
            created_at=at, updated_at=at,
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    persons.insert(people)
    made = [
        codes.new(
            community_id=town.id, kind=Kind.PERSON.value, subject=who.pk, token=new_token(),
            short_code=uuid7().hex[-8:].upper(), issued_at=at, expires_at=None, revoked_at=None,
        )
        for who in people
    ]  # fmt: skip
    codes.insert(made)
    return town, [code.token for code in made]


def campaign(town: Any, at: datetime, name: str) -> Any:
    """A round that is running, over a building with few people: the list is not what is measured."""
    from linli.loops import engine
    from linli.matters.testing.planning import Told, open_campaign

    hours = {"begins_at": at + timedelta(hours=1), "until": at + timedelta(hours=8)}
    told = Told(name=name, buildings=[town.building["B 2"].pk], **hours)
    made = open_campaign(told, community=town.community, actor=town.desk, at=at, intent=name)
    engine.advance(made.case_id, "begin", actor=town.desk, given={"ready": True}, at=at, intent=name)
    return made


def measured(
    town: Any, codes: list[str], at: datetime, size: int, times: int
) -> tuple[list[float], list[float]]:
    """Tubes a second, of `take` and of the bare rows, in turns."""
    from linli.matters.testing import tubes

    mine, bare = [], []
    for turn in range(ROUNDS):
        made = campaign(town, at, f"{size}-{turn}")
        sealed = some(codes, at, size * times, f"{size}x{turn}x")
        batches = [sealed[n : n + size] for n in range(0, len(sealed), size)]
        begun = time.perf_counter()
        for batch in batches:
            answers = tubes.take(batch, made, actor=town.sampling, at=at)
            assert all(a.answer == "accepted" and not a.doubts for a in answers)
        mine.append(len(sealed) / (time.perf_counter() - begun))
        bare.append(rows_alone(campaign(town, at, f"bare-{size}-{turn}"), town, at, batches))
    return mine, bare


def some(codes: list[str], at: datetime, n: int, name: str) -> list[Any]:
    """So many full tubes of ten with people of their own."""
    from linli.base.ids import uuid7
    from linli.matters.testing.tubes import Sealed

    people = itertools.cycle(codes)
    return [
        Sealed(
            id=uuid7(), barcode=f"T{name}{k:06}", kind="ten", sealed_at=at,
            codes=tuple(itertools.islice(people, 10)),
        )
        for k in range(n)
    ]  # fmt: skip


def rows_alone(made: Any, town: Any, at: datetime, batches: list[list[Any]]) -> float:
    """The same rows, written and nothing else."""
    from django.db import transaction

    from linli.matters.testing import tubes

    ready = []
    for batch in batches:
        known = tubes.look_up(batch, made, at)
        rows = [tubes._tube(one, known, made, town.sampling, at) for one in batch]
        for row in rows:
            row.pk = tubes.TUBES.new().pk
        samples = [s for row, one in zip(rows, batch, strict=True) for s in _of(row, one, known, made)]
        ready.append((rows, samples))
    begun = time.perf_counter()
    for rows, samples in ready:
        with transaction.atomic():
            tubes.TUBES.insert(rows)
            tubes.SAMPLES.insert(samples)
    return sum(len(rows) for rows, _samples in ready) / (time.perf_counter() - begun)


def _of(row: Any, one: Any, known: Any, made: Any) -> list[Any]:
    from linli.matters.testing import tubes

    found = tubes._samples(one, known, made)
    for sample in found:
        sample.tube_id = row.pk
    return found


if __name__ == "__main__":
    main()
