"""What the phone makes of a code: by camera, by photo, typed; its own, a foreign one, one that means harm."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Playwright, expect

from linli.base.ids import uuid7
from linli.codes import address, token
from tests.browser import paper_in_hand as paper
from tests.browser.house import House
from tests.browser.phone import camera, handset
from tests.browser.test_field import open_app
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit

SLUG = "saoma"
SETTING = f"""
import base64, json
from linli.base.clock import now
from linli.base.ids import uuid7
from linli.codes import address
from linli.matters.returns.models import Certificate
from linli.matters.returns.notices import NoticeIn, receive
from linli.matters.returns.paper import certificate_pdf
from linli.registry.announce import Described
from linli.loops import engine
from tests.flows.journey import STEPS
from tests.town import make_town
town = make_town({SLUG!r}, "扫码社区")
town.community.is_drill = True
town.community.save()
at, made = now(), {{}}
for name in ("陆青禾甲", "屈无忧甲"):
    who = Described(name=name, id_number=town.facts[name].id_number, phones=(town.facts[name].phone,))
    told = NoticeIn(source="push", key=name, who=who, origin="吉林省长春市", service="G9457", station="长治东站", eta_at=at,
        destination=str(town.person[name].household.dwelling), told_at=at)
    trip = receive(told, community=town.community, at=at).trip
    for step in ("verify", "certify"):
        duty, answers = STEPS[step]
        known = {{"people": 1, "time": "23:40", "place": "A区", "service": "G9457"}} if step == "verify" else {{}}
        engine.advance(trip.case_id, step, actor=town.staff[duty], given={{**known, **answers}}, at=at, intent=str(uuid7()))
    found = Certificate.objects.get(trip=trip)
    made[name] = {{"pdf": base64.b64encode(certificate_pdf(found)).decode(), "typed": found.short_code,
        "url": address.url_of(trip.case_id), "code": address.typed_code_of(trip.case_id),
        "door": address.url_of(trip.dwelling_id)}}
print(json.dumps(made))
"""
NO_CAMERA = "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused')); }"
NOT_HERE = "这个码对应的事不在这台手机里"

HOSTILE = [
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "weixin://dl/chat", "alipays://platformapi",
    "file:///etc", "http://localhost@evil.example/q/{t}", "https://evil.example/q/{t}", "//evil.example/q/{t}",
    "http://localhost.evil.example/q/{t}", "http://lοcalhost/q/{t}", "{origin}/q/{t}/../../accounts/logout/",
    "{origin}/accounts/logout/", "{origin}/q/{t}?next=//evil.example", "{origin}/x/{t}", "{origin}/q/%37{t}",
    "{origin}\\@evil.example/q/{t}", "{origin}/q/{t} ", "{origin}/q/\u202e{t}", "{origin}/q/{t}\n", "{origin}:1/q/{t}",
    "ftp://localhost/q/{t}", "user:pw@{origin}/q/{t}", "{origin}/q/8{t}", "{origin}/q/", "tel:120", "sms:10086",
    "WIFI:S:x;T:WPA;P:y;;", "BEGIN:VCARD", "<img src=x onerror=alert(1)>", "' OR 1=1 --", "\x00{t}", "x" * 4_097,
    "{origin}/p#8{t}", "{origin}/p?x#{t}", "https://evil.example/p#{t}",
    "q" * 100_000, "", "23456789", "7A3K-9F4K", "{t}{t}", "http://[::1]/q/{t}", "intent://scan/#Intent;end",
]  # fmt: skip

READ = """async ([texts, ids]) => {
    const codes = await import("/static/field/codes.js");
    const origins = [location.origin];
    return {
        read: texts.map((text) => codes.read(text, origins)),
        shorts: await Promise.all(ids.map((id) => codes.shortOf(id))),
        digests: await Promise.all(ids.map((id) => codes.digest(id.toUpperCase()))),
    };
}"""


@pytest.fixture(scope="module")
def papers(linli: House) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(linli.python(SETTING).splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def pictures(papers: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of 陆青禾甲: its lower corner as a film, the whole sheet as a photo."""
    folder = tmp_path_factory.mktemp("pictures")
    sheet = paper.sheet(base64.b64decode(papers["陆青禾甲"]["pdf"]))
    paper.film(paper.part(sheet, 12, 226, 66, 56), folder / "film.y4m", empty=5)
    paper.photo(sheet, folder / "sheet.jpg")
    return folder


