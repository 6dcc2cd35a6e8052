"""Alerts at the desk: where each stands on the ladder, who is restricted until when, a proposal and its link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from linli.base import clock
from linli.desk.tests.test_query_counts import count
from linli.loops import deadlines
from linli.loops.models import Case, Event
from linli.matters.alerts import appealing, from_scans, links
from linli.matters.alerts.models import RestrictionFile
from linli.matters.alerts.tests import test_calling
from linli.matters.alerts.tests.conftest import store  # noqa: F401
from linli.matters.alerts.tests.scene import fresh, scan, shop, take
from linli.registry.models import Reading
from linli.roster.models import User
from linli.scans.store import Store
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

LIST = 7
"""Session, account, duties · the open cases · the pack, for the rows and for the ladder."""


def as_(user: User, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def red(town: Town, n: int = 0) -> Case:
    """A red code seen `n` minutes ago, by somebody new each time."""
    venue, at = shop(town, f"店{Case.objects.count()}"), clock.now() - timedelta(minutes=n)
    case = from_scans.take(scan(town, venue, seen_at=at, who=f"{n:016d}".encode()), at=at)
    assert case
    return case


def restricted(client: Client, town: Town, name: str = "叶知秋") -> Case:
    """Proposed at the desk by the form, confirmed and told by colleagues."""
    ends = clock.local(clock.now() + timedelta(days=3))
    sent = {
        "intent": f"r-{name}", "basis": "contact", "evidence": "test", "evidence_number": "J-77",
        "ends_at": f"{ends:%Y-%m-%dT%H:%M}", "reason": "同一间办公室",
    }  # fmt: skip
    url = reverse("desk-restriction-new", args=[town.person[name].pk])
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    case = Case.objects.get(loop="restriction", subject=str(town.person[name].pk))
    take(case, "confirm", town.approver, clock.now(), looked=True)
    take(case, "tell", town.health, clock.now(), how="phone", appeal=True)
    return fresh(case)


def test_an_alert_is_raised_and_the_list_says_how_far_it_climbed() -> None:
    town = make_town()
    client, url = as_(town.desk), reverse("desk-alert-new")
    assert "没有异常在办" in client.get(reverse("desk-alerts")).content.decode()
    wrong = client.post(url, {"intent": "a", "seen": "", "what": ""})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["seen", "what"])
    assert not Case.objects.exists()
    venue = shop(town)
    sent = {"intent": "a", "seen": "red", "venue": str(venue.pk), "what": "红的"}
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    case = Case.objects.get()
    assert deadlines.wake(case.id, at=case.opened_at + timedelta(minutes=2))
    (row,) = client.get(reverse("desk-alerts")).context["alerts"]
    assert (row["title"], row["where"]) == ("便民超市", "红码 · 已告诉 扫街、网格长")
    assert row["verb"]["word"] == "已分开"
    shown = as_(town.desk, "en").get(reverse("desk-alerts")).content.decode()
    assert "Red · told Street sweep, Grid lead" in shown
    page = client.get(reverse("desk-case", args=[case.id])).content.decode()
    assert "红的" in page
    own = client.post(
        reverse("desk-person-alert", args=[town.person["叶知秋"].pk]),
        {"intent": "b", "seen": "fever", "what": "脸红"},
    )
    assert own.status_code == 302
    assert "叶知秋" not in str(list(Case.objects.values_list("title", flat=True)))


def test_the_list_asks_the_same_for_one_as_for_many() -> None:
    town = make_town()
    client = as_(town.desk)
    red(town)
    appealing.ask(restricted(client, town), "不对", at=clock.now(), intent="ap-0")
    url = reverse("desk-alerts")
    first = count(lambda: client.get(url))
    for n in range(1, 12):
        red(town, n)
    for n, name in enumerate(("石敢当", "牛德胜", "武思源"), 1):
        appealing.ask(restricted(client, town, name), "不对", at=clock.now(), intent=f"ap-{n}")
    assert (first, count(lambda: client.get(url))) == (LIST, LIST)
    context = client.get(url).context
    assert [len(context[key]) for key in ("alerts", "binding", "appeals")] == [12, 4, 4]
    assert "自动解除" in context["binding"][0]["promise"]["by"]
    assert as_(town.staff["grid_lead_b"]).get(url).context["alerts"] == [], "another lead's places"


def test_a_restriction_is_proposed_by_the_form_and_its_link_shown_once() -> None:
    town = make_town()
    client = as_(town.health)
    who = town.person["叶知秋"]
    url = reverse("desk-restriction-new", args=[who.pk])
    alert = red(town)
    form = client.get(f"{url}?alert={alert.pk}").content.decode()
    assert alert.id.hex[-8:].upper() in form
    assert "最长 21 天" in form
    empty = client.post(url, {"intent": "r"})
    wanted = {"basis", "evidence", "evidence_number", "ends_at", "reason"}
    assert (empty.status_code, set(empty.context["form"].errors)) == (422, wanted)
    assert not RestrictionFile.objects.exists()
    case = restricted(client, town)
    assert "此人已有一件在办" in client.get(url).content.decode()
    assert "同一间办公室" not in str(list(Event.objects.values("given")))
    page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    for said in ("同一间办公室", "中华人民共和国传染病防治法 第三十九条", "程可为", "检测报告编号 J-77"):
        assert said in page
    own = reverse("desk-restriction-link", args=[case.pk])
    assert client.post(own, {"do": "issue"}).status_code == 302
    once = client.get(own)
    assert "/m/" in once.context["fresh"]["url"]
    token = once.context["fresh"]["url"].rpartition("/")[2]
    assert token not in client.get(own).content.decode()
    assert links.opened(token)
    assert client.post(own, {"do": "revoke"}).status_code == 302
    assert links.opened(token) is None
    assert "提议限制措施" in client.get(reverse("desk-person", args=[who.pk])).content.decode()
    assert as_(town.patrol).get(url).status_code == 403


def test_a_stranger_is_called_from_the_page_and_nobody_else_sees_the_number(store: Store) -> None:  # noqa: F811
    town = make_town()
    case = test_calling.red(town, at=clock.now())
    url = reverse("desk-alert-number", args=[case.pk])
    assert as_(town.patrol).get(url).status_code == 302, "not without a second factor"
    TOTP.activate(town.patrol, generate_totp_secret())
    client = as_(town.patrol)
    page = client.get(url).content.decode()
    assert test_calling.MASKED in page
    assert test_calling.NUMBER not in page
    assert client.post(url, {"reason": ""}).status_code == 422
    assert Reading.objects.count() == 0
    answer = client.post(url, {"reason": "问他在哪里"})
    assert f'href="tel:{test_calling.NUMBER}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Reading.objects.get().reader_id == town.patrol.pk
    assert client.post(url, {"called": "1", "intent": "c"}).status_code == 422
    sent = {"called": "1", "intent": "c", "outcome": "no_answer"}
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    assert Event.objects.filter(case=case, name="alert.remarked").count() == 1
    told = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert "打了电话:没人接" in told
    assert test_calling.NUMBER not in told
    assert [as_(user).post(url, {"reason": "看"}).status_code for user in (town.clerk, town.reception)] == [
        403
    ] * 2
    assert Reading.objects.count() == 1
