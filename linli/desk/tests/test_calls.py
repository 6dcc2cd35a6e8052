"""The telephone's page: one form from the number to the saved record, nothing personal in an address, one price per look."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base.clock import local, now
from linli.loops import engine
from linli.loops.models import Case, Event, Remark
from linli.matters.hotline.loop import Call
from linli.registry.models import Reading, Sealed
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

NUMBER = "13900048888"


@pytest.fixture
def town() -> Town:
    return make_town()


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


URL = "/desk/calls/"


def sent(intent: str = "c1", **more: Any) -> dict[str, Any]:
    return {
        "intent": intent,
        "q": NUMBER,
        "kind": "supply",
        "note": "要两袋奶粉",
        "urgency": "normal",
        "do": "keep",
        **more,
    }


def asked(client: Client, target: str, **said: Any) -> str:
    answer = client.post(URL, said, headers={"HX-Request": "true", "HX-Target": target})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_record_is_saved_once_and_the_next_empty_one_is_there(town: Town) -> None:
    client = as_(town.hotline)
    number, who = town.facts["陆青禾"].phone, town.person["陆青禾"].pk
    hits = asked(client, "who", q=number)
    assert f'value="{who}" checked' in re.sub(r"\s+", " ", hits), (
        "the one person of the number is chosen at once"
    )
    assert "陆*禾" in hits
    assert not any(word in hits.replace(number, "", 1) for word in ("陆青禾", town.facts["陆青禾"].id_number))
    assert "方*川" in asked(client, "who", q="A区3-1-101")
    assert "香阅四季A区10-1-101" in asked(client, "who", q="10-1")
    for _ in range(2):
        answer = client.post(URL, sent(q=number, person=str(who)))
        assert (answer.status_code, answer.headers["Location"]) == (302, URL)
    page = client.get(URL).content.decode()
    assert "已记下:陆*禾 · 香阅四季A区3号楼 · 买东西、送东西 · 待答复" in page
    assert (
        'id="id_q" type="search" name="q" value="" maxlength="60" autocomplete="off" enterkeyhint="search" autofocus'
        in page
    )
    case = Case.objects.get()
    assert (case.subject, case.events.earliest("seq").actor_id) == (str(who), town.hotline.pk)
    assert [s.owner_id for s in Sealed.objects.filter(owner_kind="call")] == [case.id]
    known = asked(client, "known", looked=number, person=str(who), kind="test")
    assert f'name="join" value="{case.id}" formnovalidate data-join="supply"' in known
    other = asked(client, "known", looked=number, person="", kind="")
    assert "陆*禾" in other, "who says they are somebody else still calls from this number"
    assert "checked" not in asked(client, "who", q="郭平").split('id="who-other"')[0], (
        "of two nobody is chosen"
    )
    joined = client.post(URL, sent("c2", join=str(case.id), q=number, person=str(who), kind=""), follow=True)
    assert "已并入:陆*禾 · 香阅四季A区3号楼 · 买东西、送东西 · 较急 · 来电 2 次" in joined.content.decode()
    assert Case.objects.count() == 1


def test_what_is_missing_is_said_at_once_and_nothing_typed_is_lost(town: Town) -> None:
    client = as_(town.hotline)
    later = f"{local(now() - timedelta(minutes=5)):%Y-%m-%dT%H:%M}"
    wrong = sent(kind="", number="123", do="promise", promised_at="", note="等我回电")
    answer = client.post(URL, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"kind", "number", "promised_at"}
    assert "等我回电" in page
    assert set(client.post(URL, sent(do="answer", note="")).context["form"].errors) == {"note"}
    assert set(client.post(URL, sent(do="promise", promised_at=later)).context["form"].errors) == {
        "promised_at"
    }
    assert "不在隔离或监测中" in client.post(URL, sent(do="to:fever", kind="fever")).content.decode()
    assert client.post(URL, sent(person=str(town.person["陆青禾"].pk), join="x")).status_code == 404
    assert (
        "没有找到这个人"
        in client.post(
            URL, sent(person=str(make_town("other", "别的").person["陆青禾甲"].pk))
        ).content.decode()
    )
    found = client.post(URL, sent(find="", kind="", q="陆青禾", note="没写完"))
    assert (found.status_code, "陆*禾" in found.content.decode(), "没写完" in found.content.decode()) == (
        200,
        True,
        True,
    )
    assert (
        Case.objects.count(),
        Event.objects.count(),
        Sealed.objects.filter(owner_kind="call").count(),
    ) == (0, 0, 0)


def test_a_card_closes_a_call_with_its_key_and_needs_no_kind(town: Town) -> None:
    client = as_(town.hotline)
    page = client.get(URL).content.decode()
    assert "外省低风险地区:居家隔离7天" in page
    client.post(URL, sent(card="days", kind="", note=""))
    case = Case.objects.get()
    assert (case.state, case.anchors["kind"]) == ("answered", "isolation")
    assert Event.objects.get(name="call.answer").given == {"card": "days"}
    assert client.post(URL, sent("c2", card="none", kind="", note="")).status_code == 422
    shown = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert "知识卡编号" in shown
    client.post(URL, sent("c3", do="answer", note="今晚送到"))
    assert list(Remark.objects.values_list("key", "text")) == [("said", "今晚送到")]
    client.post(URL, sent("c4", q="过路人", number=NUMBER, note=""))
    assert Case.objects.get(events__intent="c4").title == "过*人 · 尾号 8888", (
        "a name that was searched is not asked again"
    )


def test_the_list_puts_open_promises_first_and_costs_the_same_however_many(town: Town) -> None:
    client = as_(town.hotline)

    def cost(show: str = "open") -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(URL, {"show": show}).status_code == 200
        return len(seen)

    client.post(URL, sent("first", note=""))
    cost()
    assert (cost(), cost("mine"), cost("today")) == (PAGE, PAGE, PAGE)
    for n in range(12):
        client.post(URL, sent(f"c{n}", q=f"139000{n:05d}", note="", card="days" if n % 2 else ""))
    client.get(URL)
    assert (cost(), cost("mine"), cost("today")) == (PAGE, PAGE, PAGE)
    urgent = client.post(URL, sent("urgent", urgency="urgent", note=""))
    assert urgent.status_code == 302
    page = client.get(URL, {"show": "today"})
    ids = [row["id"] for row in page.context["rows"]]
    assert [figure["n"] for figure in page.context["figures"]] == [14, 8, 0]
    assert ids[0] == str(Case.objects.get(events__intent="urgent").pk)
    assert [Case.objects.get(pk=i).closed_at is None for i in ids] == [True] * 8 + [False] * 6
    assert len(client.get(URL, {"show": "mine"}).context["rows"]) == 8
    other = as_(town.hire("hotline", "另一位"))
    assert other.get(URL, {"show": "mine"}).context["rows"] == []
    with CaptureQueriesContext(connection) as seen:
        asked(client, "who", q=NUMBER, kind="supply")
    assert len(seen) == SEARCH


PAGE = 8
"""Session, account, duties · the pack · figures, rows · the pack as the worklist draws them by · the community."""
SEARCH = 8
"""Session, account, duties · pack, community · whose number · the calls of that number · those open."""


def test_the_number_is_seen_by_post_with_a_trace_and_stands_in_no_address(town: Town) -> None:
    client = as_(town.hotline)
    User.objects.filter(pk=town.hotline.pk).update(must_secure=False)
    client.post(URL, sent())
    case = Case.objects.get()
    url = reverse("desk-call-number", args=[case.pk])
    assert client.get(url).headers["Location"].startswith("/accounts/2fa/needed/"), (
        "numbers in clear ask for more"
    )
    town.community.is_drill = True
    town.community.save()
    assert NUMBER not in client.get(url).content.decode()
    assert not Reading.objects.exists()
    shown = client.post(url).content.decode()
    assert f'href="tel:{NUMBER}"' in shown
    assert Reading.objects.get().reader_name == town.hotline.shown_name
    case_page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert (NUMBER in case_page, "尾号 8888" in case_page, "要两袋奶粉" in case_page) == (False, True, True)
    engine.advance(
        case.pk, Call.answer.key, actor=town.hotline, given={"said": "好"}, at=now(), intent="done"
    )
    assert NUMBER not in client.post(url).content.decode()
    for duty, status in (("desk", 200), ("director", 200), ("delivery", 403), ("health", 403)):
        assert as_(town.staff[duty]).get(URL).status_code == status
