"""What changed, over server-sent events: one watcher a process reads the ledgers' heads for all who listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from linli.loops.models import Event, Ledger
from linli.roster.permissions import actor, requires

LOOK = 0.7
"""Seconds between two looks at the heads."""
BEAT = 15.0
"""Seconds after which a silent stream says that it lives (proxies cut silent ones)."""
LIFE = 300.0
"""Seconds after which a stream ends and the browser comes back, so that a revoked session is noticed."""
BACK = timedelta(seconds=5)
"""A page asks for what happened since so long before its own time: a transaction under way then was not in it."""
CATCH_UP = 500
"""So many events before the head are looked at for a page that has just been drawn."""
MOST = 100
"""More changed cases than this in one look: the page reloads its lists instead of naming each case."""


class Watch:
    """The heads of the communities somebody is looking at."""

    def __init__(self) -> None:
        self.heads: dict[UUID, int] = {}
        self.listeners: dict[UUID, set[asyncio.Queue[str]]] = {}
        self.task: asyncio.Task[None] | None = None

    def join(self, community_id: UUID, head: int) -> asyncio.Queue[str]:
        """A queue of topics for one listener, from `head` on; the watcher starts with the first and ends with the last."""
        self.heads.setdefault(community_id, head)
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


def topics(community_id: UUID, after: int, *, since: datetime | None = None) -> str:
    """`worklist arrivals case:<id> …` for every case that moved behind `after` (not before `since`); "" for none."""
    events = Event.objects.filter(community_id=community_id, seq__gt=after)
    if since:
        events = events.filter(at__gte=since)
    ids = list(events.values_list("case_id", flat=True).distinct()[:MOST])
    return " ".join(["worklist", "arrivals", *(f"case:{i}" for i in ids)]) if ids else ""


def head_of(community_id: UUID) -> int:
    """The number of the community's last event; 0 before the first."""
    return Ledger.objects.filter(pk=community_id).values_list("seq", flat=True).first() or 0


def stream_url(at: datetime) -> str:
    """The address a page drawn with what was known `at` listens to."""
    return f"{reverse('desk-live')}?since={(at - BACK).timestamp():.0f}"


def _since(request: HttpRequest) -> datetime | None:
    """When the listening page was drawn; None when it does not say."""
    try:
        return datetime.fromtimestamp(int(request.GET.get("since", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


watch = Watch()


@requires("desk.live")
def live(request: HttpRequest) -> HttpResponseBase:
    """The stream of the signed-in account's community."""
    community_id = actor(request).community_id
    if community_id is None:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_stream(community_id, _since(request)), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(community_id: UUID, since: datetime | None) -> AsyncIterator[bytes]:
    head = await sync_to_async(head_of)(community_id)
    queue = watch.join(community_id, head)
    ends = asyncio.get_running_loop().time() + LIFE
    try:
        yield b"retry: 2000\n\n"
        if since and (
            missed := await sync_to_async(topics)(community_id, max(head - CATCH_UP, 0), since=since)
        ):
            yield _changed(missed)
        while asyncio.get_running_loop().time() < ends:
            try:
                yield _changed(await asyncio.wait_for(queue.get(), BEAT))
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        watch.leave(community_id, queue)


def _changed(moved: str) -> bytes:
    return f"event: changed\ndata: {moved}\n\n".encode()
