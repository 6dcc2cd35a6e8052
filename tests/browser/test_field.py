"""The phone in a corridor: a scripted day offline with a camera, a dead battery and a wrong clock; a phone that was lost."""

from __future__ import annotations

import base64
import json
import math
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.browser import paper_in_hand as paper
from tests.browser.house import House
from tests.browser.phone import camera, handset
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit
from tests.town import PASSWORD

SLUG = "shouji"
NAMES = ("陆青禾甲", "屈无忧甲", "叶知秋甲", "蓝采薇甲")
GIVER, TAKER = "韩站务", "路远行"
MANY = 500
"""Cases with two records each: a thousand records of a day."""

SETTING = f"""
from linli.base.clock import now
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.matters.returns.notices import NoticeIn, receive
from linli.registry.announce import Described
from tests.flows.journey import STEPS, Journey
from tests.town import make_town
town = make_town({SLUG!r}, "手机社区")
town.community.is_drill = True
town.community.save()
at = now()
for name in {NAMES!r}:
    person, facts = town.person[name], town.facts[name]
    who = Described(name=name, id_number=facts.id_number, phones=(facts.phone,))
    told = NoticeIn(source="push", key=name, who=who, origin="吉林省长春市", service="G9457", station="长治东站", eta_at=at,
        destination=str(person.household.dwelling), told_at=at)
    trip = receive(told, community=town.community, at=at).trip
    assert trip
    journey = Journey(town, trip.id)
    for step in ("verify", "certify", "dispatch"):
        duty, answers = STEPS[step]
        known = {{"people": 1, "time": "23:40", "place": "A区", "service": "G9457"}} if step == "verify" else {{}}
        engine.advance(trip.case_id, step, actor=town.staff[duty], given={{**known, **answers}}, at=at, intent=str(uuid7()))
for n in range({MANY}):
    opening = Opening(title=f"贾** · {{n}}", scope="shouji/b/g1/", subject=f"many{{n}}", state="verified")
    engine.open_case(Return, opening, community_id=town.id, at=at, intent=f"many-{{n}}")
"""
"""Four people on the way home in compound A, and half a thousand matters in compound B."""

# The paper that 陆青禾甲 has in her hand.
CERTIFICATE = """
import base64
from linli.matters.returns.models import Certificate
from linli.matters.returns.paper import certificate_pdf
hers = Certificate.objects.get(trip__person__name="陆青禾甲", community__slug="shouji")
print(base64.b64encode(certificate_pdf(hers)).decode())
"""

# What the ledger holds of the day: steps taken, late notes, isolations, and whether its chain is whole.
COUNTED = """
import json
from collections import Counter
from linli.loops import seal
from linli.loops.models import Case, Event, LateNote
from linli.registry.models import Community
own = Community.objects.get(slug="shouji").id
events = Event.objects.filter(community_id=own, intent__startswith="field-")
states = Case.objects.filter(community_id=own, subject__startswith="many").values_list("state", flat=True)
skew = [abs((e.device_at - e.at).total_seconds()) for e in events if e.device_at]
print(json.dumps({
    "steps": Counter(e.verb for e in events), "late": LateNote.objects.filter(community_id=own).count(),
    "isolations": Case.objects.filter(community_id=own, loop="isolation").count(),
    "many": Counter(states), "whole": seal.verify(own) is None, "skew": max(skew, default=0) < 3600,
}))
"""

# A thousand acts as the app itself writes them: `outbox.keep`, in the order they were done.
MANY_ACTS = """async () => {
    const { keep } = await import("/static/field/outbox.js");
    const { read } = await import("/static/field/lent.js");
    const { tasks } = await import("/static/field/work.js");
    const { recall } = await import("/static/field/store.js");
    const owner = await recall("owner");
    const many = tasks(await read()).filter((t) => t.title.startsWith("贾"));
    const given = { reason: "家里没人" };
    const act = (t, step) => keep(owner, { case: t.id, loop: "return", step, title: t.title, verb: step, given });
    for (const t of many) { await act(t, "refuse"); await act(t, "persuade"); }
    return many.length;
}"""

ROWS = """() => new Promise((resolve) => {
    const asked = indexedDB.open("linli-field");
    asked.onsuccess = async () => {
        const counts = {};
        for (const name of asked.result.objectStoreNames) {
            const counting = asked.result.transaction(name).objectStore(name).count();
            counts[name] = await new Promise((done) => { counting.onsuccess = () => done(counting.result); });
        }
        asked.result.close();
        resolve(counts);
    };
})"""

