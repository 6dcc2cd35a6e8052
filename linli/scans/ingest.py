"""Group commit: whoever waits is gathered for a breath, written in one transaction, and released when it is on the disk."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby

from linli.scans.record import Row
from linli.scans.store import Store, open_store

log = logging.getLogger(__name__)

MOST_ROWS = 8192
"""Rows in one transaction: some ten milliseconds of writing."""
MOST_WAITING = 60_000
"""Rows that may wait, whatever the disk does: what comes then is refused before it is read."""
LONGEST = 0.6
"""Seconds a row may have to wait by what the last second wrote: beyond that the next one is refused (p99 ≤ 1 s)."""


class Busy(Exception):
    """More comes than the disk takes: come again in a few seconds. Nothing was kept."""


class Ingest:
    """One writer thread with its own connection; any number of threads and coroutines wait for it."""

    def __init__(self, opening: Callable[[], Store] = open_store) -> None:
        self.opening = opening
        self.waiting: deque[tuple[Sequence[Row], asyncio.Future[None]]] = deque()
        self.came = self.gone = 0
        self.pace = 20_000.0
        """Rows a second that the last transactions wrote, averaged."""
        self.woken = threading.Event()
        self.thread: threading.Thread | None = None
        self.ending = False
        self.starting = threading.Lock()

    @property
    def rows(self) -> int:
        """Rows that wait now. Each side counts alone: two threads must not add to one number."""
        return self.came - self.gone

    @property
    def is_full(self) -> bool:
        """Whether a newcomer would wait too long; asked before a body is read."""
        return self.rows > MOST_WAITING or self.rows > self.pace * LONGEST

    async def put(self, rows: Sequence[Row]) -> None:
        """Wait until these rows are on the disk. Raises Busy, or what the database said; nothing was kept then."""
        if self.is_full:
            raise Busy
        if self.thread is None:
            self._start()
        future = asyncio.get_running_loop().create_future()
        self.came += len(rows)
        self.waiting.append((rows, future))
        if not self.woken.is_set():
            self.woken.set()
        await future

    def close(self) -> None:
        """End the writer when it has written what waits; nobody may come after."""
        if self.thread is not None:
            self.ending = True
            self.woken.set()
            self.thread.join(10)

    def _start(self) -> None:
        with self.starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self._write_on, name="scans", daemon=True)
                self.thread.start()

    def _write_on(self) -> None:
        store: Store | None = None
        while not self.ending or self.waiting:
            self.woken.wait()
            self.woken.clear()
            while self.waiting:
                batch, rows = self._gather()
                error: Exception | None = None
                begun = time.perf_counter()
                try:
                    store = store or self.opening()
                    store.write(rows)
                except Exception as fault:  # whoever waits hears it; the next batch tries anew
                    log.exception("scans: a batch of %d was not written", len(rows))
                    _let_go(store)
                    error, store = fault, None
                self._paced(len(rows), time.perf_counter() - begun)
                _release(batch, error)
        _let_go(store)

    def _gather(self) -> tuple[list[tuple[Sequence[Row], asyncio.Future[None]]], list[Row]]:
        batch: list[tuple[Sequence[Row], asyncio.Future[None]]] = []
        rows: list[Row] = []
        while self.waiting and len(rows) < MOST_ROWS:
            some, future = self.waiting.popleft()
            batch.append((some, future))
            rows.extend(some)
        return batch, rows

    def _paced(self, n: int, seconds: float) -> None:
        self.gone += n
        if n >= 64:  # a lonely row tells of the disk, not of the pace
            self.pace += 0.2 * (n / max(seconds, 1e-4) - self.pace)


def _release(batch: Sequence[tuple[Sequence[Row], asyncio.Future[None]]], error: Exception | None) -> None:
    """Wake every loop once, not every waiter."""
    for loop, some in groupby((future for _rows, future in batch), key=lambda f: f.get_loop()):
        loop.call_soon_threadsafe(_answer, list(some), error)


def _answer(futures: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for future in futures:
        if future.done():  # whoever waited has gone away
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


def _let_go(store: Store | None) -> None:
    if store is not None:
        try:
            store.close()
        except Exception:
            log.warning("scans: a broken connection would not close", exc_info=True)
