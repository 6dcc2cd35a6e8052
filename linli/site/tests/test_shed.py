"""The queue before Django: so many at once, so many waiting, the rest come again; streams wait for free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from linli.site.shed import LARGEST_BODY, Message, Receive, Scope, Send, Shed


class Slow:
    """An application that works until it is let go."""

    def __init__(self) -> None:
        self.working, self.most, self.go = 0, 0, asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.working += 1
        self.most = max(self.most, self.working)
        await self.go.wait()
        self.working -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})


def scope(*headers: tuple[bytes, bytes]) -> Scope:
    return {"type": "http", "headers": list(headers)}


async def empty() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def ask(shed: Shed, said: list[dict[str, Any]], *headers: tuple[bytes, bytes]) -> Awaitable[None]:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.append(dict(message))

    return asyncio.ensure_future(shed(scope(*headers), empty, send))


def test_more_than_can_be_served_hear_when_to_come_again() -> None:
    async def run() -> tuple[Slow, list[dict[str, Any]]]:
        slow, said = Slow(), []
        shed = Shed(slow, at_once=2, waiting=3)
        asked = [ask(shed, said) for _ in range(9)]
        await asyncio.sleep(0.01)
        early = len(said)
        slow.go.set()
        await asyncio.gather(*asked)
        assert early == 4
        return slow, said

    slow, said = asyncio.run(run())
    assert slow.most == 2
    assert sorted(answer["status"] for answer in said) == [200] * 5 + [503] * 4
    waits = [int(v) for answer in said for k, v in answer["headers"] if k == b"retry-after"]
    assert len(waits) == 4
    assert all(2 <= wait <= 8 for wait in waits)


def test_streams_take_no_turn() -> None:
    async def run() -> tuple[int, int]:
        slow, said = Slow(), []
        shed = Shed(slow, at_once=1, waiting=0)
        streams = [ask(shed, said, (b"accept", b"text/event-stream")) for _ in range(20)]
        await asyncio.sleep(0.01)
        most = slow.most
        slow.go.set()
        await asyncio.gather(*streams)
        return most, len(said)

    assert asyncio.run(run()) == (20, 20)


def test_a_body_that_announces_itself_too_large_is_refused_unread() -> None:
    async def run() -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        await ask(Shed(Slow()), said, (b"content-length", str(LARGEST_BODY + 1).encode()))
        return said

    assert [answer["status"] for answer in asyncio.run(run())] == [413]


def test_a_body_that_grows_too_large_is_cut_off() -> None:
    seen: list[str] = []

    async def greedy(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "http.request":
            seen.append("more")
        seen.append(message["type"])

    async def endless() -> Message:
        return {"type": "http.request", "body": b"x" * 8 * 1024 * 1024, "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError

    asyncio.run(Shed(greedy)(scope(), endless, send))
    assert seen == ["more"] * (LARGEST_BODY // (8 << 20)) + ["http.disconnect"]
