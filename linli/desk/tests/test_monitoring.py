"""The monitoring desk: everybody in exactly one of four lists, a call taken in one form, a link seen once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base import clock
from linli.base.clock import now
from linli.loops import engine
from linli.loops.models import Case
from linli.loops.pack import shipped
from linli.loops.replanning import adopt
from linli.matters.isolation import monitoring as lists
from linli.matters.isolation.models import HealthLink, Observation
from linli.matters.isolation.observing import PAGE, Told, receive
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import FIT, asked, person_of
from linli.registry.models import Person
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

NOON = datetime(2022, 4, 20, 4, 0, tzinfo=clock.UTC)
"""12:00 in Changzhi: the morning window is over, the evening's not open."""


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def behind(town: Town, name: str, *, at: datetime) -> Case:
    """Somebody behind a door since `at`: the health report's case."""
    homes = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    who = homes.get(pk=town.person[name].pk)
    case = open_for(who, "other_province", day_zero=at, actor=town.health, at=at, intent=f"open-{name}")
    return Case.objects.get(loop="health_report", cause=case)


def told(report: Case, celsius: str, at: datetime, *symptoms: str) -> Observation:
    return receive(
        report.id,
        Told(celsius=Decimal(celsius), symptoms=symptoms, channel=PAGE, intent=f"{report.id}{at}"),
        at=at,
    )


def test_everybody_is_in_exactly_one_list_and_only_under_the_readers_scope() -> None:
    town, since = make_town(), NOON - timedelta(days=2)
    reports = {
        name: behind(town, name, at=since) for name in ("叶知秋", "蓝采薇", "秦伯庸", "屈无忧", "武思源")
    }
    morning = NOON - timedelta(hours=4)
    told(reports["叶知秋"], "36.4", morning)
    told(reports["蓝采薇"], "38.2", morning)
    told(reports["秦伯庸"], "34.2", morning)
    told(reports["武思源"], "36.4", morning, "咽痛")
    everywhere = {w.case.id: w.list for w in lists.watched(town.id, [town.community.path], NOON)}
    assert {name: everywhere[r.id] for name, r in reports.items()} == {
        "叶知秋": lists.WELL,
        "蓝采薇": lists.SYMPTOMATIC,
        "秦伯庸": lists.REVIEW,
        "屈无忧": lists.MISSING,
        "武思源": lists.SYMPTOMATIC,
    }
    under_a = {w.case.title[0] for w in lists.watched(town.id, [f"{town.community.slug}/a/"], NOON)}
    assert under_a == {"秦", "屈"}
    assert lists.watched(town.id, [], NOON) == []
    assert lists.watched(make_town("other", "别的社区").id, ["other/"], NOON) == []


def test_the_page_costs_the_same_however_many_there_are() -> None:
    town, since = make_town(), now() - timedelta(days=2)
    client = as_(town.health)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("desk-monitoring"), {"show": "missing"}).status_code == 200
        return len(seen)

    told(behind(town, "叶知秋", at=since), "36.4", since + timedelta(minutes=1))
    cost()  # what is kept between two looks is there now
    few = cost()
    for name in ("蓝采薇", "秦伯庸", "屈无忧", "武思源", "贾长亭"):
        told(behind(town, name, at=since), "36.4", since + timedelta(minutes=1))
    assert cost() == few
    assert few == 9, "whoever is isolated already costs one more: the helpers"


def test_a_call_is_one_form_and_a_fever_says_what_comes_first() -> None:
    town = make_town()
    report = behind(town, "叶知秋", at=now() - timedelta(days=2))
    client, url = as_(town.health), reverse("desk-health-report", args=[report.id])
    assert "autofocus" in client.get(url).content.decode()
    assert client.post(url, {"intent": "call-1", "celsius": "", "channel": "phone"}).status_code == 422
    sent: dict[str, Any] = {"intent": "call-1", "celsius": "37.6", "channel": "phone", "symptoms": ["干咳"]}
    for _ in range(2):
        page = client.post(url, sent, follow=True)
    assert "已登记,并开了告警" in page.content.decode()
    row = Observation.objects.get()
    assert (row.channel, row.by_name, row.symptoms) == ("phone", town.health.shown_name, ["干咳"])
    assert Case.objects.get(loop="fever").state == "seen"
    assert page.context["figures"][0]["n"] == 1
    shown = client.get(reverse("desk-case", args=[report.cause_id])).content.decode()
    assert "37.6 ℃ · 干咳" in shown
    assert "第 2 天,共 12 天" in shown
    assert client.get(reverse("desk-case", args=[Case.objects.get(loop="fever").id])).status_code == 200
    assert client.get(reverse("desk-case", args=[report.id])).status_code == 200


def test_a_doubtful_report_is_looked_at_and_leaves_the_list() -> None:
    town = make_town()
    report = behind(town, "叶知秋", at=now() - timedelta(days=2))
    told(report, "33.0", now())
    client = as_(town.health)
    before = lists.watched(town.id, [town.community.path], now())[0]
    client.post(reverse("desk-health-review", args=[report.id]))
    assert Observation.objects.get().reviewed_by == town.health.shown_name
    if before.list == lists.REVIEW:
        assert lists.watched(town.id, [town.community.path], now())[0].list == lists.WELL


