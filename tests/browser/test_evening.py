"""One returnee taken by hand, in a real browser, from the telephone call to the front door, and one call nobody hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import cv2
import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.browser.visit import shoot

SLUG = "yejian"
LIVE_MS = 5_000
"""A change made elsewhere is on the screen within this."""
CLIMB_MS = 10_000

# Told at 2, 5 and 10 minutes; the third wake falls due two seconds from now. One transaction: the worker waits.
UNANSWERED = """
from datetime import timedelta
from django.db import transaction
from linli.base.clock import now
from linli.loops import deadlines
from linli.matters.returns.notices import NoticeIn, receive
from linli.registry.announce import Described
from linli.registry.models import Community
told = NoticeIn(source="phone", key="unanswered", who=Described(name="欧阳修远", phones=("13900049902",)),
    destination="A区3-1-102")
opened = now() - timedelta(minutes=10) + timedelta(seconds=2)
with transaction.atomic():
    trip = receive(told, community=Community.objects.get(slug="yejian"), at=opened).trip
    for minute in (2, 5):
        assert deadlines.wake(trip.case_id, at=opened + timedelta(minutes=minute))
"""

# Days of isolation and of monitoring as the pack gives them, and their ends counted from the hand-over.
ISOLATION = """
from datetime import datetime
from linli.loops.models import Case
known = Case.objects.get(loop="isolation", title__startswith="向**甲").anchors
zero, home, watch = (datetime.fromisoformat(known[k]) for k in ("day_zero", "isolation_ends", "monitor_ends"))
print(known["history"], known["isolation_days"], known["monitor_days"], (home - zero).days, (watch - zero).days)
"""


@pytest.fixture(scope="module")
def furnished(linli: House) -> House:
    furnish(linli, SLUG, "夜间社区")
    return linli


@pytest.fixture
def office(furnished: House, chromium: Browser) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(furnished, chromium, SLUG, stack)


def watch_today(office: Office) -> Page:
    """The director's worklist, listening; a reload would lose its mark."""
    page = office.page("director")
    page.goto("/desk/")
    expect(page.locator("html")).to_have_attribute("data-line", "live")
    page.evaluate("window.neverReloaded = true")
    return page


def step(page: Page, case: str, word: str, answers: dict[str, str] | None = None) -> None:
    """Press the case's one primary verb, answer what it asks, and send."""
    page.goto(case)
    page.locator(".case-acts a.btn-primary").get_by_text(word, exact=True).click()
    for key, answer in (answers or {}).items():
        found = page.locator(f"form [name={key}]")
        kind = found.first.get_attribute("type")
        if kind == "radio":
            page.locator(f"form [name={key}][value={answer}]").check()
        elif kind == "checkbox":
            found.check()
        else:
            found.fill(answer)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**{case}")


def hands(page: Page) -> list[list[str]]:
    """Every pair of names on the custody line: [step, who gave, who took]."""
    found: list[list[str]] = page.locator(".custody .stop").evaluate_all(
        """stops => stops.filter(stop => stop.querySelectorAll('.hands > span').length === 2)
            .map(stop => [stop.querySelector('.stop-step').textContent.trim(),
                ...[...stop.querySelectorAll('.hands > span')].map(it => it.lastChild.textContent.trim())])"""
    )
    return found


def decoded(pdf: bytes) -> tuple[list[str], str]:
    """What two independent readers find on the first page at 200 dpi; OpenCV's may hold it a little nearer or farther."""
    page, second = pypdfium2.PdfDocument(pdf)[0], ""
    for dpi in (200, 240, 300, 170):
        picture = page.render(scale=dpi / 72).to_numpy()
        grey = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
        if dpi == 200:
            first = [it.text for it in zxingcpp.read_barcodes(grey)]
        if second := cv2.QRCodeDetector().detectAndDecode(grey)[0]:
            break
    return first, second


