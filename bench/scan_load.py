"""Callers of the scan bench: so many connections that each send, wait for the answer, and send the next."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back in one run."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    """Seconds from a request to its answer, of those that were accepted."""

    @property
    def accepted(self) -> int:
        return sum(n for status, n in self.statuses.items() if status < 400)

    @property
    def rate(self) -> float:
        return self.accepted / self.seconds

    def at(self, part: float) -> float:
        """A quantile of the accepted, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000 if ordered else float("nan")


class Caller(asyncio.Protocol):
    """One connection, HTTP/1.1, kept open; opens itself anew when the server closes it."""

    def __init__(self, load: Load, bodies: Iterator[bytes], head: bytes, until: float) -> None:
        self.load, self.bodies, self.head, self.until = load, bodies, head, until
        self.done = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        body = next(self.bodies)
        self.begun = time.perf_counter()
        self.transport.write(self.head + str(len(body)).encode() + b"\r\n\r\n" + body)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, sep, rest = self.buffer.partition(b"\r\n\r\n")
        if not sep:
            return
        low = head.lower()
        place = low.find(b"content-length:")
        size = int(low[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(rest) < size:
            return
        if place < 0 and b"chunked" in low and not rest.endswith(b"0\r\n\r\n"):
            return
        self.buffer = b""
        ended = time.perf_counter()
        status = int(head[9:12])
        self.load.statuses[status] += 1
        if status < 400:
            self.load.times.append(ended - self.begun)
        if ended < self.until:
            self.send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def run(port: int, path: str, bodies: Iterator[bytes], *, key: str, connections: int, seconds: float) -> Load:
    """Callers of one server on this machine, for so long."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    return asyncio.run(_run(port, bodies, head, connections, seconds))


async def _run(port: int, bodies: Iterator[bytes], head: bytes, connections: int, seconds: float) -> Load:
    load, loop = Load(), asyncio.get_running_loop()
    begun = time.perf_counter()
    until = begun + seconds

    async def call() -> None:
        while time.perf_counter() < until:
            try:
                _transport, caller = await loop.create_connection(
                    lambda: Caller(load, bodies, head, until), "127.0.0.1", port
                )
            except OSError:
                await asyncio.sleep(0.05)
                continue
            await asyncio.wait([caller.done], timeout=seconds + 5)

    await asyncio.gather(*(call() for _ in range(connections)))
    load.seconds = time.perf_counter() - begun
    return load
