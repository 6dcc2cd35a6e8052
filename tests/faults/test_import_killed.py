"""An import whose worker is killed, or whose database fails at any call: nothing half done, nothing twice, all at last."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from linli.registry.deciding import confirm
from linli.registry.imports import Import, ImportRow, State
from linli.registry.models import Community, Household, Person, Sealed
from linli.registry.running import LEASE, run_pending
from linli.registry.staging import receive
from linli.registry.tests.office import CLERK, checked, register, resident
from tests.faults.nth import WAYS, Try, until_untouched
from tests.town import T0, facts
from tests.warm import Forked, Warm

pytestmark = pytest.mark.faults

KILLS = 3
PATIENCE = 60
ROWS, HOUSES = 900, 300


@pytest.fixture
def warm(committed: None) -> Iterator[Warm]:
    """Where workers on this test's database come from."""
    kept, name = os.environ["LINLI_DATABASE"], str(connection.settings_dict["NAME"])
    database = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{kept.rpartition('/')[0]}/{name}"
    made = Warm({**os.environ, "LINLI_DATABASE": database})
    yield made
    made.end()


def start(warm: Warm, kill: int, says: Path) -> Forked:
    """A worker of its own, after the lease of the one before."""
    later = str(kill * (LEASE.total_seconds() + 1))
    return warm.start("-m", "tests.faults.import_worker", later, out=says, err=says)


def await_words(says: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not (says.exists() and says.stat().st_size):
        assert time.monotonic() < end, "the worker says nothing"
        time.sleep(0.002)


def standing() -> tuple[int, int, int, int]:
    """Position, people, distinct identity numbers, households: what a reader sees after the kill."""
    numbers = Sealed.objects.filter(kind=Sealed.ID_NUMBER).values("blind").distinct().count()
    return Import.objects.get().position, Person.objects.count(), numbers, Household.objects.count()


def row(n: int) -> tuple[str, ...]:
    """The n-th resident, three behind a door."""
    number, phone = facts(f"19{50 + n % 50}-{n // 50 % 12 + 1:02}-{n // 600 + 1:02}", "1", n % 5)
    house = n // (ROWS // HOUSES)
    door = f"{house // 100 + 1}-1-{house % 100 + 101}"
    return resident(f"高山{n}", door=door, number=number, phone=phone[:6] + f"{n:05d}")


def test_a_worker_killed_in_the_middle_leaves_whole_batches_and_the_next_one_finishes(
    warm: Warm, tmp_path: Path
) -> None:
    community = Community.objects.create(slug="xc", name="新村社区", created_at=T0)
    confirm(checked(community, register([row(n) for n in range(ROWS)])), by="台账员", at=T0)
    dice, reached = random.Random(1), 0
    for kill in range(KILLS):
        worker = start(warm, kill, says := tmp_path / str(kill))
        await_words(says)
        time.sleep(dice.random() * 0.1)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(PATIENCE)
        position, people, numbers, households = standing()
        assert (people, numbers, households) == (max(position - 1, 0), people, people * HOUSES // ROWS), kill
        assert position > reached, "each worker goes on where the one before was killed"
        reached = position
    assert reached <= ROWS, "killed in the middle"
    says = tmp_path / "last"
    assert start(warm, KILLS, says).wait(PATIENCE) == 0
    assert says.read_text().splitlines()[-1] == "done"
    assert standing() == (ROWS + 1, ROWS, ROWS, HOUSES)


def to_the_end(import_id: UUID, later: int) -> None:
    """Check, confirm and bring in, as often as it takes."""
    at = T0 + later * (LEASE * 2)
    while run_pending(at, "worker", seconds=0):
        pass
    imported = Import.objects.get(pk=import_id)
    if imported.state == State.PREVIEWED:
        confirm(imported, by="台账员", at=at)
    while run_pending(at, "worker", seconds=0):
        pass


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("way", WAYS)
def test_whatever_call_fails_the_retry_brings_everybody_in_once(way: str) -> None:
    community = Community.objects.create(slug="xc", name="新村社区", created_at=T0)
    rounds = 0
    imported: Import

    def fresh() -> None:
        nonlocal imported
        rows = [
            resident(f"高山{rounds}", door=f"{rounds + 1}-1-101", phone=f"1390001{rounds:04d}"),
            resident(f"流水{rounds}", door=f"{rounds + 1}-1-102", phone=f"1390002{rounds:04d}"),
        ]
        imported = receive([register(rows)], community=community, name="台账.xlsx", bringer=CLERK, at=T0)

    def check(tried: Try) -> None:
        nonlocal rounds
        to_the_end(imported.id, later=rounds * 2 + 1)
        imported.refresh_from_db()
        assert (imported.state, imported.results) == (State.DONE, {"created": 2}), f"call {tried.n} ({way})"
        rounds += 1
        people = Person.objects.count(), Household.objects.count(), Sealed.objects.count()
        assert people == (2 * rounds, 2 * rounds, 2 * rounds), f"call {tried.n} ({way})"
        assert ImportRow.objects.filter(imported=imported).count() == 2
        fresh()

    fresh()
    assert until_untouched(way, lambda: to_the_end(imported.id, later=rounds * 2), check) >= 30
