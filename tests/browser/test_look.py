"""The look holds: contrast, targets, width, keyboard and voice, in both schemes and both sizes of print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.look import ADDRESS, html, open_look
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit

DOOR_BYTES = 30_000
# A target may be its label (a check box) or its whole row (a worklist line).
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'a, button, summary, input:not([type=hidden]), select, textarea')]
  .filter(it => it.checkVisibility())
  .map(it => [it, [it, it.closest('label'), it.matches('[data-open]') && it.closest('[data-row]')]
    .filter(Boolean).map(box => box.getBoundingClientRect())])
  .filter(([, boxes]) => !boxes.some(box => box.width >= least - 0.5 && box.height >= least - 0.5))
  .map(([it]) => it.outerHTML.slice(0, 120))"""
WEAK_TEXT = r"""least => {
  const numbers = colour => colour.match(/[\d.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = it => {
    for (; it; it = it.parentElement) {
      const colour = numbers(getComputedStyle(it).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const it of document.querySelectorAll('body *')) {
    const says = [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!says || !it.checkVisibility() || it.closest('[disabled]')) continue;
    const pair = [light(numbers(getComputedStyle(it).color)), light(ground(it))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < least) weak.push(`${contrast.toFixed(2)} ${it.className} ${it.textContent.trim().slice(0, 20)}`);
  }
  return weak;
}"""


ALL = [
    (name, "zh-hans", large, width, scheme)
    for name in ("desk.html", "door.html")
    for large in (False, True)
    for width in (320, 1280)
    for scheme in ("light", "dark")
]
ENGLISH = [("desk.html", "en", large, 320, "light") for large in (False, True)]


@pytest.mark.parametrize(("name", "language", "large", "width", "scheme"), [*ALL, *ENGLISH])
def test_every_component_can_be_read_and_hit(
    chromium: Browser, name: str, language: str, large: bool, width: int, scheme: str
) -> None:
    shape = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    with visit(chromium, ADDRESS, device="desk", language="zh-CN", reduced_motion="reduce", **shape) as page:
        open_look(page, name, language=language, large=large)
        page.wait_for_function(
            "!document.querySelector('live-region') || document.documentElement.dataset.line"
        )
        page.evaluate("scrollTo(0, 0)")
        assert page.evaluate(SMALL_TARGETS, 60 if large or name == "door.html" else 44) == []
        assert page.evaluate(WEAK_TEXT, 7 if large else 4.5) == []
        assert_no_sideways_scroll(page)
        # Rows half under the bottom bar are a matter of where the page stands, not of their size.
        assert_accessible(page, without=("target-size",))
        shoot(
            page,
            f"look-{name.removesuffix('.html')}-{language}-{'large' if large else 'normal'}-{width}-{scheme}",
        )


@pytest.fixture
def look(chromium: Browser) -> Iterator[Page]:
    with visit(chromium, ADDRESS, device="desk", language="zh-CN") as page:
        open_look(page, "desk.html")
        yield page


def test_the_mistakes_are_on_top_in_focus_and_lead_to_their_fields(look: Page) -> None:
    expect(look).to_have_title("错误:样貌")
    expect(look.locator("[data-mistakes]")).to_be_focused()
    look.get_by_role("link", name="电话: 电话要 11 位,现在是 3 位").press("Enter")
    expect(look.locator("#id_phone")).to_be_focused()
    assert look.locator("#id_phone").get_attribute("aria-describedby") == "id_phone_helptext id_phone_error"
    expect(look.locator("#id_phone_error")).to_have_text("电话要 11 位,现在是 3 位")


def test_the_keyboard_moves_through_the_list_searches_and_explains_itself(look: Page) -> None:
    look.evaluate("document.activeElement.blur()")
    for key, row in (("j", "open-a1"), ("j", "open-a2"), ("j", "open-b1"), ("k", "open-a2")):
        look.keyboard.press(key)
        assert look.evaluate("document.activeElement.id") == row
    look.keyboard.press("/")
    look.keyboard.type("jk?")
    expect(look.locator("#search")).to_have_value("jk?")
    look.keyboard.press("Escape")
    look.keyboard.press("?")
    expect(look.locator("dialog#keys")).to_be_visible()


