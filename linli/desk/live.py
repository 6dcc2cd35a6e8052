"""What changed, over server-sent events: one watcher a process reads the ledgers' heads for all who listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from linli.loops.models import Event, Ledger
from linli.roster.permissions import actor, requires

LOOK = 0.7
"""Seconds between two looks at the heads."""
BEAT = 15.0
"""Seconds after which a silent stream says that it lives (proxies cut silent ones)."""
LIFE = 300.0
"""Seconds after which a stream ends and the browser comes back, so that a revoked session is noticed."""
MOST = 100
"""More changed cases than this in one look: the page reloads its lists instead of naming each case."""


class Watch:
    """The heads of the communities somebody is looking at."""

    def __init__(self) -> None:
        self.heads: dict[UUID, int] = {}
        self.listeners: dict[UUID, set[asyncio.Queue[str]]] = {}
        self.task: asyncio.Task[None] | None = None

    def join(self, community_id: UUID) -> asyncio.Queue[str]:
        """A queue of topics for one listener; the watcher starts with the first and ends with the last."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=50)
        self.listeners.setdefault(community_id, set()).add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        return queue

    def leave(self, community_id: UUID, queue: asyncio.Queue[str]) -> None:
        """Nobody has to be told any more on this queue."""
        listeners = self.listeners.get(community_id, set())
        listeners.discard(queue)
        if not listeners:
            self.listeners.pop(community_id, None)
            self.heads.pop(community_id, None)

    async def _run(self) -> None:
        while self.listeners:
            for community_id, topics in (await sync_to_async(self._news)()).items():
                for queue in self.listeners.get(community_id, set()):
                    if not queue.full():
                        queue.put_nowait(topics)
            await asyncio.sleep(LOOK)

    def _news(self) -> dict[UUID, str]:
        rows = Ledger.objects.filter(pk__in=list(self.listeners)).values_list("community_id", "seq")
        news = {}
        for community_id, seq in (
            dict.fromkeys(self.listeners, 0) | dict(rows)
        ).items():  # no ledger yet: head 0
            before = self.heads.setdefault(community_id, seq)
            if seq > before:
                news[community_id] = topics(community_id, before)
                self.heads[community_id] = seq
        return news


def topics(community_id: UUID, after: int) -> str:
    """`worklist case:<id> …` for every case that moved behind `after`."""
    events = Event.objects.filter(community_id=community_id, seq__gt=after)
    ids = list(events.values_list("case_id", flat=True).distinct()[:MOST])
    return " ".join(["worklist", "arrivals", *(f"case:{i}" for i in ids)])


watch = Watch()


@requires("desk.live")
def live(request: HttpRequest) -> HttpResponseBase:
    """The stream of the signed-in account's community."""
    community_id = actor(request).community_id
    if community_id is None:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_stream(community_id), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(community_id: UUID) -> AsyncIterator[bytes]:
    queue = watch.join(community_id)
    ends = asyncio.get_running_loop().time() + LIFE
    try:
        yield b"retry: 2000\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                yield f"event: changed\ndata: {await asyncio.wait_for(queue.get(), BEAT)}\n\n".encode()
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        watch.leave(community_id, queue)
