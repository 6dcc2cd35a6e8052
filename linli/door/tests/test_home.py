"""The personal link's other two pages: the notice is signed, going out is asked for and answered; without any script."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import now
from linli.door import health_screens
from linli.loops import engine
from linli.loops.models import Case
from linli.matters.isolation import five_in_one, links
from linli.matters.isolation.models import NoticeReceipt
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import FIT, person_of
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient() -> None:
    health_screens.KNOCKS.forget()


def with_link(town: Town) -> tuple[Case, str]:
    at = now() - timedelta(days=2)
    who = person_of(town, "叶知秋")
    case = open_for(who, "other_province", day_zero=at, actor=town.health, at=at, intent="open-1")
    engine.advance(case.id, "begin", actor=town.health, given=FIT, at=at, intent="begin-1")
    named = {"police": ("景卫平", "13900099012")}
    five_in_one.name(case.id, named, community_id=town.id, actor=town.health, at=at)
    return case, f"/h/{links.issue(case.id, community_id=town.id, actor=town.health, at=at)}"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_behind_a_link_the_notice_is_signed_and_a_no_can_be_read(language: str) -> None:
    town = make_town()
    case, url = with_link(town)
    stranger = Client(headers={"accept-language": language})
    first = stranger.get(url).content.decode()
    assert f"{url}/notice/" in first
    assert 'href="tel:13900099012"' in first
    notice = stranger.get(f"{url}/notice/")
    assert len(notice.content) < 30_000
    assert "叶知秋" not in notice.content.decode()
    assert stranger.post(f"{url}/notice/", {"drawing": ""}).status_code == 422
    assert not NoticeReceipt.objects.exists()
    sent = {"agreed": "on", "drawing": json.dumps([[[1, 2], [30, 40]]])}
    for _ in range(2):
        assert stranger.post(f"{url}/notice/", sent).status_code == 302
    assert (NoticeReceipt.objects.get().how, NoticeReceipt.objects.get().is_drawn) == ("page", True)
    assert stranger.post(f"{url}/outing/", {"intent": "1", "need": ""}).status_code == 422
    for _ in range(2):
        assert stranger.post(f"{url}/outing/", {"intent": "1", "need": "透析"}).status_code == 302
    outing = Case.objects.get(loop="outing")
    shown = stranger.get(f"{url}/outing/").content.decode()
    assert "<textarea" not in shown, "one at a time"
    reason = {"reason": "医生会上门"}
    engine.advance(outing.id, "refuse", actor=town.health, given=reason, at=now(), intent="no")
    answered = stranger.get(f"{url}/outing/").content.decode()
    assert "医生会上门" in answered
    assert "<textarea" in answered
    links.revoke(case.id, community_id=town.id, at=now())
    assert {stranger.get(f"{url}/{page}/").status_code for page in ("notice", "outing")} == {404}
    assert stranger.post(f"{url}/outing/", {"intent": "2", "need": "透析"}).status_code == 404
