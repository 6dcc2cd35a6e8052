"""What the hot screens ask of the database: pinned, and the same for one row as for forty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.loops import engine
from linli.loops.models import Case
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Trip
from linli.matters.returns.notices import NoticeIn, receive
from linli.registry.announce import Described
from tests.town import Town, make_town

Ask = Callable[[], Any]


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()


def count(ask: Ask) -> int:
    """Queries of the second time: the first one notes the device and fills what is kept by process."""
    ask()
    with CaptureQueriesContext(connection) as caught:
        answer = ask()
    assert answer.status_code == 200, answer.status_code
    return len(caught)


def signed_in(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def notice(town: Town, name: str, key: str) -> Trip:
    told = NoticeIn(source="push", key=key, who=Described(name=name), destination="香阅四季A区3-1-101")
    trip = receive(told, community=town.community, at=clock.now()).trip
    assert trip
    return trip


def open_many(town: Town, n: int) -> None:
    for i in range(n):
        opening = Opening(title=f"返乡 · 甲{i}", scope=town.door["A 3-1-101"].path, subject=f"s{i}")
        engine.open_case(Return, opening, community_id=town.id, at=clock.now(), intent=f"open-{i}")


@pytest.mark.parametrize("duty", ["director", "grid_lead"])
def test_the_worklist_asks_ten_questions_however_long_it_is(town: Town, duty: str) -> None:
    browser = signed_in(town.staff[duty])
    open_many(town, 1)
    assert count(lambda: browser.get("/desk/")) == WORKLIST
    open_many(town, 60)
    assert count(lambda: browser.get("/desk/")) == WORKLIST
    assert Case.objects.count() == 60


WORKLIST = 10
"""Session, account, duties · the page, three figures, the loud ones · the pack · the community."""


def test_a_case_asks_the_same_however_long_its_story_and_its_family(town: Town) -> None:
    browser, trip = signed_in(town.director), notice(town, "钟离权舟", "1")
    url = f"/desk/case/{trip.case_id}/"
    first = count(lambda: browser.get(url))
    for n in range(2, 12):
        notice(town, "钟离权舟", str(n))
    for n in range(10):
        intent = f"late-{n}"
        engine.note_late(
            trip.case_id,
            "verify",
            actor=town.reception,
            given={},
            at=clock.now(),
            intent=intent,
            reason="晚到",
        )
    assert (first, count(lambda: browser.get(url))) == (CASE, CASE)


CASE = 15
"""Session, account, duties · the case, its story, its trip and family, papers, doubts, follow-ups, late notes."""


SEARCH = {"陆青禾": 7, "lqh": 8, "郭平": 7, "1000": 7, "A区3-1-101": 8, "3-2": 6}
"""What is typed decides how many questions are asked, what is found does not."""


@pytest.mark.parametrize("typed", SEARCH)
def test_a_search_asks_by_what_was_typed(town: Town, typed: str) -> None:
    browser = signed_in(town.director)
    headers = {"HX-Request": "true", "HX-Target": "found"}
    assert count(lambda: browser.post("/desk/people/", {"q": typed}, headers=headers)) == SEARCH[typed]
