"""Robots, short messages and mail against fake providers: what is said, how it is signed, what an answer means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from py_vapid import Vapid02

from linli.matters.returns.loop import Return
from linli.notify import outbox, secret, vapid
from linli.notify.channels import robot, sms
from linli.notify.models import MAIL, ROBOT, SMS, Channel, Delivery
from linli.notify.trial import send_trial
from linli.registry import vault
from linli.registry.models import Reading, Sealed
from linli.roster.models import User, Volunteer
from tests.faults.notify_gateways import Gateway, Reply, gateway, postbox, quick
from tests.faults.notify_scene import give_phone, open_return, seconds, states, work
from tests.town import T0, Town, make_town

pytestmark = pytest.mark.faults

PHONE = "13900049001"


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.ALLOW_PRIVATE = "127.0.0.1"
    return make_town()


@pytest.fixture
def provider() -> Iterator[Gateway]:
    with gateway(Reply(200, b'{"errcode": 0, "errmsg": "ok"}')) as running:
        yield running


def channel(town: Town, kind: str, config: dict[str, Any], sealed: str = "", **more: Any) -> Channel:
    made = Channel.objects.create(community=town.community, kind=kind, name=kind, config=config, **more)
    if sealed:
        secret.keep(made, sealed)
    return made


def volunteer(town: Town, user: User, phone: str = PHONE, **more: Any) -> Volunteer:
    made = Volunteer.objects.create(
        community=town.community,
        number=f"V9{Volunteer.objects.count()}",
        name=user.shown_name,
        user=user,
        **more,
    )
    vault.put("phone", [phone], community_id=town.id, owner_kind="volunteer", owner_id=made.id)
    return made


GATEWAY = {
    "type": "json",
    "headers": {"Authorization": "Bearer {secret}"},
    "body": '{"to": "{phone}", "msg": "{text}", "id": "{key}"}',
    "success": '"code": ?0',
    "budget": 3,
}


def texting(town: Town, provider: Gateway, **more: Any) -> Channel:
    provider.default = Reply(200, b'{"code": 0}')
    return channel(town, SMS, {**GATEWAY, "url": f"{provider.url}/send", **more}, "s3cret")


# Group robots


def test_a_wecom_group_hears_once_and_everybody_is_called_only_when_it_is_loud(
    town: Town, provider: Gateway
) -> None:
    channel(town, ROBOT, {"flavour": "wecom"}, f"{provider.url}/cgi-bin/webhook/send?key=k1")
    open_return(town)
    for at in (0, 120, 300, 600):
        work(seconds(at))

    said = [
        (r.path, r.json["text"]["content"].splitlines()[0], r.json["text"]["mentioned_list"])
        for r in provider.received
    ]
    assert said == [
        ("/cgi-bin/webhook/send?key=k1", "待核实", []),
        ("/cgi-bin/webhook/send?key=k1", "还没有人接:待核实", []),
        ("/cgi-bin/webhook/send?key=k1", "还没有人接:待核实", []),
        ("/cgi-bin/webhook/send?key=k1", "还没有人接:待核实", ["@all"]),
    ]
    assert states() == {"group": "sent"}


def test_a_dingtalk_message_is_signed_as_its_manual_says(town: Town, provider: Gateway) -> None:
    where = f"{provider.url}/robot/send?access_token=t\nSECabc"
    channel(town, ROBOT, {"flavour": "dingtalk", "keyword": "邻里"}, where)
    open_return(town)
    work(T0)

    (request,) = provider.received
    query = parse_qs(urlsplit(request.path).query)
    moment = str(int(T0.timestamp() * 1000))
    signed = hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), hashlib.sha256).digest()
    assert query == {
        "access_token": ["t"],
        "timestamp": [moment],
        "sign": [base64.b64encode(signed).decode()],
    }
    assert request.json["text"]["content"].startswith("邻里 待核实")


@pytest.mark.parametrize(
    ("body", "state", "next_at"),
    [
        (b'{"errcode": 45009, "errmsg": "api freq out of limit"}', "queued", 60),
        (b'{"errcode": 130101, "errmsg": "send too fast"}', "queued", 60),
        (b'{"errcode": -1, "errmsg": "system busy"}', "queued", 5),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "refused", 0),
        (b"<html>captive portal</html>", "refused", 0),
        (b'{"errcode": null}', "refused", 0),
    ],
)
def test_what_a_robot_answers_inside_a_200_is_read(
    town: Town, provider: Gateway, body: bytes, state: str, next_at: float
) -> None:
    channel(town, ROBOT, {"flavour": "wecom"}, f"{provider.url}/x")
    provider.default = Reply(200, body)
    open_return(town)
    work(T0)
    row = Delivery.objects.get()
    assert (row.state, row.next_at) == (state, seconds(next_at))


def test_a_robot_lives_where_its_platform_lives() -> None:
    assert robot.HOME[robot.WECOM].startswith("https://qyapi.weixin.qq.com/")
    assert robot.HOME[robot.DINGTALK].startswith("https://oapi.dingtalk.com/")


# Short messages


def test_a_short_message_goes_to_the_volunteers_number_with_the_gateways_own_words(
    town: Town, provider: Gateway
) -> None:
    texting(town, provider)
    volunteer(town, town.reception, "+86 139-0004-9001")
    open_return(town)
    work(T0)

    (request,) = provider.received
    row = Delivery.objects.get()
    assert request.json["to"] == PHONE
    assert request.json["msg"].startswith(f"待核实 {Return.title} · 香阅四季A区3号楼 · 今天 01:40 前 http")
    assert request.json["id"] == request.headers["idempotency-key"] == str(row.id)
    assert request.headers["authorization"] == "Bearer s3cret"
    assert (row.state, Reading.objects.count()) == ("sent", 0)
    assert PHONE not in json.dumps(row.facts) + row.error + row.provider_id


def test_values_stay_values_in_every_template() -> None:
    hostile = {"phone": PHONE, "text": 'a"},\n{"b&c=d', "key": "k", "secret": "{phone}"}
    body = sms.filled(GATEWAY["body"], hostile, sms._quoting("json"))  # type: ignore[arg-type]
    assert json.loads(body) == {"to": PHONE, "msg": hostile["text"], "id": "k"}
    form = sms.filled("mobile={phone}&content={text}&s={secret}", hostile, sms._quoting("form"))
    assert parse_qs(form) == {"mobile": [PHONE], "content": [hostile["text"]], "s": ["{phone}"]}


@pytest.mark.parametrize("phone", ["85290001234", "+1 202 555 0100", "0355-9990001", "110", "1390004900", ""])
def test_only_mobile_numbers_in_china_are_written_to(town: Town, provider: Gateway, phone: str) -> None:
    texting(town, provider)
    volunteer(town, town.reception, phone)
    open_return(town)
    work(T0)
    assert (provider.received, states()) == ([], {"xysj-reception": "refused"})
    assert Channel.objects.get().spent == 0


def test_nobody_off_the_roster_gets_a_message(town: Town, provider: Gateway) -> None:
    texting(town, provider)
    volunteer(town, town.reception, standing="left")
    person = town.person["陆青禾"]  # a resident with a telephone in the vault is no volunteer
    assert Sealed.objects.filter(owner_id=person.id, kind="phone").exists()
    open_return(town)
    work(T0)
    assert (provider.received, Delivery.objects.count()) == ([], 0)


def test_a_days_budget_is_never_overdrawn_and_begins_anew_at_midnight(town: Town, provider: Gateway) -> None:
    texting(town, provider)
    volunteer(town, town.reception)
    for n in range(5):
        open_return(town, at=seconds(n))
        work(seconds(n))
    assert len(provider.received) == 3
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [
        "refused",
        "refused",
        "sent",
        "sent",
        "sent",
    ]

    tomorrow = 24 * 3600
    open_return(town, at=seconds(tomorrow))
    made = Channel.objects.get()
    assert [sms.spend(made, seconds(tomorrow)) for _n in range(4)] == [True, True, True, False]


def test_a_gateway_that_says_no_inside_a_200_is_believed(town: Town, provider: Gateway) -> None:
    texting(town, provider)
    volunteer(town, town.reception)
    provider.default = Reply(200, f'{{"code": 7, "msg": "bad {PHONE} at http://x/?k=s3cret"}}'.encode())
    open_return(town)
    work(T0)
    row = Delivery.objects.get()
    assert (row.state, row.error) == ("refused", '{"code": 7, "msg": "bad <phone> at <url>')


def test_whom_only_messages_reach_gets_them_at_once_others_when_it_climbs(
    town: Town, provider: Gateway
) -> None:
    """SMS speaks from the first rung on; a person with a phone that takes pushes is spared the paid message."""
    channel_ = texting(town, provider)
    Channel.objects.filter(pk=channel_.pk).update(from_rung=1)
    volunteer(town, town.reception)
    second = town.hire("reception", "崔二")
    volunteer(town, second, "13900049002")
    with gateway() as push:
        give_phone(second, push)
        open_return(town)
        work(T0)
    assert [r.json["to"] for r in provider.received] == [PHONE]
    assert len(push.received) == 1


# Mail


MAILBOX = {"host": "127.0.0.1", "security": "none", "sender": "duty@office.example", "user": ""}


def test_a_letter_reaches_the_address_somebody_left(town: Town) -> None:
    secret.keep_address(town.reception, "cui@office.example")
    with postbox() as box:
        channel(town, MAIL, {**MAILBOX, "port": box.port})
        open_return(town)
        work(T0)
    (letter,) = (message_from_bytes(text.encode()) for text in box.letters)
    row = Delivery.objects.get()
    ((subject, charset),) = decode_header(letter["Subject"])
    assert subject.decode(charset) == "待核实"
    assert (letter["To"], letter["Message-ID"]) == ("cui@office.example", f"<{row.id}@office.example>")
    assert "香阅四季A区3号楼" in letter.get_payload(decode=True).decode()
    assert (row.state, row.provider_id) == ("sent", f"<{row.id}@office.example>")


@pytest.mark.parametrize(("refusal", "state"), [("450 busy", "queued"), ("550 no such mailbox", "refused")])
def test_a_mail_servers_no_is_for_now_or_for_good(town: Town, refusal: str, state: str) -> None:
    secret.keep_address(town.reception, "cui@office.example")
    with postbox(refuse_with=refusal) as box:
        channel(town, MAIL, {**MAILBOX, "port": box.port})
        open_return(town)
        work(T0)
    row = Delivery.objects.get()
    assert (row.state, row.error) == (state, refusal)


def test_a_mail_server_that_greets_nobody_is_left_in_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    secret.keep_address(town.reception, "cui@office.example")
    with postbox(silent=True) as box:
        channel(town, MAIL, {**MAILBOX, "port": box.port})
        open_return(town)
        work(T0)
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == (
        "queued",
        "no answer: SMTPServerDisconnected",
    )


@pytest.mark.parametrize(
    "config",
    [
        {"security": "none", "port": 25},
        {"security": "starttls", "port": 8025},
        {"security": "starttls", "port": 587},
    ],
)
def test_mail_does_not_go_where_the_guard_does_not_let_it(
    town: Town, settings: Any, config: dict[str, Any]
) -> None:
    settings.ALLOW_PRIVATE = ""
    secret.keep_address(town.reception, "cui@office.example")
    channel(town, MAIL, {**MAILBOX, **config})
    open_return(town)
    work(T0)
    assert states() == {"xysj-reception": "refused"}


# The test button, and who we are to push services


def test_the_test_button_sends_a_real_message_and_keeps_the_answer(town: Town, provider: Gateway) -> None:
    made = texting(town, provider)
    volunteer(town, town.director)
    answer = send_trial(made, town.director, at=T0)
    made.refresh_from_db()
    assert provider.received[0].json["msg"].startswith("测试消息 收到这条")
    assert (answer.verdict, made.tested_at, made.test_passed, made.test_answer) == (
        "taken",
        T0,
        True,
        '200 {"code": 0}',
    )

    provider.default = Reply(403, b"no such key")
    assert send_trial(made, town.director, at=seconds(1)).words == "403 no such key"
    made.refresh_from_db()
    assert (made.test_passed, Delivery.objects.count()) == (False, 0)


def test_a_test_that_reaches_nobody_says_why(town: Town) -> None:
    made = channel(town, MAIL, MAILBOX)
    assert send_trial(made, town.director, at=T0).words == "您还没有留下邮箱地址"


def test_a_push_service_can_check_who_calls(town: Town) -> None:
    with gateway() as push:
        give_phone(town.reception, push)
        open_return(town)
        work(T0)
    (request,) = push.received
    header = request.headers["authorization"]
    assert header.startswith("vapid t=")
    assert Vapid02.verify(header)
    claims = json.loads(base64.urlsafe_b64decode(header.split(".")[1] + "=="))
    assert (claims["aud"], claims["exp"]) == (push.url, int((T0 + vapid.VALID).timestamp()))
    assert f"k={vapid.public_key()}" in header
    assert {k: request.headers[k] for k in ("ttl", "urgency", "content-encoding")} == {
        "ttl": "3600", "urgency": "high", "content-encoding": "aes128gcm",
    }  # fmt: skip


def test_a_device_with_an_unusable_key_does_not_stop_the_others(town: Town) -> None:
    from linli.notify.models import Subscription

    with gateway() as push:
        give_phone(town.reception, push)
        broken = give_phone(town.reception, push, name="broken")
        Subscription.objects.filter(endpoint=broken.endpoint).update(p256dh="AAAA")
        open_return(town)
        work(T0)
        outbox.send_due(at=seconds(60), worker="w1")
    assert [r.path for r in push.received] == ["/push/xysj-reception"]
    assert Subscription.objects.get(endpoint=broken.endpoint).gone_at == T0
