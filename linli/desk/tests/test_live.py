"""The watcher misses nothing, not even the very first event of a new office."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory

from linli.desk.live import BACK, Watch, _since, topics
from linli.desk.tests.test_screens import opened
from tests.town import make_town
from tests.trust.world import BACKEND

pytestmark = pytest.mark.django_db


def test_the_first_event_of_a_community_is_news_and_the_same_event_is_not_news_again() -> None:
    town = make_town()
    watch = Watch()
    watch.listeners[town.id] = {asyncio.Queue()}
    assert watch._news() == {}
    case = opened(town)
    assert watch._news() == {town.id: f"worklist arrivals case:{case.id}"}
    assert watch._news() == {}
    assert topics(town.id, 0) == f"worklist arrivals case:{case.id}"


def test_what_happened_between_a_page_and_its_stream_is_told_at_once(client: Client) -> None:
    """The page was drawn, then the case moved, then the browser opened the stream."""
    town = make_town()
    client.force_login(town.director, backend=BACKEND)
    before = opened(town)
    page = client.get("/desk/").content.decode()
    drawn = int(re.search(r'stream="/desk/live/\?since=(\d+)"', page)[1])  # type: ignore[index]
    assert time.time() - 10 < drawn < time.time() - 4
    after = datetime.fromtimestamp(drawn, UTC) + BACK
    assert topics(town.id, 0, since=after + timedelta(days=1)) == ""
    assert topics(town.id, 0, since=before.opened_at) == f"worklist arrivals case:{before.id}"


@pytest.mark.parametrize("since", ["", "yesterday", "9" * 40, "-1e9"])
def test_a_stream_asked_for_since_nonsense_just_begins(since: str) -> None:
    assert _since(RequestFactory().get("/desk/live/", {"since": since})) is None
