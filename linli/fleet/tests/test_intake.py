"""The public list of vehicles: by plate, with drivers who are volunteers; an unknown driver waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from linli.fleet.models import Vehicle
from linli.registry.deciding import decide_all
from linli.registry.models import Community, Sealed
from linli.registry.tests.office import brought_in, checked, finished

INPUTS = Path(__file__).parents[3] / "tests" / "inputs"
AS_OF = datetime(2022, 4, 14, 0, 30, tzinfo=UTC)


@pytest.fixture
def community(db: None) -> Community:
    return Community.objects.create(slug="xysj", name="香阅四季社区", created_at=AS_OF)


def test_seven_come_in_and_the_one_with_an_unknown_driver_waits(community: Community) -> None:
    brought_in(community, (INPUTS / "志愿者名单.xlsx").read_bytes(), at=AS_OF)
    data = (INPUTS / "车辆.csv").read_bytes()
    assert brought_in(community, data, at=AS_OF).results == {"created": 7, "held": 1}
    rows = Vehicle.objects.order_by("plate").values_list(
        "plate", "seats", "driver__number", "shift_from", "shift_to"
    )
    assert list(rows) == [
        ("晋DT0017", 6, "V071", time(0), time(0)),
        ("晋DT0020", 6, "V002", time(0), time(0)),
        ("晋DT0031", 6, "V102", time(0), time(0)),
        ("晋DT0050", 14, "V096", time(0), time(0)),
        ("晋DT0060", 6, "V016", time(0), time(0)),
        ("晋DT0077", 4, "V047", time(20), time(8)),
        ("晋DT0081", 6, "V034", time(20), time(8)),
    ]
    again = checked(community, data, at=AS_OF)
    assert decide_all(again, "driver_not_a_volunteer", "accept") == 1
    assert finished(again, at=AS_OF).results == {"unchanged": 7, "created": 1}
    assert (Vehicle.objects.count(), Sealed.objects.filter(owner_kind="vehicle").count()) == (8, 8)


def test_an_office_without_volunteers_calls_no_driver_unknown(community: Community) -> None:
    imported = brought_in(community, (INPUTS / "车辆.csv").read_bytes(), at=AS_OF)
    assert imported.results == {"created": 8}