def test_single_keys_can_be_switched_off(look: Page) -> None:
    look.evaluate("document.activeElement.blur()")
    look.keyboard.press("?")
    look.get_by_label("使用单键快捷键").uncheck()
    look.keyboard.press("Escape")
    look.evaluate("document.activeElement.blur()")
    look.keyboard.press("j")
    assert look.evaluate("document.activeElement.tagName") == "BODY"


def test_time_left_goes_by_the_clock_of_the_server_and_turns_overdue(chromium: Browser) -> None:
    with visit(chromium, ADDRESS, device="desk", language="zh-CN") as page:
        page.clock.install()
        open_look(page, "desk.html")
        soon = page.locator("#row-b1 time-left")
        expect(soon).to_have_text("还剩 12 分钟")
        expect(page.locator("#row-a1 time-left")).to_have_text("超时 8 分钟")
        page.clock.fast_forward("13:00")
        expect(soon).to_have_text("超时 不到 1 分钟")
        expect(page.locator("#row-b1 .promise")).to_have_class("promise tone-overdue")


def test_a_live_region_wakes_only_what_was_named(look: Page) -> None:
    heard = """topics => new Promise(done => {
      document.querySelector('[data-live]').addEventListener('live', () => done('heard'));
      document.querySelector('live-region').tell(topics);
      setTimeout(() => done('nothing'), 100); })"""
    assert look.evaluate(heard, ["case:1"]) == "nothing"
    assert look.evaluate(heard, ["worklist", "case:1"]) == "heard"


def test_without_a_network_the_page_says_so_and_keeps_what_it_shows(look: Page) -> None:
    look.context.set_offline(True)
    expect(look.get_by_text("网断了,显示的是断网前的内容")).to_be_visible()
    expect(look.locator("#open-a1")).to_be_visible()


def test_large_print_is_kept_for_the_next_page(look: Page) -> None:
    look.get_by_role("button", name="大字").click()
    expect(look.locator("html")).to_have_attribute("data-print", "large")
    assert look.evaluate("document.cookie") == "linli_print=large"
    assert look.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    look.get_by_role("button", name="大字").click()
    assert look.evaluate("document.cookie") == ""


def test_undo_is_offered_for_ten_seconds(chromium: Browser) -> None:
    with visit(chromium, ADDRESS, device="desk", language="zh-CN") as page:
        page.clock.install()
        open_look(page, "desk.html")
        page.clock.run_for(9_000)
        expect(page.get_by_role("button", name="撤销")).to_be_visible()
        page.clock.run_for(1_500)
        expect(page.get_by_role("button", name="撤销")).to_have_count(0)


@pytest.mark.parametrize(("width", "lies"), [(1280, True), (390, False)])
def test_the_custody_line_lies_where_there_is_room_and_stands_where_not(
    chromium: Browser, width: int, lies: bool
) -> None:
    with visit(
        chromium, ADDRESS, device="desk", language="zh-CN", viewport={"width": width, "height": 844}
    ) as page:
        open_look(page, "desk.html")
        knots = page.locator(".custody-line").first.locator(".knot").all()
        tops = {round((knot.bounding_box() or {"y": 0})["y"]) for knot in knots}
        assert len(knots) == 7
        assert (max(tops) - min(tops) <= 8) is lies
        line = page.get_by_role("list", name="交接线:从平台到户门").last
        expect(line.get_by_role("listitem").nth(2)).to_contain_text("接 无人签名")
        expect(line.get_by_role("listitem").nth(2)).to_contain_text("空档 22 分钟")


def test_the_door_is_light_and_needs_no_script(chromium: Browser) -> None:
    sizes: list[int] = []
    with visit(chromium, ADDRESS, device="phone", language="zh-CN", java_script_enabled=False) as page:
        page.on("response", lambda answer: sizes.append(len(answer.body())))
        open_look(page, "door.html")
        expect(page.get_by_role("button", name="长辈版")).to_be_visible()
        expect(page.get_by_role("link", name="有事打值班电话 0355 000 0000")).to_be_visible()
    assert 0 < sum(sizes) < DOOR_BYTES


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]
)
def test_an_error_page_says_what_was_kept_and_what_to_do(name: str) -> None:
    page = html(name)
    assert page.count("<h1>") == 1
    assert name[:3] in page
