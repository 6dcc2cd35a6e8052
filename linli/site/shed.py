"""A short queue before Django: so many requests at once, so many waiting, the rest hear 503 and when to come again.

Streams (SSE) do not count: they wait without working. A body larger than the largest upload is refused unread.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from linli.registry.uploads import MOST_BYTES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

AT_ONCE = int(os.environ.get("LINLI_AT_ONCE", 8 * (os.cpu_count() or 1)))
"""Requests that work at once: each is a thread with a database connection."""
WAITING = 8 * AT_ONCE
"""Requests that may wait; with more, waiting costs everybody more than coming again."""
PATIENCE = 20.0
"""Seconds a request waits for its turn."""
LARGEST_BODY = MOST_BYTES + (8 << 20)
"""Bytes: the largest file and the form around it, so that a file a little too large hears our sentence about it."""


class Shed:
    """Wraps an ASGI application; one per process."""

    def __init__(self, application: Application, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.application, self.room = application, waiting
        self.turns = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_stream(scope):
            await self.application(scope, receive, send)
        elif _announced(scope) > LARGEST_BODY:
            await _refuse(send, 413, b"Content Too Large\n")
        else:
            await self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await self._turn():
            await _come_again(send)
            return
        try:
            await self.application(scope, _bounded(receive), send)
        finally:
            self.turns.release()

    async def _turn(self) -> bool:
        """Whether the request got its turn; whoever need not wait takes no room from those who wait."""
        if not self.turns.locked():
            return await self.turns.acquire()
        if self.room <= 0:
            return False
        self.room -= 1
        try:
            return await asyncio.wait_for(self.turns.acquire(), PATIENCE)
        except TimeoutError:
            return False
        finally:
            self.room += 1


def _is_stream(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope["headers"])


def _announced(scope: Scope) -> int:
    sizes = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(sizes[0]) if sizes and sizes[0].isdigit() else 0


def _bounded(receive: Receive) -> Receive:
    """A body without an announced length is cut off where it grows too large."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > LARGEST_BODY else message

    return counted


async def _come_again(send: Send) -> None:
    """A phone that hears this keeps what it has and tries later, not all at the same moment."""
    seconds = str(random.randint(2, 8)).encode()  # noqa: S311 - spreads load, protects nothing
    await _refuse(send, 503, b"busy, please try again shortly\n", (b"retry-after", seconds))


async def _refuse(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    told = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
