"""A call becomes a record by the keyboard alone: no mouse, no name and no number in any address or log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.town import facts

SLUG = "laidian"
NUMBER = facts("1958-03-02", "2", 0).phone
"""Of the first resident of the cast."""
KEPT = """
from linli.loops.models import Case, Event
own = Case.objects.filter(loop="call", title__startswith="陆")
print([(c.state, c.anchors["kind"], c.anchors["urgency"], c.anchors["times"]) for c in own.order_by("opened_at")])
print([e.given for e in Event.objects.filter(name="call.answer")])
"""


@pytest.fixture
def office(linli: House, chromium: Browser) -> Iterator[Office]:
    furnish(linli, SLUG, "来电社区")
    with ExitStack() as stack:
        yield Office(linli, chromium, SLUG, stack)


def keys(page: Page, kind: str, words: str, last: str) -> float:
    """The whole path of one call, keys only, from an empty record; the seconds it took."""
    began = time.monotonic()
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type(NUMBER)
    page.keyboard.press("Enter")
    expect(page.locator("#id_kind_0")).to_be_focused()
    page.keyboard.press(kind)
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press(last)
    expect(page.locator("#messages")).to_contain_text("陆**甲 · 香阅四季A区3号楼")
    expect(page.locator("#id_q")).to_have_value("")
    return time.monotonic() - began


def test_number_enter_digit_words_and_the_next_record_is_ready(office: Office) -> None:
    page = office.page("hotline")
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url))
    page.goto("/desk/calls/")
    took = [keys(page, "2", "要两袋奶粉", "Control+Enter"), keys(page, "2", "又问奶粉", "Alt+Enter")]
    expect(page.locator("#messages")).to_contain_text("已并入")
    took.append(keys(page, "4", "孩子发烧 38 度", "Alt+KeyK"))
    print(f"seconds for a record, a repetition, a card: {[round(each, 1) for each in took]}")
    kept = office.house.python(KEPT).splitlines()
    assert kept == [
        "[('received', 'supply', 'soon', 2), ('answered', 'fever', 'normal', 1)]",
        "[{'card': 'fever'}]",
    ]
    assert not any(NUMBER in address for address in addresses)
    assert NUMBER not in office.house.log("serve")
