"""Fixtures of the browser: one house and one Chromium a session, a fresh page a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.house import House, house
from tests.browser.visit import launch, visit

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def linli() -> Iterator[House]:
    with house() as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def open_page(linli: House, chromium: Browser) -> Iterator[OpenPage]:
    """`open_page("phone")`, `open_page("desk", "en", java_script_enabled=False)`; closed after the test."""
    with ExitStack() as stack:

        def opened(device: str, language: str = "zh-CN", **more: Any) -> Page:
            return stack.enter_context(visit(chromium, linli.url, device=device, language=language, **more))

        yield opened


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """390 × 844 with touch, in Chinese."""
    return open_page("phone")


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """1280 × 800, in Chinese."""
    return open_page("desk")