A_DAY_AHEAD = f"""(() => {{
    const Real = Date, ahead = {24 * 3_600_000};
    globalThis.Date = class extends Real {{
        constructor(...given) {{ super(...(given.length ? given : [Real.now() + ahead])); }}
        static now() {{ return Real.now() + ahead; }}
    }};
}})()"""


@pytest.fixture(scope="module")
def furnished(linli: House) -> House:
    linli.python(SETTING)
    return linli


def counted(house: House) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(house.python(COUNTED).splitlines()[-1])
    return found


def open_app(page: Page, house: House, who: str, *, slug: str = SLUG, heading: str = "我的任务") -> None:
    """Sign in and wait until the app has its tasks and can do without a network."""
    page.goto(f"{house.url}/accounts/login/")
    sign_in_here(page, f"{slug}-{who}")
    page.goto(f"{house.url}/field/")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator(".field-task").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def sign_in_here(page: Page, name: str) -> None:
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def find(page: Page, title: str) -> None:
    page.get_by_role("link", name="任务", exact=True).click()
    while not page.get_by_role("link", name=title).count():
        page.get_by_role("button", name="再看").click()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def take(page: Page, verb: str, **answers: str) -> None:
    """Press the one primary verb, answer, and press it again."""
    page.get_by_role("link", name=verb, exact=True).click()
    expect(page.get_by_role("heading", name=verb)).to_be_visible()
    for key, answer in answers.items():
        field = page.locator(f"form [name={key}]")
        if answer == "yes":
            field.check()
        else:
            field.fill(answer)
    page.locator("form .btn-primary").click()


