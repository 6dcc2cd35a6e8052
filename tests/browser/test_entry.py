"""Walking in at a door: any browser, no script, no account; what the page says is on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot

SLUG = "menkou"
# A shop with its code; today's word at its door; how many heads came in.
SHOP = """
from linli.base.clock import local, now
from linli.codes import issuing
from linli.codes.models import Kind
from linli.codes.word import word_of
from linli.registry.models import Community, Venue
import json
community = Community.objects.get(slug=SLUG)
shop = Venue.objects.create(community=community, name="晨光超市", kind="商场/超市", path=SLUG + "/")
code = issuing.issue(Kind.VENUE, shop.pk, community_id=community.pk, at=now())
print(json.dumps([str(shop.pk), code.token, word_of(code.token, local(now()).date())]))
"""
HEADS = """
from uuid import UUID
from linli.base.clock import now
from linli.scans.looking import heads_today
print(heads_today([UUID(SHOP)], at=now()).get(UUID(SHOP), 0))
"""


@pytest.fixture
def office(linli: House, chromium: Browser) -> Iterator[Office]:
    furnish(linli, SLUG, "门口社区")
    with ExitStack() as stack:
        yield Office(linli, chromium, SLUG, stack)


def test_somebody_walks_in_without_a_script_and_is_counted(office: Office) -> None:
    shop, token, word = json.loads(office.house.python(f"SLUG = {SLUG!r}\n{SHOP}"))

    def heads() -> int:
        return int(office.house.python(f"SHOP = {shop!r}\n{HEADS}"))

    page = office.stranger("phone", java_script_enabled=False)
    answered = page.goto(f"/v/{token}/")
    assert answered and len(answered.body()) < 30_000
    shoot(page, "entry-form")
    page.get_by_label("手机号,或").fill("139")
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_role("alert")).to_contain_text("「139」不是手机号")
    expect(page.get_by_label("手机号,或")).to_have_value("139")
    assert heads() == 0
    page.get_by_label("手机号,或").fill("139 0004 9901")
    page.get_by_text("同行的人、代人登记、当天口令").click()
    page.get_by_label("一共几个人").fill("3")
    page.get_by_label("门口写的今天的两个数字").fill(word)
    page.get_by_label("在这部手机上记住我的号码").check()
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_role("heading", name="已登记")).to_be_visible()
    expect(page.get_by_text("3 人")).to_be_visible()
    shoot(page, "entry-done")
    page.reload()
    assert heads() == 3, "looking again is not walking in again"
    page.get_by_role("link", name="再登记一次").click()
    page.get_by_role("button", name="用 139****9901 登记").click()
    expect(page.get_by_role("heading", name="已登记")).to_be_visible()
    assert heads() == 4
    fresh = office.stranger("phone", "en-GB")
    fresh.goto(f"/v/{token}/")
    expect(fresh.get_by_role("button", name="Register", exact=True)).to_be_visible()
    assert_accessible(fresh)
    assert_no_sideways_scroll(fresh)
    fresh.get_by_label("Mobile number, or").fill("13900049902")
    fresh.get_by_role("button", name="Register", exact=True).click()
    expect(fresh.get_by_role("heading", name="Registered")).to_be_visible()
    assert heads() == 5
