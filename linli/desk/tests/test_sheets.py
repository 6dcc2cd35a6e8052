"""Sheets at the desk: chosen, printed, scanned, and typed in on one screen where nothing that was typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base.clock import local, now
from linli.loops import engine
from linli.loops.models import Case, Event, LateNote
from linli.loops.spec import Opening
from linli.matters.isolation.models import Observation
from linli.matters.isolation.opening import open_for
from linli.matters.returns.loop import Return
from linli.paper.making import make
from linli.paper.models import Sheet
from linli.registry.models import Person
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def behind(town: Town, *names: str) -> None:
    """People who owe the report of the window that is open, whatever the hour: behind a door for two days."""
    homes = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    since = now() - timedelta(days=2)
    for name in names:
        who = homes.get(pk=town.person[name].pk)
        open_for(who, "other_province", day_zero=since, actor=town.health, at=since, intent=f"open-{name}")


def to_hand_over(town: Town, door: str, n: int) -> Case:
    opening = Opening(
        title=f"王*{n} · {door}", scope=town.door[door].path, subject=f"s{n}", state="delivered",
        anchors={"day_zero": now().isoformat()},
    )  # fmt: skip
    return engine.open_case(Return, opening, community_id=town.id, at=now(), intent=f"open-{door}-{n}")


def head(sheet: Sheet) -> dict[str, Any]:
    return {"walker": "孟春雨", "walked_at": f"{local(sheet.made_at):%Y-%m-%dT%H:%M}"}


def test_a_round_is_chosen_printed_scanned_and_typed_in() -> None:
    town = make_town()
    behind(town, "秦伯庸", "欧阳修远", "𠮷田春")
    client = as_(town.desk)
    assert "眼下没有可以上门办的事" in as_(town.clerk).get("/desk/sheets/new/").content.decode()
    page = client.get("/desk/sheets/new/", {"round": "health_report.temperatures"})
    assert "香阅四季A区一网格" in page.content.decode()
    said = {"round": "health_report.temperatures", "scope": "xysj/a/", "intent": str(page.context["intent"])}
    assert client.post("/desk/sheets/new/", said | {"scope": ""}).status_code == 422
    for _ in range(2):
        made = client.post("/desk/sheets/new/", said)
    sheet = Sheet.objects.get()
    assert made.headers["Location"] == f"/desk/sheets/{sheet.pk}/"
    file = client.get(f"/desk/sheets/{sheet.pk}.pdf")
    assert file.content.startswith(b"%PDF")
    assert file.headers["Content-Disposition"] == f'inline; filename="{sheet.number}.pdf"'
    for said_by in (f"{sheet.short_code[:4]}-{sheet.short_code[4:]}", f"https://x/desk/s/{sheet.token}/#1"):
        assert client.get("/desk/sheets/", {"q": said_by}).headers["Location"] == f"/desk/sheets/{sheet.pk}/"
    assert client.get(f"/desk/s/{sheet.token}/").headers["Location"] == f"/desk/sheets/{sheet.pk}/"
    assert "没有这张表" in client.get("/desk/sheets/", {"q": "7A3K-9F4X"}).content.decode()
    b_lead = as_(town.grid_lead_b)
    assert b_lead.get(f"/desk/s/{sheet.token}/").status_code == 404
    assert b_lead.get(f"/desk/sheets/{sheet.pk}/").status_code == 404

    url = f"/desk/sheets/{sheet.pk}/"
    shown = client.get(url).content.decode()
    where = [shown.index(who) for who in ("欧**远", "𠮷*春", "秦*庸")]
    assert where == sorted(where)
    assert shown.count('<span id="1"') == 1
    assert "欧阳修远" not in shown
    empty = client.post(url, head(sheet))
    assert (empty.status_code, empty.context["fault"]) == (422, "还没有录入任何一行")
    noon = f"{local(sheet.made_at):%H%M}"
    sent = {
        "r1-celsius": "36.6",
        "r1-time": noon,
        "r2-celsius": "三十六",
        "r2-time": "25:00",
        "r3-celsius": "366",
    }
    without = client.post(url, sent)
    assert (without.status_code, Observation.objects.count()) == (422, 0)
    assert 'value="36.6"' in without.content.decode()
    wrong = client.post(url, sent | head(sheet))
    body = wrong.content.decode()
    assert wrong.status_code == 422
    assert [m["text"].split(" ", 3)[:3] for m in wrong.context["mistakes"]] == [
        ["第", "2", "行"], ["第", "2", "行"], ["第", "3", "行"],
    ]  # fmt: skip
    assert "请写成 19:30 这样" in body and "写成 36.5 这样" in body
    assert 'value="三十六"' in body and 'value="25:00"' in body and 'value="366"' in body
    assert "录入 1 行" in body and "孟春雨 走访,申佳宁 录入" in body
    assert re.search(r'name="r1-celsius"', body) is None
    seen = Observation.objects.get()
    assert f"{local(seen.at):%H%M}" == noon
    assert client.get(url).context["walk"].initial["walker"] == "孟春雨"
    rest = {
        "r1-celsius": "36.6",
        "r1-time": noon,
        "r2-celsius": "37.9",
        "r2-symptoms": ["干咳"],
        "r3-not_done": "absent",
    }
    last = client.post(url, rest | head(sheet), follow=True)
    assert "录入 3 行" in last.content.decode()  # one of them for the second time
    again = client.post(url, rest | head(sheet), follow=True)
    assert again.status_code == 200 and "这张表已经收齐,没有再改动" in again.content.decode()
    assert Observation.objects.count() == 2
    sheet.case.refresh_from_db()
    assert sheet.case.state == "returned"
    assert "没办成:没人" in last.content.decode()
    assert client.get("/desk/sheets/?show=returned").context["rows"][0]["far"] == "已录 3 行,共 3 行"
    story = client.get(f"/desk/case/{seen.case_id}/").content.decode()
    assert "纸质表,孟春雨 走访" in story
    assert client.get(f"/desk/case/{sheet.case_id}/").status_code == 200


def test_hand_overs_from_paper_pass_the_same_checks_and_late_ones_wait_on_their_case() -> None:
    town = make_town()
    cases = [to_hand_over(town, door, n) for n, door in enumerate(("A 3-1-101", "A 3-1-201", "A 10-1-101"))]
    sheet = make("return.hand_over", "xysj/a/", actor=town.desk, at=now(), intent="s")
    given = {"giver": "路远行", "taker": "温知暖", "notice_given": True}
    engine.advance(cases[1].id, "hand_over", actor=town.health, given=given, at=now(), intent="by phone")
    client, url = as_(town.desk), f"/desk/sheets/{sheet.pk}/"
    assert "打印后有变化,现为「闭环」" in client.get(url).content.decode()
    sent = {
        "r1-giver": "路远行", "r1-taker": "葛连城", "r1-notice_given": "on",
        "r2-giver": "路远行", "r2-taker": "葛连城", "r2-notice_given": "on",
        "r3-giver": "路远行",
    }  # fmt: skip
    answer = client.post(url, sent | head(sheet))
    texts = [m["text"] for m in answer.context["mistakes"]]
    assert texts == [
        "第 3 行 接收人: 请填写「接收人」",
        "第 3 行 告知书已当面交付: 请填写「告知书已当面交付」",
    ]
    event = Event.objects.get(case=cases[0], name="return.hand_over")
    assert (event.giver, event.taker, event.actor_name) == ("路远行", "葛连城", "申佳宁")
    assert event.given["by_hand_of"] == "孟春雨"
    assert LateNote.objects.get().case_id == cases[1].id
    assert Case.objects.filter(loop="isolation").count() == 0  # no class of history: nothing is asked of them
    assert "来晚了" in client.get(url).content.decode()
    assert "补交的「门口交接」晚到" in client.get(f"/desk/case/{cases[1].id}/").content.decode()
    assert client.post(url, {"r3-giver": "", "r3-not_done": "refused"} | head(sheet)).status_code == 302
    assert as_(town.desk).get("/desk/sheets/").context["figures"][2]["n"] == 1


@pytest.mark.parametrize("url", ["/desk/sheets/", "/desk/sheets/new/?round=return.verify", "sheet"])
def test_a_page_asks_the_same_however_many_there_are(url: str) -> None:
    town = make_town()
    client = as_(town.desk)

    def cost(intent: str) -> int:
        behind_door = sorted(door for door in town.door if door.startswith("A"))
        for n, door in enumerate(behind_door[:1] if intent == "few" else behind_door):
            opening = Opening(title=f"王*{n} · 3", scope=town.door[door].path, subject=f"{intent}{n}")
            engine.open_case(Return, opening, community_id=town.id, at=now(), intent=f"{intent}{n}")
        sheet = make("return.verify", "xysj/a/", actor=town.desk, at=now(), intent=intent)
        where = f"/desk/sheets/{sheet.pk}/" if url == "sheet" else url
        assert client.get(where).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            assert client.get(where).status_code == 200
        return len(caught)

    assert (cost("few"), cost("many")) == (ASKED[url], ASKED[url])


ASKED = {"/desk/sheets/": 6, "/desk/sheets/new/?round=return.verify": 10, "sheet": 13}
"""Session, account, duties, the community each time; then what the page holds."""
