"""The page behind a venue's code, for whoever scans it with anything: registered once, remembered only when asked."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.codes import issuing
from linli.codes.models import Kind
from linli.registry import strangers
from linli.registry.models import Venue
from linli.scans.fast import REMEMBER
from linli.scans.looking import heads_today
from linli.scans.store import open_store
from tests.town import make_town

pytestmark = pytest.mark.django_db
NUMBER = "13900049901"


@pytest.fixture
def venue() -> Venue:
    town = make_town()
    store = open_store()
    for table in store.tables():
        store.run(f"DELETE FROM {table}")
    store.close()
    return Venue.objects.create(community=town.community, name="晨光超市", kind="商场/超市", path="xysj/a/")


def path_of(venue: Venue) -> str:
    return f"/v/{issuing.issue(Kind.VENUE, venue.pk, community_id=venue.community_id, at=now()).token}/"


def test_a_stranger_registers_and_is_remembered_only_when_asked(venue: Venue) -> None:
    client, path = Client(), path_of(venue)
    page = client.get(path)
    body = page.content.decode()
    assert page.headers["x-linli-keep"] == "10"
    assert len(page.content) < 30_000
    assert "晨光超市" in body and "<script>" not in body and "csrfmiddlewaretoken" not in body
    assert not page.cookies
    form = {"id": str(uuid7()), "number": NUMBER, "way": "in", "heads": "2"}
    for _again in range(2):
        assert client.post(path, form).headers["Location"] == f"{path}?done=2"
    assert heads_today([venue.pk], at=now()) == {venue.pk: 2}
    assert "已登记" in client.get(f"{path}?done=2").content.decode()
    assert REMEMBER not in client.cookies
    client.post(path, {**form, "id": str(uuid7()), "remember": "1"})
    kept = client.cookies[REMEMBER]
    assert (NUMBER in kept.value, kept["httponly"], kept["path"]) == (False, True, "/v/")
    mine = client.get(path)
    assert "139****9901" in mine.content.decode() and NUMBER not in mine.content.decode()
    assert "x-linli-keep" not in mine.headers
    again = re.search(r'name="id" value="([^"]+)"', mine.content.decode())
    assert again
    assert client.post(path, {"id": again[1], "mine": "1"}).status_code == 302
    assert heads_today([venue.pk], at=now()) == {venue.pk: 5}
    client.post(path, {"forget": "1"})
    assert client.cookies[REMEMBER].value == ""
    assert strangers.recall("nonsense") == ""


def test_every_fault_is_said_at_once_and_nothing_typed_is_lost(venue: Venue) -> None:
    path = path_of(venue)
    said = {
        "id": str(uuid7()),
        "number": "139",
        "heads": "many",
        "others": "7A3K-9F4J",
        "word": "xx",
        "for": "other",
    }
    page = Client().post(path, said)
    body = page.content.decode()
    assert page.status_code == 422
    assert body.count("errorlist") == 4
    assert 'value="139"' in body and ">7A3K-9F4J</textarea>" in body
    assert heads_today([venue.pk], at=now()) == {}
    assert "刷新" in Client().post(path, {"number": NUMBER}).content.decode()
    crowd = Client().post(path, {"id": str(uuid7()), "number": NUMBER, "heads": "21"})
    assert "最多登记 20 人" in crowd.content.decode()


def test_a_code_that_was_taken_back_says_so_and_no_code_is_no_page(venue: Venue) -> None:
    path = path_of(venue)
    assert "English" in Client().get(path).content.decode()
    assert "Register at the door" in Client().get(f"{path}?language=en").content.decode()
    issuing.reissue(Kind.VENUE, venue.pk, community_id=venue.community_id, at=now())
    gone = Client().get(path)
    assert (gone.status_code, "这个码已停用" in gone.content.decode()) == (410, True)
    assert Client().post(path, {"id": str(uuid7()), "number": NUMBER}).status_code == 410
    assert Client().get("/v/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA/").status_code == 404
    assert heads_today([venue.pk], at=now()) == {}
