"""The watcher misses nothing, not even the very first event of a new office."""

from __future__ import annotations

import asyncio

import pytest

from linli.desk.live import Watch, topics
from linli.desk.tests.test_screens import opened
from tests.town import make_town

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
