"""A queue light says what somebody counted lately, by the pack's minutes, and nothing when nobody did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.loops.ledger import Refused
from linli.matters.testing import queues
from linli.matters.testing.models import SamplingSite
from linli.matters.testing.tests.test_planning import open_round
from linli.matters.testing.tests.test_tubes import NINE, begun
from tests.town import make_town

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("waiting", "key", "minutes"),
    [(0, "smooth", 0), (40, "smooth", 24), (42, "busy", 25), (84, "crowded", 50)],
)
def test_the_light_follows_the_minutes_of_the_pack(waiting: int, key: str, minutes: int) -> None:
    town = make_town()
    site = begun(town).sites.get(number=1)
    queues.count(site, waiting, actor=town.sampling, at=NINE)
    found = {light.site.number: (light.key, light.minutes) for light in queues.lights(town.community, NINE)}
    assert found == {1: (key, minutes), 2: ("unknown", None)}
    late = queues.lights(town.community, NINE + timedelta(minutes=31))
    assert {light.key for light in late} == {"unknown"}


def test_only_sampling_counts_and_only_while_samples_are_taken() -> None:
    town = make_town()
    site = open_round(town).sites.get(number=1)
    told: dict[str, Any] = {"at": NINE}
    for waiting, actor in ((5, town.sampling), (5, town.hotline), (-1, town.sampling)):
        with pytest.raises(Refused):
            queues.count(site, waiting, actor=actor, **told)
    assert SamplingSite.objects.filter(waiting=None).count() == 2
    assert queues.lights(town.community, NINE) == []


def test_everybody_sees_the_lights_and_nobody_s_name(client: Client) -> None:
    town = make_town()
    begun(town)
    page = client.get("/t/xysj/").content.decode()
    assert page.count("没有最新情况") == 2
    assert client.get("/t/nowhere/").status_code == 404
    assert not [name for name in town.canaries if name in page]
