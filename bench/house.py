"""What every bench stands on: a throw-away linli on the database asked for, and how times are taken and told."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

MARK = "figures:"
"""Begins the last line a bench prints: its figures as JSON, for bench/run.py."""


@dataclass(frozen=True)
class Figure:
    """One thing measured, beside what it is compared with. `aim` is `<= 50` or `>= 0.40`, judged on `value`."""

    name: str
    value: float
    unit: str
    beside: str = ""
    aim: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if not self.aim:
            return None
        sign, limit = self.aim.split()
        return self.value <= float(limit) if sign == "<=" else self.value >= float(limit)


def tell(figures: list[Figure]) -> None:
    """A line for people for each figure, then one for the machine."""
    for f in figures:
        word = {None: "", True: "met", False: "MISSED"}[f.met]
        print(f"{f.name:<58} {f.value:>12,.2f} {f.unit:<8} {f.beside:<44} {f.aim:>8} {word}")
    print(MARK, json.dumps([asdict(f) for f in figures], ensure_ascii=False))


def chosen() -> str:
    """The database named on the command line: sqlite (default) or postgres."""
    return sys.argv[1] if len(sys.argv) > 1 else "sqlite"


@contextmanager
def house(database: str) -> Iterator[None]:
    """A linli of its own on a disk (fsync counts): SQLite as shipped, or PostgreSQL with its own durable defaults."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-bench-"))
        os.environ |= {"LINLI_HOME": home, "DJANGO_SETTINGS_MODULE": "linli.site.settings"}
        os.environ["LINLI_DATABASE"] = f"sqlite:///{home}/bench.sqlite3"
        if database == "postgres":
            from tests.postgres import postgres

            server = stack.enter_context(postgres(durable=True))
            os.environ["LINLI_DATABASE"] = server.named("postgres")
        import django

        django.setup()
        from linli.site import prepare

        prepare.migrate()
        prepare.collect_static()
        yield


def turns(*works: Callable[[], object], rounds: int, warm: int = 3) -> list[list[float]]:
    """Milliseconds of each work, taken in turns (A B A B …) so that a busy machine is busy for all alike."""
    for work in works:
        for _ in range(warm):
            work()
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(took, works, strict=True):
            begun = time.perf_counter()
            work()
            times.append((time.perf_counter() - begun) * 1000)
    return took


def cpu(work: Callable[[], object], *, times: int = 30) -> float:
    """Median milliseconds that this process computes for one call: a busy machine does not change it much."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        work()
        took.append((time.process_time() - begun) * 1000)
    return statistics.median(took)


def p50(times: list[float]) -> float:
    """The median."""
    return statistics.median(times)


def p95(times: list[float]) -> float:
    """What 95 of 100 stay below."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]
