"""The desk as its users meet it: what they may see, what they do, what happens when they do it twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def opened(town: Town, *, place: str = "a/g1/3/", intent: str = "open-1", ago: int = 5) -> Case:
    opening = Opening(
        title="陆*禾 · 香阅四季A区3号楼", scope=f"{town.community.slug}/{place}", subject=intent
    )
    at = now() - timedelta(minutes=ago)
    return engine.open_case(Return, opening, community_id=town.id, at=at, intent=intent)


def test_the_worklist_shows_the_promise_who_hears_next_and_the_next_verb() -> None:
    town = make_town()
    case = opened(town)
    page = as_(town.reception).get(reverse("desk-today")).content.decode()
    assert "陆*禾 · 香阅四季A区3号楼" in page
    assert "告诉 网格长" in page
    assert reverse("desk-step", args=[case.id, "verify"]) in page


def test_a_grid_lead_sees_only_the_own_compound() -> None:
    town = make_town()
    here, there = opened(town), opened(town, place="b/g1/1/", intent="open-2")
    client = as_(town.grid_lead)
    assert [r["id"] for r in client.get(reverse("desk-today")).context["rows"]] == [str(here.id)]
    assert client.get(reverse("desk-case", args=[there.id])).status_code == 404


def test_a_case_of_another_community_does_not_exist() -> None:
    town, other = make_town(), make_town("other", "别的社区")
    case = opened(town)
    for url in (reverse("desk-case", args=[case.id]), reverse("desk-step", args=[case.id, "verify"])):
        assert as_(other.director).get(url).status_code == 404
    assert as_(other.director).post(reverse("desk-acknowledge", args=[case.id])).status_code == 404
    assert Event.objects.count() == 1


def test_a_step_with_gaps_says_all_of_them_keeps_the_rest_and_writes_nothing() -> None:
    town = make_town()
    case = opened(town)
    answer = as_(town.reception).post(
        reverse("desk-step", args=[case.id, "verify"]), {"intent": "i-1", "people": "2", "contact": "no"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"identity", "time", "place", "service", "health", "history"}
    assert 'value="2"' in page
    assert "错误:" in page
    assert Event.objects.count() == 1


def test_a_step_sent_twice_is_one_step() -> None:
    town = make_town()
    case = opened(town)
    client, url = as_(town.reception), reverse("desk-step", args=[case.id, "refer"])
    answers = {"intent": "i-1", "community": "云峰社区", "receipt": "李经办", "reason": "地址不在本社区"}
    assert [client.post(url, answers).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(name="return.refer").count() == 1
    case.refresh_from_db()
    assert (case.state, case.closed_at is not None) == ("referred", True)


def test_acknowledging_twice_is_once_and_names_the_holder() -> None:
    town = make_town()
    case = opened(town)
    for _ in range(2):
        as_(town.reception).post(reverse("desk-acknowledge", args=[case.id]))
    case.refresh_from_db()
    assert case.holder_name == town.reception.shown_name
    assert Event.objects.filter(name="return.acknowledged").count() == 1


def test_pages_follow_one_another_without_losing_or_doubling_a_row() -> None:
    town = make_town()
    cases = {str(opened(town, intent=f"o{n}", ago=n % 7).id) for n in range(60)}
    client, url, seen = as_(town.director), reverse("desk-today"), []
    while url:
        context = client.get(url).context
        seen += [r["id"] for r in context["rows"]]
        url = context["pager"]["next"] if context["pager"] else ""
    assert len(seen) == 60
    assert set(seen) == cases


def test_filters_live_in_the_address() -> None:
    town = make_town()
    late, fresh = opened(town, intent="late", ago=90), opened(town, intent="fresh", ago=1)
    client = as_(town.director)

    def shown(show: str) -> list[str]:
        return [r["id"] for r in client.get(reverse("desk-today"), {"show": show}).context["rows"]]

    assert shown("overdue") == [str(late.id)]
    assert shown("soon") == [str(fresh.id)]
    assert shown("mine") == []
    assert shown("isolation") == []
    assert shown("return") == [str(late.id), str(fresh.id)]


def test_whoever_is_off_duty_sees_nothing_but_the_door_to_their_settings() -> None:
    town = make_town()
    opened(town)
    town.reception.shifts.update(ends_at=now() - timedelta(hours=1))
    client = as_(town.reception)
    assert client.get(reverse("desk-today")).status_code == 403
    assert client.get(reverse("desk-settings")).status_code == 200


def test_changing_the_pack_shows_the_difference_before_it_is_adopted() -> None:
    town = make_town()
    opened(town)
    page = as_(town.director).get(reverse("desk-pack-adopt", args=["changzhi-2022-04"]))
    assert page.status_code == 200
    assert page.context["changes"] == []
