"""Other systems push notices: with a key, one or many, as often as they like, and nothing is done twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from linli.matters.returns import api, api_docs, senders
from linli.matters.returns.models import Notice, Trip
from linli.registry.models import Person, Sealed
from tests.town import T0, Town, make_town

PAGE = Path(__file__).parents[2] / "docs" / "api-notices.md"


@pytest.fixture(autouse=True)
def rested() -> None:
    """No limit remembers the test before."""
    api.PER_SENDER.forget()
    api.STRANGERS.forget()


@pytest.fixture
def key(town: Town) -> str:
    """The key of one sender."""
    return senders.make(town.community, "市防控办", at=T0).key


def push(body: Any, key: str = "", **headers: str) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(
        "/api/notices",
        text,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"} | headers,
    )


def notice(**more: Any) -> dict[str, Any]:
    return {**api_docs.EXAMPLE, **more}


def test_one_notice_is_accepted_and_then_seen(town: Town, key: str) -> None:
    first, again = push(notice(), key), push(notice(name="另一个"), key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["status"], again.json()["status"]) == ("accepted", "seen")
    assert first.json()["reference"] == again.json()["reference"]
    trip = Trip.objects.get()
    assert trip.person == town.person["陆青禾"]
    assert trip.dwelling == town.door["A 3-1-101"]


def test_the_answer_does_not_say_whether_somebody_is_known(town: Town, key: str) -> None:
    known = push(notice(id="1"), key).json()
    unknown = push(notice(id="2", name="钟离权舟", phones=["13900099999"]), key).json()
    joined = push(notice(id="3"), key).json()
    assert {frozenset(a.keys()) for a in (known, unknown, joined)} == {frozenset(known)}
    assert {a["status"] for a in (known, unknown, joined)} == {"accepted"}
    assert {a["sentence"] for a in (known, unknown, joined)} == {"已收下"}


def test_a_list_is_answered_item_by_item_and_keeps_what_is_right(town: Town, key: str) -> None:
    answer = push(
        [
            notice(id="1"),
            notice(id="2", arrives_at="2022-04-15T01:05:00"),
            {"name": "郭平"},
            notice(id="1"),
            7,
        ],
        key,
    )
    said = answer.json()
    assert answer.status_code == 200
    assert (said["accepted"], said["seen"], said["refused"]) == (1, 1, 3)
    assert [i["status"] for i in said["items"]] == ["accepted", "refused", "refused", "seen", "refused"]
    assert said["items"][1]["errors"][0]["pointer"] == "/1/arrives_at"
    assert said["items"][2]["errors"] == [{"pointer": "/2/id", "sentence": "缺这一项"}]
    assert Notice.objects.count() == 1


def test_every_fault_of_a_notice_is_said_at_once_and_nothing_is_written(town: Town, key: str) -> None:
    answer = push(notice(name="", phones=["1"] * 6, held_by="x", cancels="yes", note="\u0000"), key)
    assert answer.status_code == 422
    pointers = {e["pointer"] for e in answer.json()["errors"]}
    assert pointers == {"/name", "/phones", "/held_by", "/cancels", "/note"}
    assert not Notice.objects.exists()


@pytest.mark.parametrize("member", ["outcome", "trip", "source", "sender", "key", "community", "received_at"])
def test_nothing_of_the_model_can_be_set_from_outside(town: Town, key: str, member: str) -> None:
    assert push(notice(**{member: "x"}), key).status_code == 422
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 400), ("NaN", 400), ('"x"', 400), ("[]", 400), ("[" * 100_000, 400), (b"\xff\xfe", 400),
        (json.dumps([{}] * 501), 400), (" " * (1 << 20) + "{}", 413),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_taken_is_refused_as_a_whole(
    town: Town, key: str, body: Any, code: int
) -> None:
    answer = push(body, key)
    assert answer.status_code == code
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "\ud800"}, {"arrives_at": "9999-12-31T23:59:59+00:00"}, {"arrives_at": "0001-01-01T00:00:00+08:00"},
        {"id": "x" * 61}, {"name": "名" * 51}, {"phones": [{}]}, {"companions": "方大川"}, {"id": None},
    ],
)  # fmt: skip
def test_odd_values_are_refused_not_stumbled_over(town: Town, key: str, odd: dict[str, Any]) -> None:
    assert push(notice(**odd), key).status_code == 422


def test_only_a_living_key_opens(town: Town, key: str) -> None:
    sender = town.community.sender_set.get()
    assert push(notice(), "").status_code == 401
    assert push(notice(), key[:-1]).status_code == 401
    assert push(notice(), key, Authorization=f"Basic {key}").status_code == 401
    assert push(notice(), key, Authorization=key).status_code == 401
    senders.revoke(sender.id, community=town.community, at=T0)
    answer = push(notice(), key)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert not Notice.objects.exists()


def test_a_key_is_kept_as_a_digest_only(town: Town, key: str) -> None:
    sender = town.community.sender_set.get()
    assert key.startswith("linli_")
    assert key not in repr(vars(sender))
    assert sender.key_hint == key[-4:]


def test_a_key_opens_its_own_community_only(town: Town, key: str) -> None:
    other = make_town("hpl", "和平里社区")
    push(notice(), key)
    assert Notice.objects.get().community == town.community
    assert not Person.objects.filter(community=other.community, standing="expected").exists()


def test_two_senders_may_use_the_same_id(town: Town, key: str) -> None:
    other = senders.make(town.community, "街道办", at=T0).key
    assert push(notice(), key).json()["status"] == push(notice(), other).json()["status"] == "accepted"
    assert (Trip.objects.count(), Notice.objects.count()) == (1, 2)


def test_strangers_and_senders_are_slowed_down(town: Town, key: str) -> None:
    wrong = [push(notice(), "wrong").status_code for _ in range(60)]
    assert wrong[:20] == [401] * 20
    assert 429 in wrong
    assert push(notice(), key).status_code == 201, (
        "who has a key is not held up by strangers behind one address"
    )
    answers = [push([], key) for _ in range(150)]
    slowed = [a for a in answers if a.status_code == 429]
    assert slowed
    assert int(slowed[0].headers["Retry-After"]) >= 1


def test_only_post_and_only_json(town: Town, key: str) -> None:
    answer = Client().get("/api/notices")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    plain = Client().post(
        "/api/notices", "{}", content_type="text/plain", headers={"Authorization": f"Bearer {key}"}
    )
    assert plain.status_code == 415


def test_numbers_are_put_into_one_spelling(town: Town, key: str) -> None:
    facts = town.facts["陆青禾"]
    body = notice(
        name=" 陆 青禾 ", id_number=facts.id_number.lower(), phones=["+86 139-0004-1000"], service="g 9457次"
    )
    assert push(body, key).status_code == 201
    trip = Trip.objects.get()
    assert (trip.person, trip.service, trip.doubts.count("name_differs")) == (
        town.person["陆青禾"],
        "G9457",
        0,
    )
    assert Sealed.objects.filter(owner_id=trip.person_id).count() == 2, "nothing new was learnt"


def test_the_page_about_the_endpoint_is_printed_from_its_schema() -> None:
    assert PAGE.read_text(encoding="utf-8") == api_docs.markdown(), "run `linli docs` and commit the page"
