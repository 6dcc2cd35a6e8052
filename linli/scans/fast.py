"""The hot path before Django: scans of gates, forms of doors, and the pages that may be kept for some seconds."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.codes.bearer import digest
from linli.scans import entry, hot
from linli.scans.ingest import Busy, Ingest
from linli.scans.known import Known
from linli.scans.pulse import Pulse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

API, DOOR = "/api/scans", "/v/"
KEEP = b"x-linli-keep"
"""Header by which a page says for how many seconds it is the same for everybody; it does not leave the house."""
ID = b"@@a-new-id@@"
"""In a kept page: where each reader gets an id of their own."""
MOST_KEPT = 5000
LARGEST_FORM = 8 << 10
REMEMBER = "linli_me"
_JSON = (b"content-type", b"application/json")


class Fast:
    """Wraps the application. One per process: one writer, one dictionary of codes, one shelf of pages."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.known, self.ingest, self.pulse = Known(), Ingest(), Pulse()
        self.kept: dict[tuple[str, str], tuple[float, list[Message]]] = {}
        self.looking: asyncio.Future[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == API:
            await self._api(scope, receive, send)
        elif path.startswith(DOOR) and len(path) == len(DOOR) + 27:  # a token and its slash
            await self._door(scope, receive, send)
        else:
            await self.application(scope, receive, send)

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _say(send, 405, {"error": "POST"})
            return
        if self.ingest.is_full:
            await _busy(send)
            return
        await self._look()
        key = _digest_of(_header(scope, b"authorization"))
        gate = self.known.gates.get(key)
        if gate is None:
            await _say(send, 401, {"error": "unknown key"})
            return
        body = await _body(receive, hot.LARGEST)
        if body is None:
            await _say(send, 413, {"error": f"at most {hot.MOST} scans and {hot.LARGEST} bytes"})
            return
        at = _ms()
        try:
            rows, answers = hot.read_rows(body, gate, self.known, at)
        except hot.Wrong as wrong:
            await _say(send, 400, {"error": str(wrong)})
            return
        if not await self._kept(rows, send):
            return
        if rows:
            self.pulse.note(key, rows, at)
        await _say(send, 200 if rows else 422, {"kept": len(rows), "scans": answers})

    async def _door(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            await self._entered(scope, receive, send)
        elif scope["method"] == "GET" and not _header(scope, b"cookie"):
            await self._shown(scope, receive, send)
        else:
            await self.application(scope, receive, send)

    async def _entered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A form without a fault is kept and answered here; any other is a page, and pages are Django's."""
        if self.ingest.is_full:
            await _busy(send)
            return
        await self._look()
        token = scope["path"][len(DOOR) : -1]
        place = self.known.by_token.get(token)
        body = await _body(receive, LARGEST_FORM)
        if body is None:
            await _say(send, 413, {"error": "too large"})
            return
        at = _ms()
        if place and place.kind == "venue" and place.ends is None:
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
            entered = entry.read(form, place, token, self.known.find, at)
            if not entered.faults and "remember" not in form and "forget" not in form:
                if await self._kept(entered.rows, send):
                    where = f"{scope['path']}?done={entered.heads}".encode()
                    await _start(send, 303, (b"location", where))
                    await send({"type": "http.response.body", "body": b""})
                return
        await self.application(scope, _again(body, receive), send)

    async def _kept(self, rows: Any, send: Send) -> bool:
        """On the disk, or answered that it is not."""
        try:
            if rows:
                await self.ingest.put(rows)
        except Busy:
            await _busy(send)
            return False
        except Exception:  # logged by the writer; the sender keeps what it has and comes again
            await _busy(send)
            return False
        return True

    async def _shown(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page that says how long it is the same for everybody is made once in that time."""
        query = scope.get("query_string", b"").decode("latin-1")
        key = (f"{scope['path']}?{query}", _language(scope))
        until, messages = self.kept.get(key, (0.0, []))
        if until < time.monotonic():
            messages = await self._made(scope, receive, key)
        for message in messages:
            body = message.get("body", b"")
            await send(
                {**message, "body": body.replace(ID, str(uuid7()).encode())} if ID in body else message
            )

    async def _made(self, scope: Scope, receive: Receive, key: tuple[str, str]) -> list[Message]:
        messages: list[Message] = []

        async def listen(message: Message) -> None:
            messages.append(message)

        await self.application(scope, receive, listen)
        start = messages[0]
        seconds = next((int(v) for n, v in start["headers"] if n.lower() == KEEP), 0)
        start["headers"] = [(n, v) for n, v in start["headers"] if n.lower() != KEEP]
        gives_something = any(name.lower() == b"set-cookie" for name, _value in start["headers"])
        if seconds and start["status"] == 200 and not gives_something:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = (time.monotonic() + seconds, messages)
        return messages

    async def _look(self) -> None:
        """The first scan waits until the codes are read; later looks go on beside."""
        if not self.known.is_stale():
            return
        if self.looking is None or self.looking.done():
            loop = asyncio.get_running_loop()
            self.looking = loop.run_in_executor(None, self.known.look_from_a_thread, now())
        if self.known.looked_at is None:
            await asyncio.shield(self.looking)


def _ms() -> int:
    return time.time_ns() // 1_000_000


def _header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


@lru_cache(maxsize=4096)
def _digest_of(authorization: bytes) -> str:
    """Of the key in `Bearer …`; a gate sends the same header all day."""
    scheme, _sep, key = authorization.decode("latin-1").partition(" ")
    return digest(key.strip() if scheme.lower() == "bearer" else "")


def _language(scope: Scope) -> str:
    return "en" if _header(scope, b"accept-language")[:2].lower() == b"en" else "zh"


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body; None where it is larger than `most`."""
    message = await receive()
    body = message.get("body", b"")
    if not message.get("more_body"):
        return body if len(body) <= most else None
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for whoever comes after; then whatever the connection says, which is that it ends."""
    told: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return told.pop() if told else await receive()

    return once_more


async def _start(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    told = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})


async def _say(send: Send, status: int, told: dict[str, Any], *headers: tuple[bytes, bytes]) -> None:
    await _start(send, status, _JSON, *headers)
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


async def _busy(send: Send) -> None:
    """Nothing was kept: come again, not all at the same moment."""
    seconds = str(random.randint(2, 8)).encode()  # noqa: S311 - spreads load, protects nothing
    await _say(send, 503, {"error": "busy"}, (b"retry-after", seconds))
