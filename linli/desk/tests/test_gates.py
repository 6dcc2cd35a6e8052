"""A key for a gate is shown once, belongs to a place of the community, and is taken back."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from linli.codes.bearer import digest
from linli.registry.models import Venue
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
        client.post("/desk/gates/", wrong)
    assert Gate.objects.filter(community=town.community).count() == 0
    page = client.post("/desk/gates/", {"name": "东门", "venue": str(shop.pk)}, follow=True).content.decode()
    found = re.search(r"linli_gate_[\w-]+", page)
    assert found
    gate = Gate.objects.get(community=town.community)
    assert (gate.key_digest, gate.venue) == (digest(found[0]), shop)
    again = client.get("/desk/gates/").content.decode()
    assert found[0] not in again and "东门" in again and MARK not in again
    client.post(f"/desk/gates/{gate.pk}/revoke/")
    gate.refresh_from_db()
    assert gate.revoked_at
