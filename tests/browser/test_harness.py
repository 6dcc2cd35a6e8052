"""The browser's own guards hold: a stranger, a script error and a missing label are noticed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.visit import add_authenticator, assert_accessible, assert_no_sideways_scroll, visit

HEAD = "<!doctype html><html lang=zh><title>一页</title><meta name=viewport content='width=device-width'>"
STRICT = {
    "content-security-policy": "default-src 'none'; connect-src 'self'",
    "content-type": "text/html; charset=utf-8",
}
URL = "http://localhost:9"


def serve(
    chromium: Browser, body: str, *, device: str = "phone", headers: dict[str, str] = STRICT, act: str = ""
) -> str:
    """Show `body` to a browser without any server; run `act` in it; its language and width."""
    with visit(chromium, URL, device=device, language="zh-CN") as page:
        page.route(f"{URL}/", lambda route: route.fulfill(body=HEAD + body, headers=headers))
        page.goto("/")
        if act:
            page.evaluate(act)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        return str(page.evaluate("[navigator.language, innerWidth].join()"))


def test_a_phone_speaks_chinese_under_a_strict_policy(chromium: Browser) -> None:
    assert serve(chromium, "<main><h1>今晚到站</h1></main>") == "zh-CN,390"
    assert serve(chromium, "<main><h1>今晚到站</h1></main>", device="desk") == "zh-CN,1280"


def test_a_script_that_fails_is_noticed(chromium: Browser) -> None:
    with pytest.raises(AssertionError, match="script: broken"):
        serve(
            chromium,
            "<main><h1>好</h1></main>",
            act="setTimeout(() => { throw new Error('broken') }); new Promise(r => setTimeout(r, 50))",
        )


def test_a_refused_style_is_noticed(chromium: Browser) -> None:
    with pytest.raises(AssertionError, match="Content Security Policy"):
        serve(chromium, "<main><h1 style='color:red'>红</h1></main>")


def test_a_request_to_a_stranger_is_noticed(chromium: Browser) -> None:
    with pytest.raises(AssertionError, match=r"asked a stranger: https://example\.org/a\.png"):
        serve(
            chromium,
            "<main><img alt=图 src='https://example.org/a.png'></main>",
            headers={"content-type": "text/html"},
        )


def test_a_field_without_a_name_is_noticed(chromium: Browser) -> None:
    with pytest.raises(AssertionError, match="label"):
        serve(chromium, "<main><input type=text></main>")


def test_a_page_that_is_too_wide_is_noticed(chromium: Browser) -> None:
    wide = {"content-type": "text/html; charset=utf-8"}
    with pytest.raises(AssertionError, match=r"\d+ px wide"):
        serve(chromium, "<main><div style='width:600px'>宽</div></main>", headers=wide)


def test_a_passkey_can_be_made_without_hands(chromium: Browser) -> None:
    with visit(chromium, URL, device="desk", language="en") as page:
        page.route(f"{URL}/", lambda route: route.fulfill(body=HEAD, headers=STRICT))
        page.goto("/")
        assert add_authenticator(page)
        made = page.evaluate(
            """async () => (await navigator.credentials.create({publicKey: {
                rp: {name: "linli", id: "localhost"}, challenge: new Uint8Array(16),
                user: {id: new Uint8Array([1]), name: "duty", displayName: "duty"},
                pubKeyCredParams: [{type: "public-key", alg: -7}],
                authenticatorSelection: {residentKey: "required", userVerification: "required"}}})).type"""
        )
        assert made == "public-key"
