"""At a shop's counter: a resident's printed card before the phone's camera is one entry, with a masked name and no more."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser import paper_in_hand as paper
from tests.browser.house import House
from tests.browser.phone import camera, handset
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit

SLUG = "guitai"
# A shop with a living code and its link; a resident's card as the desk prints it.
SETTING = f"""
import base64, json
from linli.base.clock import now
from linli.codes import issuing
from linli.codes.address import card_url
from linli.codes.models import Kind
from linli.codes.paper import CardFields, resident_cards
from linli.codes.token import grouped
from linli.loops import engine
from linli.matters.venues import applying, links
from linli.registry.models import Venue
from tests.town import make_town
town = make_town({SLUG!r}, "柜台社区")
town.community.is_drill = True
town.community.save()
at = now()
shop = Venue.objects.create(community=town.community, name="晨光超市", kind="商场/超市", path={SLUG!r} + "/")
file = applying.enter(shop, checker="面大有", actor=town.desk, at=at, intent="enter")
engine.advance(file.case_id, "issue", actor=town.desk, given={{}}, at=at, intent="issue")
who = town.person["陆青禾甲"]
code = issuing.issue(Kind.PERSON, who.pk, community_id=town.id, at=at)
fields = CardFields(community=town.community.name, phone="", name=who.masked_name, url=card_url(code.token),
    short_code=grouped(code.short_code), issued_at=at)
print(json.dumps({{"shop": str(shop.pk), "typed": code.short_code, "link": links.issue(shop, actor=town.desk, at=at),
    "pdf": base64.b64encode(resident_cards([fields], at=at)).decode(), "who": who.pk.hex}}))
"""
# Way, colour, proof and person of every entry at the shop.
ENTRIES = """
import json
from uuid import UUID
from linli.matters.venues.tests.scanned import entries
from linli.scans.store import opened
with opened() as store:
    kept = [one for one in entries(store) if one.place == UUID(SHOP)]
print(json.dumps([[one.mode, one.colour, one.proof, one.who.hex()] for one in kept]))
"""
NO_CAMERA = "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused')); }"
READER = "/static/field/camera.js"


@pytest.fixture(scope="module")
def counter(linli: House) -> dict[str, str]:
    found: dict[str, str] = json.loads(linli.python(SETTING).splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def card(counter: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card as a phone's camera sees it, and as a photo."""
    folder = tmp_path_factory.mktemp("card")
    piece = paper.part(paper.sheet(base64.b64decode(counter["pdf"])), 19, 13, 87, 55)
    paper.film(piece, folder / "film.y4m", empty=5)
    paper.photo(piece, folder / "card.jpg")
    return folder


def entered(linli: House, counter: dict[str, str]) -> list[list[str]]:
    found: list[list[str]] = json.loads(linli.python(f"SHOP = {counter['shop']!r}\n{ENTRIES}"))
    return found


def at_the_counter(page: Page, linli: House, counter: dict[str, str]) -> None:
    page.goto(f"{linli.url}/v/k/{counter['link']}/check/")


def register(page: Page) -> None:
    """An impatient thumb: the same form twice."""
    page.get_by_role("button", name="登记", exact=True).dblclick()
    expect(page.get_by_text("已登记 1 人:陆**甲")).to_be_visible()
    assert "陆青禾" not in page.content()


def test_a_card_before_the_camera_is_one_entry_and_only_then_is_the_reader_fetched(
    linli: House, playwright: Playwright, counter: dict[str, str], card: Path
) -> None:
    with handset(playwright, *camera(card / "film.y4m")) as phone:
        page = phone.switch_on()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        at_the_counter(page, linli, counter)
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if READER in url or "vendor/qr" in url]
        page.get_by_role("button", name="用相机扫卡").click()
        expect(page.get_by_text("读到了")).to_be_visible()
        expect(page.locator("video")).to_be_hidden()
        assert [url for url in asked if READER in url]
        shoot(page, "shop-card-read")
        page.get_by_label("绿", exact=True).check()
        register(page)
        assert entered(linli, counter) == [["reverse", "green", "checker", counter["who"]]]
        page.evaluate(NO_CAMERA)
        page.get_by_role("button", name="用相机扫卡").click()
        expect(page.get_by_text("相机打不开")).to_be_visible()
        page.locator("input[type=file]").set_input_files(card / "card.jpg")
        expect(page.get_by_text("读到了")).to_be_visible()
        register(page)
    assert entered(linli, counter)[1:] == [["reverse", "", "checker", counter["who"]]]


def test_without_a_script_the_eight_characters_do_and_no_button_promises_more(
    linli: House, chromium: Browser, counter: dict[str, str]
) -> None:
    before = len(entered(linli, counter))
    with visit(chromium, linli.url, device="phone", language="zh-CN", java_script_enabled=False) as page:
        at_the_counter(page, linli, counter)
        expect(page.get_by_role("button", name="用相机扫卡")).to_be_hidden()
        expect(page.locator("input[type=file]")).to_be_hidden()
        page.get_by_label("卡上的码", exact=True).fill(counter["typed"])
        register(page)
    assert len(entered(linli, counter)) == before + 1
    with visit(chromium, linli.url, device="phone", language="zh-CN") as page:
        at_the_counter(page, linli, counter)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
