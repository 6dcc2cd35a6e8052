"""Somebody behind a door asks for what they need by their own link, and sees only their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import now
from linli.door import health_screens, supply_screens
from linli.door.tests.test_door import bare
from linli.loops import engine
from linli.loops.models import Event
from linli.matters.isolation import links
from linli.matters.isolation.opening import open_for
from linli.matters.supplies.asking import Wish, ask
from linli.matters.supplies.models import SupplyOrder
from linli.matters.supplies.written import wanted
from linli.registry import subjects
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

FORM = {
    "intent": "req-1",
    "lines": "白菜 2 斤\n降压药 1 盒 不换",
    "substitute": "on",
    "medicine": "prescription",
    "prescription_at": "信封里",
    "urgent": "on",
    "pay": "at_door",
}


@pytest.fixture(autouse=True)
def patient() -> None:
    supply_screens.KNOCKS.forget()
    health_screens.KNOCKS.forget()


def person(town: Town, name: str) -> Person:
    return Person.objects.select_related(*subjects.HOMES).get(pk=town.person[name].pk)


def address(town: Town) -> str:
    """The personal link of 叶知秋, who is behind a door since two days."""
    at, who = now() - timedelta(days=2), person(town, "叶知秋")
    case = open_for(who, "other_province", day_zero=at, actor=town.health, at=at, intent="open-1")
    return f"/h/{links.issue(case.id, community_id=town.id, actor=town.health, at=at)}/supplies"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_request_by_link_is_one_and_its_way_to_the_door_is_seen(language: str) -> None:
    town = make_town()
    url, client = address(town), Client(headers={"accept-language": language})
    ask(person(town, "屈无忧"), Wish(lines=tuple(wanted("别人的米")), intent="other"), at=now())
    assert client.get(url.removesuffix("/supplies")).content.decode().count(url) == 1
    written = Event.objects.count()
    bad = client.post(url, {**FORM, "lines": "", "prescription_at": ""})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"lines", "prescription_at"})
    assert Event.objects.count() == written
    for _ in range(2):
        answer = client.post(url, FORM, follow=True)
    order = SupplyOrder.objects.get(person=town.person["叶知秋"].pk)
    assert (order.case.state, order.channel) == ("urgent", "page")
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"], len(answer.content) < 30_000) == (
        200,
        "no-store",
        True,
    )
    assert [w for w in (order.code, "白菜 2斤", "降压药 1盒") if w not in page] == []
    assert [w for w in ("别人的米", "叶", "1-2-1101", f">{order.word}<") if w in page] == []
    assert ("马上有人去买" if language == "zh-hans" else "somebody goes at once") in page
    buy = {"giver": "店", "taker": "车小满", "bought": "2 1 31.80"}
    engine.advance(order.case_id, "buy", actor=town.delivery, given=buy, at=now(), intent="b")
    page = client.get(url).content.decode()
    assert [w for w in (f">{order.word}<", "31.80") if w not in page] == []
    assert ("缺 2" if language == "zh-hans" else "short 2") in page


def test_links_that_open_nothing_are_all_alike() -> None:
    town, client = make_town(), Client(headers={"accept-language": "zh-hans"})
    url = address(town)
    links.revoke(links.opened(url.split("/")[2]).case_id, community_id=town.id, at=now())  # type: ignore[union-attr]
    dead = [url, "/h/nonsense/supplies"]
    answers = [client.get(u) for u in dead] + [client.post(url, FORM)]
    assert {a.status_code for a in answers} == {404}
    assert len({bare(a.content.decode(), u.split("/")[2]) for a, u in zip(answers, dead, strict=False)}) == 1
    assert not SupplyOrder.objects.exists()
    assert 429 in [client.get(url).status_code for _ in range(80)]
