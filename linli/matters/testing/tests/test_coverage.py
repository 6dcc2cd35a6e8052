"""A building is drawn as it stands, and a bigger tube is never promised more than arithmetic gives."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.matters.testing import pooling
from linli.matters.testing.coverage import DONE, EXPLAINED, NONE, PART, drawn
from linli.matters.testing.models import ListedPerson
from linli.matters.testing.tests.test_tubes import begun, cards, take, tube
from tests.town import make_town


@pytest.mark.django_db
def test_every_door_of_a_building_stands_in_one_of_four_states(client: Client) -> None:
    town = make_town()
    campaign = begun(town)
    take(town, campaign, tube("T0001", cards(town, "陆青禾", "方大川", "欧阳念")))
    ListedPerson.objects.filter(person=town.person["郭平"]).update(why="away")
    units = drawn(campaign, town.building["A 3"].pk)
    doors = {d.dwelling.label: d for unit in units for _f, row in unit.floors for d in row if d}
    assert {label: (d.state, d.sampled, d.people) for label, d in doors.items()} == {
        "3-1-101": (DONE, 2, 2),
        "3-1-102": (PART, 1, 3),
        "3-1-201": (EXPLAINED, 0, 1),
        "3-1-202": (NONE, 0, 2),
        "3-2-1101": (NONE, 0, 2),
    }
    client.force_login(town.sampling)
    page = client.get(f"/desk/testing/{campaign.pk}/coverage/{town.building['A 3'].pk}/").content.decode()
    assert "1/3" in page
    assert not [name for name in town.canaries if name in page]


def test_dorfman_s_arithmetic_is_shown_for_every_tube() -> None:
    found = pooling.choices(10_000, 0.0002, {"single": 1, "ten": 10, "twenty": 20}, tubes_per_hour=100)
    rows = {one.kind: (one.tubes, one.recalled, one.saved, one.hours) for one in found}
    assert rows == {
        "twenty": (540, 40, 9460, 5.4),
        "ten": (1020, 20, 8980, 10.2),
        "single": (10_000, 0, 0, 100.0),
    }
    dear = pooling.choices(1000, 0.3, {"single": 1, "ten": 10})
    assert dear[0].kind == "single"
