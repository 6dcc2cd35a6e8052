"""An import whose worker is killed, or whose database fails at any call: nothing half done, nothing twice, all at last."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from linli.registry.deciding import confirm
from linli.registry.imports import Import, ImportRow, State
from linli.registry.models import Community, Household, Person, Sealed
from linli.registry.running import LEASE, run_pending
from linli.registry.staging import receive
from linli.registry.tests.office import CLERK, register, resident
from tests.faults.import_worker import HOUSES, ROWS
from tests.faults.nth import WAYS, Try, until_untouched
from tests.town import T0

pytestmark = pytest.mark.faults

KILLS = 3
PATIENCE = 60


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    database = {"LINLI_HOME": str(home), "LINLI_DATABASE": f"sqlite:///{home}/linli.sqlite3"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.import_worker", *words],
        env={**os.environ, **database},
        stdout=subprocess.PIPE,
        text=True,
    )


def standing(home: Path) -> tuple[int, int, int, int]:
    """Position, people, distinct identity numbers, households: what a reader sees after the kill."""
    with sqlite3.connect(home / "linli.sqlite3") as connection:
        position = connection.execute("SELECT position FROM registry_import").fetchone()[0]
        people = connection.execute("SELECT count(*) FROM registry_person").fetchone()[0]
        numbers = connection.execute(
            "SELECT count(DISTINCT blind) FROM registry_sealed WHERE kind = 'id_number'"
        )
        households = connection.execute("SELECT count(*) FROM registry_household").fetchone()[0]
        return position, people, numbers.fetchone()[0], households


@pytest.mark.skipif(
    os.environ.get("LINLI_TEST_DB") == "postgres",
    reason="the killed worker has a SQLite home of its own: once is enough",
)
def test_a_worker_killed_in_the_middle_leaves_whole_batches_and_the_next_one_finishes(tmp_path: Path) -> None:
    assert start(tmp_path, "ready").wait(PATIENCE) == 0
    dice = random.Random(1)
    for kill in range(KILLS):
        worker = start(tmp_path, "work", str(kill * (LEASE.total_seconds() + 1)))
        assert worker.stdout
        worker.stdout.readline()
        time.sleep(dice.random() * 0.15)
        worker.send_signal(signal.SIGKILL)
        worker.wait(PATIENCE)
        position, people, numbers, households = standing(tmp_path)
        assert (people, numbers, households) == (max(position - 1, 0), people, people * HOUSES // ROWS), kill
    last = start(tmp_path, "work", str(KILLS * (LEASE.total_seconds() + 1)))
    assert last.communicate(timeout=PATIENCE)[0].splitlines()[-1] == "done"
    assert standing(tmp_path) == (ROWS + 1, ROWS, ROWS, HOUSES)


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
