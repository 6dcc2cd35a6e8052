"""A key for a gate is shown once, belongs to a place of the community, and is taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import local, now
from linli.codes.bearer import digest
from linli.registry.models import Venue
from linli.scans import gates
from linli.scans.models import Gate
from tests.trust.world import MARK, make_world

pytestmark = pytest.mark.django_db


def test_a_key_is_shown_once_and_taken_back() -> None:
    world = make_world()
    town = world.ours
    client: Client = world.signed_in(town.data_officer)
    assert "先登记场所" in client.get("/desk/gates/").content.decode()
    shop = Venue.objects.create(community=town.community, name="晨光超市", kind="store", path="xysj/a/")
    foreign = Venue.objects.get(community=world.other.community)
    for wrong in ({"name": "", "venue": str(shop.pk)}, {"name": "东门", "venue": str(foreign.pk)}):
        client.post("/desk/gates/make/", wrong)
    assert Gate.objects.filter(community=town.community).count() == 0
    page = client.post(
        "/desk/gates/make/", {"name": "东门", "venue": str(shop.pk)}, follow=True
    ).content.decode()
    found = re.search(r"linli_gate_[\w-]+", page)
    assert found
    gate = Gate.objects.get(community=town.community)
    assert (gate.key_digest, gate.venue) == (digest(found[0]), shop)
    again = client.get("/desk/gates/").content.decode()
    assert found[0] not in again and "东门" in again and MARK not in again
    client.post(f"/desk/gates/{gate.pk}/revoke/")
    gate.refresh_from_db()
    assert gate.revoked_at


def test_who_is_at_the_desk_sees_which_gate_is_silent_and_gives_out_no_keys() -> None:
    world = make_world()
    town, at = world.ours, now()
    shop = Venue.objects.create(
        community=town.community, name="晨光超市", kind="store", path="xysj/a/", hours=[["00:00", "24:00"]]
    )
    told = {
        "silent": (timedelta(minutes=45), -5),
        "well": (timedelta(minutes=2), 240),
        "wild": (timedelta(), 3600),
    }
    for name, (ago, ahead) in told.items():
        gate = gates.make(shop, name, at=at - timedelta(days=2)).gate
        heard = {"heard_at": at - ago, "heard_on": local(at - ago).date(), "ahead_ms": ahead * 1000}
        Gate.objects.filter(pk=gate.pk).update(sent=7, **heard)
    client = world.signed_in(town.desk)
    answer = client.get("/desk/gates/", headers={"Accept-Language": "zh-hans"})
    lines = {line["name"]: line for line in answer.context["gates"]}
    assert next(iter(lines)) == "silent", "the one to look at first"
    assert lines["silent"]["status"] == {"shape": "overdue", "word": "45 分钟没有消息"}
    assert (lines["well"]["status"]["shape"], lines["well"]["clock"]["word"]) == ("pass", "钟快 4 分钟")
    assert "按收到的时间记" in lines["wild"]["clock"]["text"]
    assert [figure["n"] for figure in answer.context["figures"]] == [1, 2]
    assert "发一把密钥" not in answer.content.decode()
    assert client.post("/desk/gates/make/", {"name": "x", "venue": str(shop.pk)}).status_code == 403
    assert Gate.objects.filter(community=town.community).count() == 3
