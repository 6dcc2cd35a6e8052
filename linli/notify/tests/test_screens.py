"""The channels page: set up, test, switch off; secrets go in and never come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from linli.notify import secret
from linli.notify.models import Channel, Delivery
from linli.registry.models import Sealed
from linli.roster.models import User
from tests.town import T0, Town, make_town

ROBOT = {
    "name": "群", "from_rung": "0", "flavour": "wecom",
    "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-1-2-3",
}  # fmt: skip
SMS = {
    "name": "短信", "from_rung": "1", "type": "json", "url": "https://sms.example/send", "key": "s3cret",
    "headers": "Authorization: Bearer {secret}", "body": '{"to": "{phone}", "msg": "{text}"}', "success": "ok",
    "budget": "200",
}  # fmt: skip
MAIL = {
    "name": "邮件", "from_rung": "0", "host": "smtp.example", "security": "ssl", "user": "duty",
    "sender": "duty@office.example", "password": "pa ss",
}  # fmt: skip


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def errors(response: Any) -> dict[str, list[str]]:
    return {key: list(found) for key, found in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [("robot", ROBOT, ROBOT["url"]), ("sms", SMS, "s3cret"), ("mail", MAIL, "pa ss")],
)
def test_a_channel_is_set_up_and_its_secret_is_only_in_the_vault(
    town: Town, kind: str, given: dict[str, str], kept: str
) -> None:
    office = signed_in(town.director)

    response = office.post(f"/desk/channels/add/{kind}/", given)

    assert (response.status_code, response["Location"]) == (302, "/desk/channels/")
    channel = Channel.objects.get()
    assert (channel.community_id, channel.name, secret.of_channel(channel)) == (town.id, given["name"], kept)
    assert kept not in str(channel.config)
    assert kept.encode() not in bytes(Sealed.objects.get(owner_kind="channel").blob)
    pages = [office.get(url) for url in ("/desk/channels/", f"/desk/channels/{channel.id}/")]
    assert [page.status_code for page in pages] == [200, 200]
    assert not [page for page in pages if kept in page.content.decode()]

    again = {k: v for k, v in given.items() if k not in ("url", "key", "password")} | {"name": "新名"}
    if kind == "sms":
        again["url"] = given["url"]
    assert office.post(f"/desk/channels/{channel.id}/", again).status_code == 302
    channel.refresh_from_db()
    assert (channel.name, secret.of_channel(channel)) == ("新名", kept)


@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        ("robot", {"url": "https://evil.example/?key=1"}, "url"),
        ("robot", {"flavour": "dingtalk"}, "url"),
        ("robot", {"url": ""}, "url"),
        ("sms", {"url": "http://sms.example/send"}, "url"),
        ("sms", {"url": "https://sms.example/send?to={phone}"}, "url"),
        ("sms", {"body": '{"to": "{phone}"}'}, "body"),
        ("sms", {"body": "{phone}{text}"}, "body"),
        ("sms", {"success": "("}, "success"),
        ("sms", {"headers": "Host: inside"}, "headers"),
        ("sms", {"headers": "no colon"}, "headers"),
        ("sms", {"budget": "0"}, "budget"),
        ("mail", {"security": "none"}, "security"),
        ("mail", {"port": "22"}, "port"),
        ("mail", {"name": ""}, "name"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_kept(
    town: Town, kind: str, change: dict[str, str], fault: str
) -> None:
    given = {"robot": ROBOT, "sms": SMS, "mail": MAIL}[kind] | change
    response = signed_in(town.director).post(f"/desk/channels/add/{kind}/", given)
    assert (response.status_code, list(errors(response))) == (422, [fault])
    assert Channel.objects.count() == 0
    assert not Sealed.objects.filter(owner_kind="channel").exists()


def test_a_secret_does_not_follow_its_channel_to_another_host(town: Town) -> None:
    office = signed_in(town.director)
    office.post("/desk/channels/add/sms/", SMS)
    channel = Channel.objects.get()
    elsewhere = SMS | {"url": "https://elsewhere.example/", "key": ""}

    response = office.post(f"/desk/channels/{channel.id}/", elsewhere)

    assert errors(response) == {"key": ["换了地址,请把密钥再填一次"]}
    channel.refresh_from_db()
    assert channel.config["url"] == SMS["url"]
    assert office.post(f"/desk/channels/{channel.id}/", elsewhere | {"key": "new"}).status_code == 302


def test_two_channels_of_one_name_are_refused(town: Town) -> None:
    office = signed_in(town.director)
    office.post("/desk/channels/add/robot/", ROBOT)
    response = office.post("/desk/channels/add/robot/", ROBOT)
    assert errors(response) == {"name": ["已有同名的通道"]}
    assert Channel.objects.count() == 1


def test_the_switch_says_what_it_does_and_a_second_press_changes_nothing(town: Town) -> None:
    office = signed_in(town.director)
    office.post("/desk/channels/add/robot/", ROBOT)
    channel = Channel.objects.get()
    for on, enabled in (("0", False), ("0", False), ("1", True)):
        assert office.post(f"/desk/channels/{channel.id}/switch/", {"on": on}).status_code == 302
        channel.refresh_from_db()
        assert channel.enabled is enabled


def test_the_test_button_shows_the_providers_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.notify import guard

    office = signed_in(town.director)
    office.post("/desk/channels/add/robot/", ROBOT)
    channel = Channel.objects.get()
    said = guard.Response(200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}')
    monkeypatch.setattr(guard, "post", lambda *args, **kwargs: said)

    page = office.post(f"/desk/channels/{channel.id}/test/", follow=True).content.decode()

    assert "“群”没有发出。对方回答:{&quot;errcode&quot;: 93000" in page
    channel.refresh_from_db()
    assert (channel.test_passed, channel.test_answer) == (
        False,
        '{"errcode": 93000, "errmsg": "invalid webhook url"}',
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda c, url: c.get(url),
        lambda c, url: c.post(url, ROBOT),
        lambda c, url: c.post(f"{url}test/"),
        lambda c, url: c.post(f"{url}switch/", {"on": "0"}),
    ],
    ids=["see", "change", "test", "switch"],
)
def test_another_communitys_channel_is_not_there(town: Town, ask: Callable[[Client, str], Any]) -> None:
    other = make_town("hpl", "和平里社区")
    theirs = Channel.objects.create(
        community=other.community, kind="robot", name="乙群", config={"flavour": "wecom"}
    )
    assert ask(signed_in(town.director), f"/desk/channels/{theirs.id}/").status_code == 404
    assert "乙群" not in signed_in(town.director).get("/desk/channels/").content.decode()
    theirs.refresh_from_db()
    assert (theirs.enabled, theirs.tested_at) == (True, None)


def test_only_the_director_sets_up_channels(town: Town) -> None:
    assert signed_in(town.reception).get("/desk/channels/").status_code == 403
    assert signed_in(town.reception).post("/desk/channels/add/robot/", ROBOT).status_code == 403
    assert Channel.objects.count() == 0


def test_the_desk_sees_what_became_of_the_messages(town: Town) -> None:
    from linli.base.ids import uuid7

    channel = Channel.objects.create(community=town.community, kind="robot", name="群")
    for n, state in enumerate(("sent", "refused", "given_up", "moot", "queued")):
        Delivery.objects.create(
            community=town.community, event_id=uuid7(), case_id=uuid7(), channel=channel, dedup=str(n),
            recipient=town.reception, state=state, queued_at=T0, next_at=T0, tries=n, error="<b>no</b>",
        )  # fmt: skip
    desk = signed_in(town.desk)
    everything, failed = (desk.get(f"/desk/deliveries/{q}").content.decode() for q in ("", "?show=failed"))
    for word in ("已送出", "被拒收", "多次未送达", "已不必发", "等待发送", "崔文静", "试了 2 次"):
        assert word in everything
    assert "已送出" not in failed
    assert "被拒收" in failed
    assert "<b>no</b>" not in everything


@pytest.mark.parametrize("page", ["channels/", "channels/add/sms/", "channels/add/mail/", "deliveries/"])
def test_the_pages_are_english_when_asked(town: Town, page: str) -> None:
    office = signed_in(town.director)
    office.cookies["django_language"] = "en"
    with translation.override("zh-hans"):  # a request leaves its language to whoever comes next
        text = office.get(f"/desk/{page}").content.decode()
    main = text.partition("<main")[2].partition("</main")[0]
    assert main
    assert re.findall(r"[\u3400-\u9fff]+", main) == []
