"""The first page that staff meet is whole on a phone and at the desk, in both languages, light and dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot


@pytest.mark.parametrize("device", ["phone", "desk"])
@pytest.mark.parametrize(("language", "declared"), [("zh-CN", "zh-hans"), ("en", "en")])
def test_the_sign_in_page_is_whole(open_page: OpenPage, device: str, language: str, declared: str) -> None:
    page = open_page(device, language)
    page.goto("/accounts/login/")

    assert page.locator("html").get_attribute("lang") == declared
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    shoot(page, f"sign-in-{device}-{declared}")


def test_the_sign_in_page_is_whole_in_the_dark_and_without_scripts(open_page: OpenPage) -> None:
    page = open_page("phone", color_scheme="dark")
    page.goto("/accounts/login/")
    assert_accessible(page)

    plain = open_page("phone", java_script_enabled=False)
    plain.goto("/accounts/login/")
    assert plain.locator("form input[type=password]").is_visible()
    assert plain.locator("form button.btn-primary").is_visible()
