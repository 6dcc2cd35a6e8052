"""SQLite's method: let the n-th thing said to the database fail, for n = 1, 2, … until the work passes untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection

UNSAID, UNHEARD, GONE = "unsaid", "unheard", "gone"
"""Nothing was done · it was done and the answer got lost · from here on the connection is dead."""
WAYS = (UNSAID, UNHEARD, GONE)
MOST = 400


class Cut(OperationalError):
    """The fault that was planted."""


@dataclass
class Nth:
    """Counts statements and commits; the n-th fails in its way."""

    n: int
    way: str
    said: int = 0

    @property
    def struck(self) -> bool:
        """Whether the work reached the n-th at all."""
        return self.said >= self.n

    def say(self, do: Callable[[], Any], *, sql: str = "") -> Any:
        """Do it, unless it is the one that fails. SQLite begins inside this process: that answer cannot get lost."""
        self.said += 1
        if self.said == self.n and self.way == UNHEARD:
            if not sql.startswith("BEGIN"):
                do()
            raise Cut(f"no answer to call {self.n}")
        if self.said == self.n or (self.said > self.n and self.way == GONE):
            raise Cut(f"call {self.said} was not made")
        return do()


@contextmanager
def failing(n: int, way: str) -> Iterator[Nth]:
    """While the block runs, the n-th statement or commit of this thread's connection fails."""
    nth = Nth(n, way)
    commit, rollback = connection._commit, connection._rollback

    def dead_rollback() -> None:
        if way == GONE and nth.struck:
            raise Cut("nobody hears the rollback")
        rollback()

    connection._commit = lambda: nth.say(commit)
    connection._rollback = dead_rollback
    try:
        with connection.execute_wrapper(lambda go, sql, *rest: nth.say(lambda: go(sql, *rest), sql=sql)):
            yield nth
    finally:
        del connection._commit, connection._rollback


@dataclass(frozen=True)
class Try:
    """One run with a planted fault."""

    n: int
    way: str
    raised: bool


def until_untouched(way: str, work: Callable[[], object], check: Callable[[Try], None]) -> int:
    """Run `work` with the fault at 1, 2, …; `check` judges after each. Returns how many calls `work` makes."""
    for n in range(1, MOST):
        raised = False
        with failing(n, way) as nth:
            try:
                work()
            except Cut:
                raised = True
        check(Try(n, way, raised))
        if not nth.struck:
            return n - 1
    raise AssertionError(f"still not untouched after {MOST} calls")
