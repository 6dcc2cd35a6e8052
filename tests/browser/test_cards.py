"""Cards of whole buildings are made at the desk; whoever scans a card with a camera of their own sends nothing of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect

from linli.codes.token import new_token
from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit

SLUG = "kapian"


@pytest.mark.parametrize(
    ("device", "language"), [("phone", "zh-CN"), ("phone", "en"), ("desk", "zh-CN"), ("desk", "en")]
)
def test_a_scanned_card_opens_a_page_of_help_and_its_token_goes_nowhere(
    linli: House, chromium: Browser, device: str, language: str
) -> None:
    token, sent = new_token(), list[str]()
    with visit(chromium, linli.url, device=device, language=language) as page:
        page.on("request", lambda asked: sent.append(f"{asked.url} {asked.post_data} {asked.headers}"))
        page.goto(f"{linli.url}/p#{token}")
        expect(page.locator("h1")).to_be_visible()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        shoot(page, f"card-help-{device}-{language}")
        page.locator("[data-large-print]").click()
        page.locator("[name=language]").click()
        page.wait_for_load_state("networkidle")
        assert token not in page.content()
    bare = [
        one.replace(f"#{token}", "", 1) if one.startswith(f"{linli.url}/p#{token} ") else one for one in sent
    ]
    assert sent and [one for one in bare if token in one] == []


def test_the_desk_chooses_buildings_and_gets_one_file(
    linli: House, chromium: Browser, tmp_path: Path
) -> None:
    furnish(linli, SLUG, "卡片社区")
    with ExitStack() as stack:
        office = Office(linli, chromium, SLUG, stack)
        for device, language in (("phone", "en"), ("phone", "zh-CN"), ("desk", "en"), ("desk", "zh-CN")):
            page = office.page("director", device, language)
            page.goto("/desk/cards/")
            shoot(page, f"desk-cards-{device}-{language}")
        page.get_by_role("button", name="做成 PDF").click()
        expect(page.get_by_text("请选「哪些楼」").first).to_be_visible()
        page.locator("[name=buildings]").first.check()
        with page.expect_download() as coming:
            page.get_by_role("button", name="做成 PDF").click()
        coming.value.save_as(tmp_path / "cards.pdf")
    file = pdfium.PdfDocument(tmp_path / "cards.pdf")
    seen = file[len(file) - 1].render(scale=150 / 72, grayscale=True).to_numpy().squeeze()
    found = [one.text for one in zxingcpp.read_barcodes(seen)]
    assert found and all(text.startswith(f"{linli.url}/p#") for text in found)
