"""The street sweep at the desk and at a venue's own page: what it asks of the database, and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.ids import uuid7
from linli.loops.models import Case, Event
from linli.matters.patrols import giving, points
from linli.matters.patrols.models import MapPoint, PatrolVisit
from linli.matters.patrols.tests.streets import MORNING, WELL, at, venues, volunteers
from linli.matters.venues.models import VenueLink
from linli.registry.models import Venue
from tests.town import Town, make_town

BOARD = 8
"""Session, account, duties · visits, findings, plan, pack · the community and the shell's own."""


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The cast with three venues at 11:20, one of them with something to put right."""
    for module in (
        "desk.patrol_screens",
        "desk.patrol_venue_screens",
        "desk.venue_link_screens",
        "door.shop_screens",
    ):
        monkeypatch.setattr(f"linli.{module}.now", lambda: at("11:20"))
    return make_town()


def found(town: Town, n: int = 3) -> Venue:
    """A venue whose checker was not there."""
    first = venues(town, n)[0]
    giving.open_and_plan(at=MORNING)
    from linli.loops import engine

    visit = PatrolVisit.objects.get(venue=first, number=1)
    given = {**WELL, "checker": "bad"}
    engine.advance(visit.case_id, "check", actor=town.patrol, given=given, at=at("09:30"), intent="look")
    return first


def signed_in(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def count(ask: Callable[[], Any]) -> int:
    """Queries of the second time."""
    ask()
    with CaptureQueriesContext(connection) as caught:
        assert ask().status_code == 200
    return len(caught)


def test_the_board_of_35_venues_asks_as_much_as_that_of_three(town: Town) -> None:
    volunteers(town)
    found(town, 3)
    browser = signed_in(town.desk)
    few = count(lambda: browser.get("/desk/patrols/"))
    for i in range(32):
        Venue.objects.create(
            community=town.community, name=f"新店{i}", kind="餐厅", path=town.community.path + "a/"
        )
    assert giving.open_and_plan(at=at("06:20")) == 128
    assert (few, count(lambda: browser.get("/desk/patrols/?show=short"))) == (BOARD, BOARD)
    page = browser.get("/desk/patrols/?show=short").content.decode()
    assert page.count("data-row") == 34
    assert "去过 0/4 次" in page


def test_only_the_desk_plans_and_late_visits_are_given_up_for_one_reason(town: Town) -> None:
    found(town)
    patrol, desk = signed_in(town.patrol), signed_in(town.desk)
    assert patrol.get("/desk/patrols/").status_code == 200
    for url in ("make", "plan", "missed"):
        assert patrol.post(f"/desk/patrols/{url}/").status_code == 403
    desk.post("/desk/patrols/missed/", {"why": "nonsense"})
    assert not PatrolVisit.objects.filter(outcome="missed").exists()
    desk.post("/desk/patrols/missed/", {"why": "weather"})
    desk.post("/desk/patrols/missed/", {"why": "weather"})
    assert PatrolVisit.objects.filter(outcome="missed").count() == 2
    assert desk.post("/desk/patrols/plan/").status_code == 302
    assert PatrolVisit.objects.filter(outcome="", planned_at__lt=at("11:20")).count() == 0


def test_a_walk_is_printed_in_its_order(town: Town) -> None:
    found(town)
    desk = signed_in(town.desk)
    answer = desk.post(f"/desk/patrols/walks/{town.patrol.pk}/", {"intent": "one"})
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith("/desk/sheets/")
    again = desk.post(f"/desk/patrols/walks/{town.patrol.pk}/", {"intent": "one"})
    assert again["Location"] == answer["Location"]


def test_positions_are_read_by_line_and_all_that_is_wrong_is_said_at_once(town: Town) -> None:
    found(town)
    desk = signed_in(town.desk)
    before = list(MapPoint.objects.values_list("subject", "x", "y").order_by("subject"))
    answer = desk.post(
        "/desk/patrols/points/", {"lines": "店00, 10, 20\n没有的店, 1, 2\n店01, 左, 右\n店02,"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 行" in page
    assert "第 3 行" in page
    assert list(MapPoint.objects.values_list("subject", "x", "y").order_by("subject")) == before
    assert desk.post("/desk/patrols/points/", {"lines": "店00\t10\t-20\n居委会,5,5"}).status_code == 302
    known = {place.name: place.at for place in points.places(town.community)}
    assert (known["店00"], known["居委会"], known["香阅四季A区"]) == ((10.0, -20.0), (5.0, 5.0), None)


def test_a_shop_reads_its_day_and_answers_by_its_one_link_until_it_is_taken_back(town: Town) -> None:
    venue = found(town)
    patrol, shop, given_out = signed_in(town.patrol), Client(), f"/desk/venues/{venue.pk}/link/"
    assert given_out in patrol.get(f"/desk/patrols/{venue.pk}/").content.decode()
    shown = patrol.post(given_out, {"do": "issue"}, follow=True).content.decode()
    url = f"/v/k/{shown.split('/v/k/')[1][:26]}/"
    assert url not in patrol.get(given_out).content.decode()
    page = shop.get(url)
    said = page.content.decode()
    assert (page.status_code, len(page.content) < 30_000) == (200, True)
    visits = page.context["visits"]
    assert [(one["window"], one["shape"], one["at"]) for one in visits] == [
        ("08:00 – 11:15", "pass", "09:30"), ("11:15 – 14:30", "waiting", ""),
        ("14:30 – 17:45", "waiting", ""), ("17:45 – 21:00", "waiting", ""),
    ]  # fmt: skip
    assert "还没有场所码" in said and "有查验员在岗" in said
    assert town.patrol.shown_name not in said, "who comes is not announced"
    case = Case.objects.get(loop="finding")
    told = {"finding": str(case.pk), "intent": str(uuid7()), "words": "人<b>在</b>了"}
    for wrong in ({"finding": "x"}, {"finding": str(uuid7())}, {"words": "长" * 301}):
        assert shop.post(url, told | wrong).status_code == 422
    assert Event.objects.filter(name="finding.kept").count() == 0
    for _twice in range(2):
        assert shop.post(url, told).status_code == 302
    assert Event.objects.filter(name="finding.kept").count() == 1
    assert "等复查" in shop.get(url).content.decode()
    assert "人&lt;b&gt;在&lt;/b&gt;了" in patrol.get(f"/desk/patrols/{venue.pk}/").content.decode()
    desk_sees = patrol.get(f"/desk/case/{case.pk}/").content.decode()
    assert "人&lt;b&gt;在" in desk_sees
    patrol.post(given_out, {"do": "revoke"})
    assert shop.get(url).status_code == 404
    assert shop.post(url, told).status_code == 404


def test_another_grid_s_venue_is_not_there(town: Town) -> None:
    venue = found(town)  # in compound A
    assert signed_in(town.grid_lead).get(f"/desk/patrols/{venue.pk}/").status_code == 200
    assert signed_in(town.grid_lead_b).get(f"/desk/patrols/{venue.pk}/").status_code == 404
    assert signed_in(town.grid_lead_b).post(f"/desk/venues/{venue.pk}/link/").status_code == 404
    assert not VenueLink.objects.exists()
    assert clock.now() > MORNING + timedelta(days=1)
