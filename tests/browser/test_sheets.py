"""A sheet is typed in without touching the mouse, and what cannot stand is still there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.browser.visit import assert_accessible

SLUG = "zhimian"
BUSY_MS = 20_000
"""A machine that does other things answers a form late."""

# Three people at doors of building 10 whose hand-over is on paper; the address of the sheet, and what came of it.
OUT = """
from django.urls import reverse
from linli.base.clock import now
from linli.loops import engine
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.paper.making import make
from linli.registry.models import Building
from linli.roster.models import User
desk = User.objects.get(username=SLUG + "-desk")
home = Building.objects.get(community=desk.community, compound__code="a", number="10")
for n in "123":
    opening = Opening(title=f"王*{n} · 10号楼", scope=home.path, subject="s" + n, state="delivered",
        anchors={"day_zero": now().isoformat()})
    engine.open_case(Return, opening, community_id=desk.community_id, at=now(), intent="open" + n)
sheet = make("return.hand_over", home.path, actor=desk, at=now(), intent="sheet")
print(reverse("desk-sheet-scanned", args=[sheet.token]))
"""
BACK = """
from linli.paper.models import Sheet
from linli.loops.models import Event
sheet = Sheet.objects.get(community__slug=SLUG)
taken = Event.objects.filter(community_id=sheet.community_id, name="return.hand_over").order_by("seq")
print(sheet.case.state, [(e.giver, e.taker, e.given["by_hand_of"]) for e in taken])
"""


@pytest.fixture
def office(linli: House, chromium: Browser) -> Iterator[Office]:
    furnish(linli, SLUG, "纸面社区")
    with ExitStack() as stack:
        yield Office(linli, chromium, SLUG, stack)


def keys(page: Page, *pressed: str) -> None:
    """Each as a key if it has a name, else typed."""
    for one in pressed:
        if one in ("Tab", "Enter", "Space", "Control+'", "ArrowDown"):
            page.keyboard.press(one)
        else:
            page.keyboard.type(one)


def test_a_sheet_is_typed_in_by_keyboard_alone(office: Office) -> None:
    page = office.page("desk")
    page.goto(office.house.python(f"SLUG = {SLUG!r}\n{OUT}").strip() + "#1")
    assert page.url.endswith("#1")
    walked_at = page.evaluate("document.documentElement.dataset.now")
    page.locator("[name=walked_at]").evaluate(
        "(box, now) => box.value = new Date(Date.parse(now) + 288e5 + 6e4).toISOString().slice(0, 16)",
        walked_at,
    )
    page.locator("[name=walker]").focus()
    keys(page, "孟春雨", "Enter")
    expect(page.locator("[name=r1-time]")).to_be_focused(timeout=BUSY_MS)
    keys(page, "Tab", "路远行", "Tab", "葛连城", "Tab", "Space", "Enter")
    expect(page.locator("[name=r2-time]")).to_be_focused(timeout=BUSY_MS)
    keys(page, "Control+'")
    expect(page.locator("[name=r2-giver]")).to_have_value("路远行")
    expect(page.locator("[name=r2-taker]")).to_have_value("葛连城")
    page.locator("[name=r3-not_done]").focus()
    keys(page, "ArrowDown", "Enter")
    expect(page.get_by_role("button", name="录入")).to_be_focused(timeout=BUSY_MS)
    keys(page, "Enter")
    expect(page.locator(".mistakes-list")).to_have_text(
        "第 2 行 告知书已当面交付: 请填写「告知书已当面交付」"
    )
    expect(page.locator("[name=r2-giver]")).to_have_value("路远行")
    expect(page.locator("[name=r1-giver]")).to_have_count(0)
    page.wait_for_load_state()
    assert_accessible(page)
    page.locator("[name=r2-notice_given]").focus()
    keys(page, "Space", "Tab", "Tab", "Enter", "Enter")
    expect(page.get_by_text("录入 1 行")).to_be_visible(timeout=BUSY_MS)
    came = office.house.python(f"SLUG = {SLUG!r}\n{BACK}").strip()
    assert came == "returned [('路远行', '葛连城', '孟春雨'), ('路远行', '葛连城', '孟春雨')]"
