"""kill -9 of web and worker under eight clients that retry, ten times on each database: nothing is lost, nothing doubled."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import prepared
from tests.databases import DATABASE
from tests.faults.kill_house import House, Pair, database_of
from tests.faults.kill_load import Book, Client, Stopped, clerk, gate, sender
from tests.faults.notify_gateways import Gateway, Reply, gateway

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("KILLS", "10"))
"""A night may ask for two hundred (trust.md P1)."""
CLIENTS = 8
CASES_EACH = 40
LIVES = (0.4, 1.8)
"""Seconds between a pair's first answer and its death: at random, in the midst of whatever goes on."""
ENOUGH, MOST_WAIT = 5, 10.0
"""On a busy machine a pair lives until so much was acknowledged, so many seconds at most."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A home on a real disk, where fsync means something."""
    home = Path(tempfile.mkdtemp(prefix="linli-kill-", dir="/var/tmp"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def alone() -> Iterator[None]:
    """Two of these at once, one on each database, would starve each other's servers and prove less."""
    with (Path(tempfile.gettempdir()) / "linli-kill.lock").open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        yield


def test_kill_nine_of_web_and_worker_loses_and_doubles_nothing(disk: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed} on {DATABASE}")
    dice = random.Random(seed)
    with ExitStack() as stack:
        stack.enter_context(alone())
        group = stack.enter_context(gateway(Reply(200, b'{"errcode": 0}')))
        house = House(disk, database_of(DATABASE, disk, stack))
        stack.callback(house.warm.end)
        prepared.static(disk / "static")
        if DATABASE == "sqlite":
            prepared.tables(disk / prepared.FILE)
        half = CLIENTS // 2
        robot = f"{group.url}/webhook/send?key=x"
        scene = json.loads(house.ask("tests.faults.kill_scene", str(half), str(CASES_EACH), robot))
        book, troubles = Book(disk / "acks"), list[str]()
        killed = under_load(house, scene, book, troubles, dice)
        assert troubles == []
        judge(house, book, group)
        print(
            f"{killed} kills, {len(book.acked)} acknowledged of {len(book.sent)}, {len(group.received)} messages"
        )


def under_load(house: House, scene: Any, book: Book, troubles: list[str], dice: random.Random) -> int:
    """Eight clients while pair after pair comes up, serves for a moment and is killed. The last one dies too."""
    stop, current = threading.Event(), [Pair(house)]

    def client(work: Any, *args: Any) -> threading.Thread:
        mine = Client(lambda: current[-1].port, stop, book, random.Random(dice.random()), troubles)
        return threading.Thread(target=quietly, args=(work, mine, *args))

    threads = [client(clerk, c["session"], c["cases"]) for c in scene["clerks"]]
    threads += [client(sender, key, n) for n, key in enumerate(scene["senders"])]
    threads += [client(gate, scene["gate"])]
    try:
        current[0].await_ready()
        for thread in threads:
            thread.start()
        for n in range(KILLS):
            following = Pair(house) if n < KILLS - 1 else None  # boots while this one is dying
            live(dice.uniform(*LIVES), book)
            current[-1].kill()
            if following:
                following.await_ready()
                current.append(following)
    finally:
        stop.set()
        for pair in current:
            pair.kill()
        for thread in threads:
            if thread.ident:
                thread.join()
    return KILLS


def live(seconds: float, book: Book) -> None:
    """Let the pair work for so long, and at least until it has acknowledged enough to be caught at."""
    before, begun = slow_ones(book), time.monotonic()
    time.sleep(seconds)
    while slow_ones(book) < before + ENOUGH and time.monotonic() < begun + MOST_WAIT:
        time.sleep(0.01)


def slow_ones(book: Book) -> int:
    """Steps and notices that were acknowledged: scans are so quick that they alone would fill a life."""
    with book.lock:
        return sum(act.startswith("kill-") for act in book.acked)


def quietly(work: Any, mine: Client, *args: Any) -> None:
    try:
        work(mine, *args)
    except Stopped:
        pass
    except Exception as error:
        mine.troubles.append(f"{type(error).__name__}: {error}")


def judge(house: House, book: Book, group: Gateway) -> None:
    """acked ⊆ stored ⊆ sent, each once; every effect of each exactly once; the chain and the file hold."""
    found = json.loads(house.ask("tests.faults.oracle", "--drain").splitlines()[-1])
    assert found["faults"] == []
    steps = [i for i in found["steps"] if i.startswith("kill-")]
    notices = [k.partition(":")[2] for k in found["notices"] if not k.startswith("scene-")]
    stored = Counter(steps + notices + found["scans"])
    assert book.acked - set(stored) == set(), "acknowledged and lost"
    assert set(stored) - book.sent == set(), "stored, but never sent"
    assert [i for i, n in stored.items() if n > 1] == []
    assert len(stored) > 3 * KILLS, "the load was too small to prove anything"
    assert min(len(steps), len(notices), len(found["scans"])) >= KILLS // 2, (
        "one kind of load was too small to prove anything"
    )
    heard = {request.headers["idempotency-key"] for request in group.received}
    assert set(found["sent"]) - heard == set(), "marked as sent, but nobody got it"
    assert "everything holds" in house.ask("linli", "verify").splitlines()
    written = {
        line.split()[1] for line in (house.home / "acks").read_text().splitlines() if line.startswith("acked")
    }
    assert written == book.acked
