"""My own phone: registered once, never taken over, released; and the service worker at the root."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from linli.loops import engine
from linli.loops.models import Event
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.notify import devices, secret
from linli.notify.models import Channel, Subscription
from linli.notify.tests.test_screens import signed_in
from tests.faults.notify_gateways import Phone
from tests.town import T0, Town, make_town

FCM = "https://fcm.googleapis.com"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def post(client: Client, path: str, body: Any) -> tuple[int, str]:
    response = client.post(path, json.dumps(body), content_type="application/json")
    return response.status_code, response.json()["says"]


def test_a_phone_is_registered_once_and_makes_the_push_channel(town: Town) -> None:
    phone, client = Phone(FCM), signed_in(town.patrol)
    for _again in range(2):
        said = post(client, "/me/push/subscribe/", {**phone.json, "device": "Android · Chrome"})
        assert said == (200, "这台手机会收到推送")
    kept = Subscription.objects.get()
    assert (kept.user, kept.endpoint, kept.device) == (town.patrol, phone.endpoint, "Android · Chrome")
    assert list(Channel.objects.values_list("kind", "name", "enabled")) == [("webpush", "手机推送", True)]
    assert "Android · Chrome" in client.get("/me/push/").content.decode()


def test_somebody_elses_phone_is_not_taken_over(town: Town) -> None:
    phone = Phone(FCM)
    post(signed_in(town.patrol), "/me/push/subscribe/", phone.json)
    stranger = make_town("hpl", "和平里社区").patrol
    for other in (town.reception, stranger):
        said = post(signed_in(other), "/me/push/subscribe/", phone.json)
        assert said == (409, "这台手机登记在另一位同事名下,没有改动")
        post(signed_in(other), "/me/push/unsubscribe/", {"endpoint": phone.endpoint})
    assert list(Subscription.objects.values_list("user", flat=True)) == [town.patrol.id]


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push", "http://169.254.169.254/", "https://fcm.googleapis.com.evil.example/",
        "https://evil.example/fcm.googleapis.com", "https://[::1]/", "", "https://" + "a" * 1000,
        "javascript:alert(1)", "https://notify.windows.com.evil.example/",
    ],
)  # fmt: skip
def test_only_push_services_are_registered(town: Town, endpoint: str) -> None:
    body = {**Phone(FCM).json, "endpoint": endpoint}
    assert post(signed_in(town.patrol), "/me/push/subscribe/", body) == (400, "不认识这个推送服务,没有登记")
    assert (Subscription.objects.count(), Channel.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "host", ["updates.push.services.mozilla.com", "web.push.apple.com", "db5p.notify.windows.com"]
)
def test_the_browsers_own_services_are_known(host: str) -> None:
    assert devices.is_known_service(f"https://{host}/x")


@pytest.mark.parametrize(
    "keys", [{}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": "é", "auth": "*"}, "x", None]
)
def test_keys_that_cannot_encrypt_are_refused(town: Town, keys: Any) -> None:
    body = {**Phone(FCM).json, "keys": keys}
    assert post(signed_in(town.patrol), "/me/push/subscribe/", body)[0] == 400
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("body", [[], "x", 7, None])
def test_bodies_that_are_no_objects_are_refused(town: Town, body: Any) -> None:
    assert post(signed_in(town.patrol), "/me/push/subscribe/", body)[0] == 400


def test_a_phone_is_released_and_may_then_be_a_colleagues(town: Town) -> None:
    phone, client = Phone(FCM), signed_in(town.patrol)
    post(client, "/me/push/subscribe/", phone.json)
    for _again in range(2):
        assert post(client, "/me/push/unsubscribe/", {"endpoint": phone.endpoint})[0] == 200
    assert post(signed_in(town.reception), "/me/push/subscribe/", phone.json)[0] == 200


def test_my_address_is_only_in_the_vault_and_can_be_taken_back(town: Town) -> None:
    client = signed_in(town.patrol)
    client.post("/me/push/", {"address": "meng@office.example"})
    assert secret.address_of(town.patrol) == "meng@office.example"
    assert client.post("/me/push/", {"address": "nonsense"}).status_code == 422
    client.post("/me/push/", {"address": ""})
    assert secret.address_of(town.patrol) == ""


def test_acknowledging_from_a_page_is_idempotent_and_knows_its_community(town: Town) -> None:
    opening = Opening(title="返乡 · 陆**", scope=town.door["A 3-1-101"].path, subject="s")
    case = engine.open_case(Return, opening, community_id=town.id, at=T0, intent="o")
    path = f"/me/ack/{case.id}/"
    other = make_town("hpl", "和平里社区")
    assert (
        signed_in(other.reception).post(path, {"intent": "x"}, content_type="application/json").status_code
        == 404
    )
    assert post(signed_in(town.reception), path, {}) == (400, "缺少操作编号")
    for _again in range(2):
        assert post(signed_in(town.reception), path, {"intent": "i1"}) == (200, "您已接下")
    assert post(signed_in(town.desk), path, {"intent": "i2"}) == (409, "崔文静已接下此事")
    assert list(Event.objects.filter(case=case).values_list("name", flat=True)) == [
        "return.opened",
        "return.acknowledged",
    ]


def test_a_page_needs_the_csrf_token_and_a_notification_does_not(town: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.reception, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post("/me/push/subscribe/", {}, content_type="application/json").status_code == 403
    assert strict.post("/me/ack/", {}, content_type="application/json").status_code == 409


def test_the_service_worker_is_served_from_the_root_and_never_stale(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in response["Cache-Control"]
    assert b'addEventListener("push"' in response.content
