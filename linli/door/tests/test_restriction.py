"""Whoever is restricted reads why, on what law and until when, and appeals: by a link, without a script or a sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import now
from linli.door import restriction_screens
from linli.loops.models import Case, Event
from linli.matters.alerts import links, proposing
from linli.matters.alerts.tests.scene import REASON, fresh, take, wish
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient() -> None:
    restriction_screens.KNOCKS.forget()


def with_link(town: Town) -> tuple[Case, str]:
    at = now() - timedelta(hours=2)
    told = wish(ends_at=at + timedelta(days=5))
    case = proposing.propose(town.person["叶知秋"], told, actor=town.health, at=at)
    take(case, "confirm", town.approver, at, looked=True)
    return case, f"/m/{links.issue(case.id, community_id=town.id, actor=town.health, at=at)}"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_link_tells_why_and_until_when_and_takes_an_appeal(language: str) -> None:
    town = make_town()
    case, url = with_link(town)
    stranger = Client(headers={"accept-language": language})
    page = stranger.get(url)
    shown = page.content.decode()
    assert len(page.content) < 30_000
    assert page["Cache-Control"] == "no-store"
    for said in (REASON, "第三十九条", "潞疾控密接〔2022〕41号", "温知暖", "程可为"):
        assert said in shown
    for hidden in ("叶知秋", "叶*秋", "1-2-1101", town.facts["叶知秋"].phone):
        assert hidden not in shown
    assert ("告知以前不生效" in shown) is (language == "zh-hans")
    take(case, "tell", town.health, now(), how="link", appeal=True)
    assert ("限制中" in stranger.get(url).content.decode()) is (language == "zh-hans")
    wrong = stranger.post(url, {"intent": "1", "words": " "})
    assert (wrong.status_code, Case.objects.filter(loop="appeal").exists()) == (422, False)
    for _ in range(2):
        assert stranger.post(url, {"intent": "1", "words": "那天我在外地"}).status_code == 302
    appeal = Case.objects.get(loop="appeal")
    waiting = stranger.get(url).content.decode()
    assert "<textarea" not in waiting, "one at a time"
    assert "那天我在外地" not in str(list(Event.objects.values("given")))
    take(appeal, "lift", town.director, now(), reason="核对过车票")
    assert fresh(case).state == "lifted"
    answered = stranger.get(url).content.decode()
    assert "核对过车票" in answered
    links.revoke(case.id, community_id=town.id, at=now())
    assert {stranger.get(url).status_code, stranger.get("/m/nothing").status_code} == {404}
    assert stranger.post(url, {"intent": "2", "words": "再说一次"}).status_code == 404
    assert Case.objects.filter(loop="appeal").count() == 1


def test_whoever_knocks_too_often_is_told_when_to_come_back() -> None:
    town = make_town()
    _case, url = with_link(town)
    stranger = Client()
    for _ in range(300):  # a slow machine earns some of its knocks back meanwhile
        if stranger.get("/m/guess").status_code == 429:
            break
    answer = stranger.get(url)
    assert (answer.status_code, answer.has_header("Retry-After")) == (429, True)
