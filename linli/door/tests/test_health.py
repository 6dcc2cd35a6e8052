"""Somebody behind a door reports by a personal link: no sign-in, no script, nothing that names them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import now
from linli.codes import token
from linli.door import health_screens
from linli.door.tests.test_door import bare
from linli.loops.models import Case, Event
from linli.matters.isolation import links
from linli.matters.isolation.models import Observation
from linli.matters.isolation.opening import open_for
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

REPORT = {"intent": "report-1", "celsius": "36.5"}


@pytest.fixture(autouse=True)
def patient() -> None:
    health_screens.KNOCKS.forget()


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def with_link(town: Town) -> tuple[Case, str]:
    """An isolation of two days ago, and the address of its link."""
    at = now() - timedelta(days=2)
    who = Person.objects.select_related("household__dwelling__compound").get(pk=town.person["叶知秋"].pk)
    case = open_for(who, "other_province", day_zero=at, actor=town.health, at=at, intent="open-1")
    return case, f"/h/{links.issue(case.id, community_id=town.id, actor=town.health, at=at)}"


def test_the_page_says_the_day_the_rule_and_whom_to_call_and_names_nobody(stranger: Client) -> None:
    town = make_town()
    _case, url = with_link(town)
    answer = stranger.get(url)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "第 2 天,共 12 天" in page
    assert [
        w
        for w in ("香阅四季社区 值班台", "长治市疫情防控", "办结后 90 天删除", "tel:120", "0355-9990001")
        if w not in page
    ] == []
    assert [
        w for w in ("叶", "知秋", "1号楼", "1-2-1101", town.facts["叶知秋"].phone[-4:]) if w in page
    ] == []
    assert answer["Cache-Control"] == "no-store"
    assert len(answer.content) < 30_000
    assert 'name="symptoms" value="干咳"' in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_report_sent_twice_is_one_and_says_it_has_come(language: str) -> None:
    town = make_town()
    _case, url = with_link(town)
    client = Client(headers={"accept-language": language})
    answers = [client.post(url, REPORT, follow=True) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    row = Observation.objects.get()
    assert (str(row.celsius), row.symptoms, row.channel, row.is_alert) == ("36.5", [], "page", False)
    assert row.person_id == town.person["叶知秋"].pk
    assert ("已收到" if language == "zh-hans" else "Received") in answers[1].content.decode()


def test_a_symptom_opens_an_alert_and_the_page_says_what_to_do(stranger: Client) -> None:
    _case, url = with_link(make_town())
    page = stranger.post(url, REPORT | {"symptoms": ["干咳", "乏力"]}, follow=True).content.decode()
    assert "有人会联系您" in page
    assert Case.objects.filter(loop="fever").count() == 1


def test_a_slip_of_the_finger_is_asked_again_and_nothing_is_written(stranger: Client) -> None:
    _case, url = with_link(make_town())
    written = Event.objects.count()
    for typed in ("365", "3.65", "", "36度"):
        answer = stranger.post(url, REPORT | {"celsius": typed})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"celsius"}
    assert stranger.post(url, REPORT | {"symptoms": ["无此症状"]}).status_code == 422
    assert (Event.objects.count(), Observation.objects.count()) == (written, 0)


def test_links_that_open_nothing_are_all_alike_and_guessing_is_slowed_down(stranger: Client) -> None:
    town = make_town()
    case, url = with_link(town)
    links.revoke(case.id, community_id=town.id, at=now())
    dead = (url, f"/h/{token.new_token()}", "/h/nonsense")
    answers = [stranger.get(u) for u in dead] + [stranger.post(url, REPORT)]
    assert {a.status_code for a in answers} == {404}
    pages = (bare(a.content.decode(), u.removeprefix("/h/")) for a, u in zip(answers, dead, strict=False))
    assert len(set(pages)) == 1
    assert not Observation.objects.exists()
    assert 429 in [stranger.get(f"/h/{token.new_token()}").status_code for _ in range(80)]
