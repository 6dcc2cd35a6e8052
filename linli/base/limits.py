"""How often somebody may knock: token buckets in this process's memory, for doors that stand open to everybody."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock


class Limit:
    """`most` knocks at once, refilled evenly over `seconds`. Each process counts for itself.

    At most `callers` are remembered; the one longest silent is forgotten first, so that nobody can fill the memory.
    """

    def __init__(self, most: int, *, seconds: float, callers: int = 20_000) -> None:
        self.most, self.per_second, self.callers = most, most / seconds, callers
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, caller: str, at: datetime, *, cost: float = 1) -> bool:
        """Whether this knock is let in; a refused one costs nothing."""
        now = at.timestamp()
        with self._lock:
            left, then = self._buckets.pop(caller, (float(self.most), now))
            left = min(self.most, left + max(now - then, 0) * self.per_second)
            allowed = left >= cost
            self._buckets[caller] = (left - cost if allowed else left, max(now, then))
            while len(self._buckets) > self.callers:
                self._buckets.popitem(last=False)
        return allowed

    def wait(self, caller: str) -> int:
        """Whole seconds until one more knock is let in, for Retry-After; at least one."""
        left, _then = self._buckets.get(caller, (float(self.most), 0.0))
        return max(1, round((1 - left) / self.per_second))

    def forget(self) -> None:
        """Start anew (tests)."""
        self._buckets.clear()
