"""A notification in a real Chromium: shown once, replaced by the newer, answered while every page is closed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.house import House
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll, shoot, visit
from tests.town import PASSWORD

WORDS = {"ack": "我来处理", "open": "查看", "done": "您已接下", "failed": "没有网络", "language": "zh-hans"}
TOLD = {
    "title": "待核实", "text": "返乡 · 香阅四季A区3号楼 · 今天 01:40 前", "tag": "case-1", "key": "k1",
    "ack": "not-a-ticket",
    "loud": False, "words": WORDS,
}  # fmt: skip


REDELIVERED = 4.0
"""Seconds after which the push service of these tests tries again."""


class Receiver:
    """A page with the service worker, and the push service's end of it through the browser's own debugger."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house
        self.found: dict[str, str] = {}
        self.debugger = page.context.new_cdp_session(page)
        self.debugger.on("ServiceWorker.workerRegistrationUpdated", self.remember)
        self.debugger.send("ServiceWorker.enable")
        page.evaluate(
            "async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; }"
        )
        self.until(lambda: bool(self.found))

    def remember(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            self.found[one["scopeURL"]] = one["registrationId"]

    def until(self, done: Any) -> None:
        deadline = time.monotonic() + 30
        while not done():
            assert time.monotonic() < deadline, "it never happened"
            self.page.wait_for_timeout(50)

    def push(self, **change: Any) -> None:
        """Deliver one push message as a push service does: again, until the browser has shown it.

        Chromium drops a message without a word while it is still storing the registration.
        """
        before, again = self.shown(), 0.0

        def arrived() -> bool:
            nonlocal again
            if self.shown() != before:
                return True
            if time.monotonic() >= again:
                self._deliver(**change)
                again = time.monotonic() + REDELIVERED
            return False

        self.until(arrived)

    def _deliver(self, **change: Any) -> None:
        told = {**TOLD, "link": f"{self.house.url}/desk/case/1/", **change}
        scope, number = next(iter(self.found.items()))
        data = {"origin": scope.rstrip("/"), "registrationId": number, "data": json.dumps(told)}
        self.debugger.send("ServiceWorker.deliverPushMessage", data)

    def shown(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(
            """async () => {
                const registration = await navigator.serviceWorker.ready;
                const all = await registration.getNotifications();
                return all.map((n) => ({ title: n.title, text: n.body, tag: n.tag, key: n.data.key, silent: n.silent,
                    actions: n.actions.map((a) => a.title) }));
            }"""
        )
        return found

    def press(self, action: str) -> None:
        """What the system does when somebody presses a button of the notification."""
        (worker,) = self.page.context.service_workers
        worker.evaluate(
            """async (action) => {
                const [notification] = await self.registration.getNotifications();
                self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
            }""",
            action,
        )


@pytest.fixture
def receiver(linli: House, chromium: Browser) -> Iterator[Receiver]:
    with visit(chromium, linli.url, device="phone", language="zh-CN", service_workers="allow") as page:
        page.context.grant_permissions(["notifications"], origin=linli.url)
        page.goto("/healthz")
        yield Receiver(page, linli)


def test_a_push_is_shown_with_both_buttons_and_a_newer_one_replaces_it(receiver: Receiver) -> None:
    receiver.push()
    assert receiver.shown() == [
        {
            "title": "待核实", "text": TOLD["text"], "tag": "case-1", "key": "k1", "silent": False,
            "actions": ["我来处理", "查看"],
        }
    ]  # fmt: skip

    receiver.push(title="还没有人接:待核实", key="k2", loud=True)
    receiver.until(lambda: receiver.shown()[0]["key"] == "k2")
    assert [(n["title"], n["silent"]) for n in receiver.shown()] == [("还没有人接:待核实", False)]


def test_the_same_message_twice_is_one_notification_that_rings_once(receiver: Receiver) -> None:
    receiver.push()
    receiver.push()
    receiver.until(lambda: receiver.shown()[0]["silent"])
    assert [(n["key"], n["silent"]) for n in receiver.shown()] == [("k1", True)]


def test_the_answer_goes_to_the_house_without_a_session_and_is_shown(receiver: Receiver) -> None:
    """The ticket here is nobody's, so the house says no; what it says is what the notification then shows."""
    receiver.push()
    receiver.press("ack")
    receiver.until(lambda: receiver.shown()[0]["title"] != "待核实")
    assert [(n["title"], n["text"], n["actions"]) for n in receiver.shown()] == [
        ("这条通知不能用来接单,请打开页面办理", "待核实", ["查看"])
    ]


def test_without_a_network_the_button_stays(receiver: Receiver) -> None:
    receiver.push()
    receiver.page.context.set_offline(True)
    receiver.press("ack")
    receiver.until(lambda: receiver.shown()[0]["title"] != "待核实")
    assert [(n["title"], n["actions"]) for n in receiver.shown()] == [("没有网络", ["我来处理", "查看"])]


def test_what_needs_no_answer_has_no_button_for_it(receiver: Receiver) -> None:
    receiver.push(ack="")
    assert receiver.shown()[0]["actions"] == ["查看"]


@pytest.fixture(scope="module")
def office(linli: House) -> str:
    """A community of its own with channels in every state; the director's sign-in name."""
    linli.python(
        """
from linli.base.clock import now
from linli.base.ids import uuid7
from linli.notify.models import Channel, Delivery
from tests.town import make_town
town = make_town("tuisong", "推送社区", nobody_known=True)
made = {}
kinds = (("webpush", "手机推送", True, True), ("robot", "值班群", False, True), ("sms", "短信", None, False))
for kind, name, passed, on in kinds:
    made[kind] = Channel.objects.create(
        community=town.community, kind=kind, name=name, test_passed=passed, enabled=on,
        tested_at=now() if passed is not None else None, test_answer="" if passed is None else '200 {"errcode": 93000}',
        config={"url": "https://sms.example/", "flavour": "wecom", "type": "json", "body": "{phone}{text}", "success": "ok"},
    )
for state in ("sent", "refused", "queued"):
    Delivery.objects.create(
        community=town.community, event_id=uuid7(), case_id=uuid7(), channel=made["webpush"], recipient=town.reception,
        dedup=state, state=state, queued_at=now(), next_at=now(), tries=2, error="410 gone" if state == "refused" else "",
    )
"""
    )
    return "tuisong-director"


@pytest.mark.parametrize(("device", "language"), [("phone", "zh-CN"), ("desk", "en")])
def test_the_pages_of_channels_are_usable_by_all(
    linli: House, chromium: Browser, office: str, device: str, language: str
) -> None:
    with visit(chromium, linli.url, device=device, language=language) as page:
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(office)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        for path in ("/desk/channels/", "/desk/channels/add/sms/", "/desk/deliveries/", "/me/push/"):
            answered = page.goto(path)
            assert answered and answered.status == 200, path
            shoot(page, f"notify-{path.strip('/').replace('/', '-')}-{device}-{language}")
            assert_accessible(page)
            assert_no_sideways_scroll(page)