def test_camera_photo_and_typed_code_lead_to_the_task_without_a_network(
    linli: House, playwright: Playwright, papers: dict[str, dict[str, str]], pictures: Path
) -> None:
    mine = papers["陆青禾甲"]
    with handset(playwright, *camera(pictures / "film.y4m")) as phone:
        page = phone.switch_on()
        open_app(page, linli, "director", slug=SLUG)
        phone.context.set_offline(True)
        page.get_by_role("link", name="扫一扫").click()
        expect(page.get_by_role("heading", name="陆**甲")).to_be_visible()

        page.get_by_role("link", name="派车").click()  # an answer that stands on a code
        page.get_by_role("button", name="扫码填写").click()
        expect(page.locator("[name=vehicle]")).to_have_value(re.compile("/c/"))
        expect(page.locator("video")).to_have_count(0)

        page.evaluate(NO_CAMERA)
        page.get_by_role("link", name="扫一扫").click()
        expect(page.get_by_text("相机打不开")).to_be_visible()
        page.locator("input[type=file]").set_input_files(pictures / "sheet.jpg")
        expect(page.get_by_role("heading", name="陆**甲")).to_be_visible()
        assert page.evaluate("document.querySelector('video')") is None
        for typed in (mine["typed"].lower(), mine["code"], f"{mine['typed'][:4]} {mine['typed'][4:]}"):
            page.get_by_role("link", name="扫一扫").click()
            page.get_by_label("输入 8 位编码").fill(typed)
            page.get_by_label("输入 8 位编码").press("Enter")
            expect(page.get_by_role("heading", name="陆**甲")).to_be_visible()
        for link in (mine["url"], mine["door"]):  # met by another app's camera: the phone keeps the page
            page.get_by_role("link", name="任务", exact=True).click()
            page.goto(f"{linli.url}/field/#/q/{link.rpartition('/')[2]}")
            expect(page.get_by_role("heading", name="陆**甲")).to_be_visible()


def test_a_code_of_nobody_here_is_said_so_and_a_foreign_one_is_only_shown(
    linli: House, chromium: Browser, papers: dict[str, dict[str, str]]
) -> None:
    with visit(chromium, linli.url, device="phone", language="zh-CN", service_workers="allow") as page:
        open_app(page, linli, "director", slug=SLUG)
        page.goto(f"{linli.url}/q/{token.token_of(uuid7())}")
        expect(page.get_by_text(NOT_HERE)).to_be_visible()
        expect(
            page.get_by_text("相机打不开").or_(page.get_by_role("button", name="再扫一次")).first
        ).to_be_visible()
        field = page.get_by_label("输入 8 位编码")
        field.fill("7A3K-9F4K")
        field.press("Enter")
        expect(page.get_by_text("编码不对")).to_be_visible()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        ids = [str(uuid7()) for _ in range(100)]
        ours = [
            mark
            for one in papers.values()
            for mark in (one["url"], one["typed"], one["code"], one["url"][-26:].lower())
        ]
        origin, sample = linli.url, token.new_token()
        ours += [f"{origin}/p#{sample}", f"{origin.upper()}/P#{sample}"]
        texts = [text.replace("{t}", sample).replace("{origin}", origin) for text in HOSTILE]
        before = page.url
        seen: dict[str, list[Any]] = page.evaluate(READ, [[*texts, *ours], ids])
        assert [(t, r) for t, r in zip(texts, seen["read"], strict=False) if r] == []
        assert all(seen["read"][len(texts) :])
        assert seen["shorts"] == [token.short_code_of(UUID(one)) for one in ids]
        assert seen["digests"] == [address.digest(one.upper()) for one in ids]
        assert page.url == before
        shoot(page, "field-scan")


def test_inside_another_app_the_phone_says_what_does_not_work(linli: House, chromium: Browser) -> None:
    agent = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/107 Mobile Safari/537.36 MicroMessenger/8.0"
    with visit(chromium, linli.url, device="phone", language="zh-CN", user_agent=agent) as page:
        page.goto("/field/")
        expect(page.get_by_text("您在微信里打开了邻里")).to_be_visible()
        expect(page.get_by_text(f"{linli.url}/field/")).to_be_visible()
        assert_accessible(page)
        shoot(page, "field-in-wechat")