class Bad:
    """A network that cuts every third request, swallows every third reply, and doubles what it lets through."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, route: Route) -> None:
        self.asked += 1
        if self.asked % 3 == 1:
            route.abort("connectionreset")
        elif self.asked % 3 == 2:
            route.fetch()
            route.abort("timedout")
        else:
            route.fetch()
            route.fulfill(response=route.fetch())


def test_a_day_without_a_network_a_dead_battery_and_a_wrong_clock_lose_and_double_nothing(
    furnished: House, playwright: Playwright, chromium: Browser, tmp_path: Path
) -> None:
    sheet = paper.sheet(base64.b64decode(furnished.python(CERTIFICATE).splitlines()[-1]))
    paper.film(paper.part(sheet, 12, 226, 66, 56), tmp_path / "film.y4m")
    with handset(playwright, *camera(tmp_path / "film.y4m")) as phone:
        page = phone.switch_on()
        open_app(page, furnished, "director")
        assert page.evaluate(
            "navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)"
        )
        phone.context.set_offline(True)
        page.get_by_role("link", name="扫一扫").click()  # the certificate in her hand
        expect(page.get_by_role("heading", name="陆**甲")).to_be_visible()
        take(
            page, "接到上车", giver="", taker=""
        )  # what was known is taken away: the form says what is missing
        expect(page.locator(".mistakes")).to_contain_text("还有 2 处需要补充")
        page.locator("[name=giver]").fill(GIVER)
        page.locator("[name=taker]").fill(TAKER)
        page.locator("form .btn-primary").click()
        expect(page.get_by_text("已保存在手机:接到上车")).to_be_visible()
        take(page, "送到家门", giver=TAKER, taker="温知暖")
        take(page, "门口交接", taker="温知暖", notice_given="yes")  # who had her last is filled in
        expect(page.get_by_text("3 条待发").or_(page.get_by_text("闭环")).first).to_be_visible()
        find(page, "屈**甲")
        take(page, "接到上车", giver=GIVER, taker=TAKER)
        assert page.evaluate(MANY_ACTS) == MANY
        phone.drop_dead()
        with visit(
            chromium, furnished.url, device="phone", language="zh-CN", service_workers="allow"
        ) as other:
            open_app(other, furnished, "transport")  # a second phone at the same household, with a network
            find(other, "屈**甲")
            take(other, "接到上车", giver=GIVER, taker="另一位司机")
            expect(other.get_by_text("系统已收到")).to_be_visible()

        secrets = [*NAMES, "陆**", "贾**", GIVER, "温知暖", "家里没人", "香阅四季A区3-1-101"]
        assert phone.says(secrets) == []
        furnished.kill("serve")
        page = phone.switch_on()
        page.goto(f"{furnished.url}/field/")
        waits = 2 * MANY + 4
        expect(
            page.get_by_role("link", name=f"待发 {waits}")
        ).to_be_visible()  # the app opened without any server
        phone.context.add_init_script(A_DAY_AHEAD)
        page.reload()
        expect(
            page.get_by_text(f"还有 {waits} 条记录等着发送")
        ).to_be_visible()  # by its clock the session is over
        bad = Bad()
        page.route("**/field/intents*", bad)
        furnished.start("serve", "serve", "--port", str(furnished.port))
        furnished.await_answer()
        page.goto(
            f"{furnished.url}/accounts/login/?next=/field/"
        )  # browsers write cookies lazily: the killed one had none
        sign_in_here(page, f"{SLUG}-director")
        began = time.monotonic()
        page.get_by_role("link", name="记录").click(timeout=60_000)
        expect(page.get_by_role("heading", name=f"系统已收到 {waits - 1}")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("此事已是「转运途中」,不能再「接到上车」。请看最新情况")).to_be_visible()
        print(f"{waits} records through a bad network in {time.monotonic() - began:.1f} s")
        assert bad.asked == 3 * math.ceil(waits / 200)
        shoot(page, "field-records")
    assert counted(furnished) == {
        "steps": {"board": 2, "late_note": 1, "deliver": 1, "hand_over": 1, "refuse": MANY, "persuade": MANY},
        "late": 1, "isolations": 1, "many": {"certified": MANY}, "whole": True, "skew": True,
    }  # fmt: skip


def test_two_phones_on_one_matter_and_a_lost_one(furnished: House, chromium: Browser) -> None:
    with (
        visit(chromium, furnished.url, device="phone", language="zh-CN", service_workers="allow") as one,
        visit(chromium, furnished.url, device="phone", language="zh-CN", service_workers="allow") as two,
    ):
        for page, who in ((one, "transport"), (two, "desk")):
            open_app(page, furnished, who)
            assert_accessible(page)
            assert_no_sideways_scroll(page)
        shoot(one, "field-tasks")
        two.context.set_offline(True)
        for page in (two, one):
            find(page, "叶**甲")
            take(page, "接到上车", giver=GIVER, taker=TAKER)
        expect(one.get_by_text("系统已收到")).to_be_visible()
        assert_accessible(one)
        shoot(one, "field-task")
        two.context.set_offline(False)
        two.get_by_role("link", name="记录").click()
        expect(two.get_by_text("此事已是「转运途中」,不能再「接到上车」。请看最新情况")).to_be_visible()
        expect(two.get_by_text("已记在这件事上,值班台会看。您不用再做什么。")).to_be_visible()
        assert_accessible(two)
        shoot(two, "field-refused")
        furnished.python(DECIDED)
        two.reload()
        expect(two.get_by_text("本班次还没有记录。")).to_be_visible()

        two.emulate_media(color_scheme="dark")
        two.get_by_role("link", name="我", exact=True).click()
        two.get_by_role("button", name="大字").click()
        two.get_by_role("button", name="English").click()
        expect(two.get_by_role("heading", name="Me and this phone")).to_be_visible()
        assert_accessible(two)
        assert_no_sideways_scroll(two)
        shoot(two, "field-me-dark-large-en")
        two.get_by_role("link", name="Tasks").click()
        expect(two.get_by_role("link", name="Picked up").first).to_be_visible()
        assert_accessible(two)

        assert two.evaluate(ROWS)["lent"] == 35
        furnished.python(LOST)
        # A request of the browser's own comes first and takes the dead cookie away.
        assert two.evaluate("fetch('/desk/').then((answer) => answer.url)").endswith(
            "/accounts/login/?next=%2Fdesk%2F"
        )
        assert "sessionid" not in {cookie["name"] for cookie in two.context.cookies()}
        two.evaluate("dispatchEvent(new Event('online'))")
        revoked = two.get_by_text("This phone was signed out; what it held is erased.")
        expect(revoked).to_be_visible(timeout=15_000)
        left = two.evaluate(ROWS)
        assert (left["lent"], left["records"]) == (0, 0)
        shoot(two, "field-signed-out")


DECIDED = """
from linli.base.clock import now
from linli.loops.models import LateNote
theirs = LateNote.objects.filter(decided_at=None, event__actor_name="申佳宁")
assert theirs.update(decided_at=now(), decided_by="申佳宁") == 1
"""
LOST = """
from allauth.usersessions.models import UserSession
from linli.roster.devices import sign_out
for session in UserSession.objects.filter(user__username="shouji-desk"):
    sign_out(session)
"""