def take_call(page: Page) -> str:
    """The telephone rings; the path of the case that it opened."""
    page.goto("/desk/returns/new/")
    for key, said in {
        "name": "向晚晴甲",
        "phone": "13900049901",
        "origin": "山西省太原市小店区",
        "service": "G9457",
        "destination": "A区10-2-1101",
    }.items():
        page.locator(f"[name={key}]").fill(said)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/desk/case/**")
    return "/" + page.url.split("/", 3)[3]


def certificate_of(page: Page) -> tuple[str, bytes]:
    """The certificate's number and its paper, reached from the case page."""
    page.locator("a[href^='/desk/certificates/']").click()
    expect(page.locator("h1 + p")).to_contain_text("有效")
    paper = page.locator("a[href$='.pdf']").get_attribute("href")
    answer = page.request.get(paper or "")
    assert answer.headers["content-type"] == "application/pdf"
    return page.locator("h1").inner_text(), answer.body()


def ask_as_stranger(office: Office, url: str) -> str:
    """What a station's checker reads, without JavaScript."""
    page = office.stranger(java_script_enabled=False)
    answered = page.goto(url)
    assert answered and answered.status == 200
    shoot(page, "evening-check-phone")
    return page.locator("main").inner_text()


def test_a_returnee_is_taken_from_the_call_to_the_front_door(office: Office) -> None:
    director = watch_today(office)
    reception = office.page("reception")
    case = take_call(reception)
    row = director.locator(f"[data-row]:has(a[href='{case}'])")
    expect(row).to_contain_text("待核实", timeout=LIVE_MS)

    reception.locator(".case-acts a.btn-primary").click()
    expect(reception.locator("main form .evidence > li")).to_have_count(10)
    expect(reception.locator("[name=people]")).to_have_value("1")
    expect(reception.locator("[name=service]")).to_have_value(re.compile("G9457"))
    verified = {"identity": "on", "contact": "no", "health": "well", "history": "other_province"}
    said = {"time": "今晚 01:05", "place": "长治东站"}
    step(reception, case, "核实", verified | said)
    expect(row).to_contain_text("已核实", timeout=LIVE_MS)

    step(reception, case, "开证明")
    number, paper = certificate_of(reception)
    (url,), seen_by_other = decoded(paper)
    assert url == seen_by_other
    assert url.startswith(f"{office.house.url}/c/")
    answer = ask_as_stranger(office, url)
    assert "有效" in answer
    assert number in answer
    assert "向**甲" in answer
    assert "晚晴" not in answer

    transport = office.page("transport", "phone")
    step(transport, case, "派车", {"vehicle": "晋DY0001", "driver": "路远行"})
    step(transport, case, "接到上车", {"giver": "韩站务", "taker": "路远行", "place": "东出口"})
    step(transport, case, "送到家门", {"giver": "路远行", "taker": "温知暖"})
    health = office.page("health")
    step(health, case, "门口交接", {"giver": "温知暖", "taker": "向晚晴", "notice_given": "on"})
    expect(health.locator(".page-head")).to_contain_text("闭环")
    expect(row).to_have_count(0, timeout=LIVE_MS)
    expect(director.locator("[data-row]", has_text="居家隔离")).to_have_count(1)
    assert hands(health) == [
        ["接到上车", "韩站务", "路远行"],
        ["送到家门", "路远行", "温知暖"],
        ["门口交接", "温知暖", "向晚晴"],
    ]
    shoot(health, "evening-closed-desk")
    health.locator("a", has_text="接下来").click()
    expect(health.locator(".page-head")).to_contain_text("待核实居家条件")
    expect(health.locator(".page-head .promise")).to_contain_text("还剩 1 小时 59 分")
    isolation = health.url
    health.get_by_role("link", name="居家条件合格").first.click()
    for condition in ("独立房间", "不与他人共用空调"):
        health.get_by_label(condition).check()
    health.get_by_role("button", name="居家条件合格").click()
    expect(health).to_have_url(isolation)
    expect(health.locator(".page-head .promise")).to_contain_text("还剩 6 天 23 小时")
    assert office.house.python(ISOLATION).split() == ["other_province", "7", "5", "7", "12"]
    shoot(health, "evening-isolation-desk")
    assert director.evaluate("window.neverReloaded") is True


def test_a_call_that_nobody_answers_climbs_until_the_desk_is_loud(office: Office) -> None:
    """The clock has climbed for eleven minutes; the last rung is the real worker's."""
    director = watch_today(office)
    loud = director.locator("#worklist > .says.tone-overdue")
    expect(loud).to_have_count(0)
    office.house.python(UNANSWERED)
    expect(loud).to_contain_text("1 件事提醒了所有人仍无人应答", timeout=CLIMB_MS)
    row = director.locator("[data-row]", has_text="欧**远")
    expect(row).to_contain_text("已告诉所有人,值班台持续提醒")
    assert director.evaluate("window.neverReloaded") is True
    shoot(director, "evening-loud-desk")

    row.locator("a[data-open]").click()
    story = director.locator("section[aria-labelledby=h-story]")
    expect(story.get_by_text("无人应答,提醒上一级")).to_have_count(3)
    director.get_by_role("button", name="我来处理").click()
    director.goto("/desk/")
    expect(loud).to_have_count(0)