def test_a_link_is_shown_once_with_its_qr_and_only_its_digest_stays() -> None:
    town = make_town()
    case = behind(town, "叶知秋", at=now() - timedelta(days=2)).cause
    assert case is not None
    client, url = as_(town.health), reverse("desk-health-link", args=[case.id])
    first = client.post(url, {"do": "issue"}, follow=True).content.decode()
    assert "data:image/svg+xml" in first
    assert "/h/" in first
    again = client.get(url).content.decode()
    assert "/h/" not in again
    assert "正在使用" in again
    client.post(url, {"do": "revoke"})
    assert HealthLink.objects.filter(revoked_at=None).count() == 0


def test_an_isolation_is_begun_by_hand_once_and_the_classes_are_the_pack_s() -> None:
    town = make_town()
    who = town.person["叶知秋"]
    client, url = as_(town.health), reverse("desk-isolation-begin", args=[who.pk])
    page = client.get(url).content.decode()
    assert "其他省份低风险地区" in page
    assert "密切接触者" not in page, "the April pack of Changzhi has no rule for them"
    sent = {"intent": "begin-1", "history": "other_province", "day_zero": "2022-04-15T01:10"}
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert Case.objects.filter(loop="isolation", subject=str(who.pk)).count() == 1
    assert client.post(url, sent | {"intent": "begin-2"}).status_code == 422
    assert "居家隔离与监测" in client.get(reverse("desk-person", args=[who.pk])).content.decode()


def test_what_is_due_beside_the_reports_is_a_filter_and_a_missing_helper_is_seen() -> None:
    town = make_town()
    since = now() - timedelta(days=1, hours=2)
    adopt(town.id, shipped("covid-v9"), from_at=since, at=since, adopted_by="段秋实")
    case = open_for(
        person_of(town, "叶知秋"), "mid_risk", day_zero=since, actor=town.health, at=since, intent="o"
    )
    engine.advance(case.id, "begin", actor=town.health, given=FIT, at=since, intent="b")
    client, url = as_(town.health), reverse("desk-monitoring")
    page = client.get(url, {"show": "test"})
    assert [pick["count"] for pick in page.context["picks"]][::2] == [1, 0]
    (row,) = page.context["rows"]
    assert "等待采样" in [duty["word"] for duty in row["due"]]
    assert row["lacking"] == "五包一缺 5 人"
    assert client.get(url, {"show": "out"}).context["rows"] == []
    sent = {"intent": "ask-1", "need": "透析", "channel": "phone"}
    assert client.post(reverse("desk-outing", args=[case.id]), sent).status_code == 302
    (row,) = client.get(url, {"show": "out"}).context["rows"]
    assert "等待答复" in [duty["word"] for duty in row["due"]]
    told = {"name_police": "景卫平", "phone_police": "13900099012", "do": "save"}
    helpers = reverse("desk-helpers", args=[case.id])
    assert client.post(helpers, told | {"phone_police": "139"}).status_code == 422
    assert client.post(helpers, told).status_code == 302
    assert client.get(url, {"show": "out"}).context["rows"][0]["lacking"] == "五包一缺 4 人"


def test_rounds_stand_by_door_with_the_late_ones_first_and_cost_the_same_however_many() -> None:
    town = make_town()
    since = now() - timedelta(days=2)
    client, url = as_(town.home_care), reverse("desk-door-rounds")

    def begin(name: str) -> None:
        case = behind(town, name, at=since).cause
        assert case
        asked(town, case)
        engine.advance(case.id, "begin", actor=town.health, given=FIT, at=since, intent=f"b-{name}")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    begin("叶知秋")
    cost()
    few = cost()
    for name in ("蓝采薇", "秦伯庸", "屈无忧"):
        begin(name)
    assert cost() == few
    page = client.get(url)
    assert len(page.context["rows"]) == 4
    assert page.context["late"] == 8, "two days ago: a check and the waste of each door are late"
    assert "香阅四季B区1-2-1101" in page.content.decode()
    assert as_(town.patrol).get(url).status_code == 403


def test_a_notice_is_signed_at_the_door_on_paper_or_on_this_device() -> None:
    town = make_town()
    case = behind(town, "牛德胜", at=now() - timedelta(hours=2)).cause
    assert case
    url = reverse("desk-receipt", args=[case.id])
    client = as_(town.home_care)
    assert client.post(url, {"how": "device", "agreed": "on", "drawing": ""}).status_code == 422
    assert client.post(url, {"how": "paper", "agreed": "on"}).status_code == 302
    assert "已签收" in client.get(url).content.decode()
    ask = reverse("desk-household", args=[case.id])
    health = as_(town.health)
    assert "潘*枝" in health.get(ask).content.decode()
    assert health.post(ask, {"go": "1"}).status_code == 422
    assert health.post(ask, {str(town.person["潘桂枝"].pk): "same_rules"}).status_code == 302
    assert "1 人,都问清了" in health.get(reverse("desk-case", args=[case.id])).content.decode()
