"""Everybody can use the phone: axe and width on its pages, at 360 and 1280 px, normal and large, Chinese and English."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.office import furnish
from tests.browser.test_field import open_app
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit

SLUG = "duxie"
SIZES = ({"width": 360, "height": 740}, {"width": 1280, "height": 800})
PRINT = """large => {
    delete document.documentElement.dataset.print;
    if (large) document.documentElement.dataset.print = "large";
}"""
HOME = f"""
from linli.base.clock import now
from linli.matters.isolation.opening import open_for
from linli.registry.models import Person
from linli.roster.models import User
at = now()
who = Person.objects.filter(community__slug={SLUG!r}, name__startswith="陆青禾").first()
health = User.objects.get(username="{SLUG}-health")
open_for(who, "affected_district", day_zero=at, actor=health, at=at, intent="home")
"""


@pytest.fixture(scope="module")
def furnished(linli: House) -> House:
    furnish(linli, SLUG, "读写社区")
    linli.python(HOME)
    return linli


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing and nothing runs over, in both widths and both prints; one picture of each."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for large in (False, True):
            page.evaluate(PRINT, large)
            assert_accessible(page)
            assert_no_sideways_scroll(page)
            shoot(page, f"field-{name}-{size['width']}-{'large' if large else 'normal'}")


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_every_page_of_the_phone_can_be_read_and_operated(
    furnished: House, chromium: Browser, language: str, locale: str
) -> None:
    with visit(chromium, furnished.url, device="phone", language=locale, service_workers="allow") as page:
        page.goto("/field/")
        expect(page.locator("a[href*=login]")).to_be_visible()
        looked_at(page, f"door-{language}")
        page.goto("/accounts/login/?next=/field/")
        looked_at(page, f"sign-in-{language}")
        open_app(page, furnished, "health", slug=SLUG, heading="我的任务" if language == "zh" else "My tasks")
        looked_at(page, f"tasks-{language}")
        page.get_by_role("link", name="量体温" if language == "zh" else "Take the temperature").click()
        page.locator("form .btn-primary").click()
        expect(page.locator(".mistakes")).to_be_visible()
        looked_at(page, f"form-{language}")
        page.locator("[name=celsius]").fill("36,5")
        page.locator("form .btn-primary").click()
        expect(page.locator(".field-receipt")).to_be_visible()
        looked_at(page, f"task-{language}")
        page.locator(".field-scan").click()
        page.locator("[name=code]").fill("7A3K9F4K")
        page.locator("[name=code]").press("Enter")
        expect(page.locator(".field-found")).to_be_visible()
        looked_at(page, f"scan-{language}")
