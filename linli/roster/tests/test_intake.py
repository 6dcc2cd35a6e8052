"""The public list of volunteers: 110 people once, numbered as they stand, the one under age paused."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.registry.deciding import decide_all
from linli.registry.models import Community, Person, Sealed
from linli.registry.sealing import sealed_numbers
from linli.registry.tests.office import brought_in, checked, finished, register
from linli.roster.models import Volunteer

INPUTS = Path(__file__).parents[3] / "tests" / "inputs"
AS_OF = datetime(2022, 4, 14, 0, 30, tzinfo=UTC)
HEADER = ("姓名", "性别", "联系电话", "所在小区", "岗位", "可服务时间", "是否培训", "车辆", "备注")


def truth(name: str) -> list[dict[str, str]]:
    with gzip.open(INPUTS / "truth" / f"{name}.gz", "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def community(db: None) -> Community:
    return Community.objects.create(slug="xysj", name="香阅四季社区", created_at=AS_OF)


def resident(community: Community, name: str, born: str, phone: str) -> Person:
    person = Person.objects.create(
        community=community, name=name, birth_on=born, path=community.path, created_at=AS_OF, updated_at=AS_OF
    )
    Sealed.objects.bulk_create(sealed_numbers(person, phones=[phone]))
    return person


def volunteers(name: str, phone: str, *more: str) -> bytes:
    return register([(name, "女", phone, "A区", *more)], HEADER)


def test_the_public_list_comes_in_exactly_and_a_second_time_changes_nothing(community: Community) -> None:
    data = (INPUTS / "志愿者名单.xlsx").read_bytes()
    assert brought_in(community, data, at=AS_OF).results == {"created": 110, "merged": 3}
    expected = {r["key"]: (r["name"], r["roles"], r["sex"]) for r in truth("volunteers.csv")}
    sexes = {"1": "男", "2": "女"}
    assert {v.number: (v.name, "、".join(v.roles), sexes[v.sex]) for v in Volunteer.objects.all()} == expected
    assert brought_in(community, data, at=AS_OF).results == {"unchanged": 110, "merged": 3}
    assert Volunteer.objects.count() == 110


def test_somebody_under_age_is_paused_until_a_person_decides(community: Community) -> None:
    resident(community, "林小溪", "2008-01-15", "13900041001")
    data = volunteers("林小溪", "13900041001", "扫街员", "周末", "是", "", "")
    brought_in(community, data, at=AS_OF)
    assert Volunteer.objects.get().standing == "paused"
    again = checked(community, data, at=AS_OF)
    assert decide_all(again, "under_age", "accept") == 1
    assert finished(again, at=AS_OF).results == {"updated": 1}
    assert Volunteer.objects.get().standing == "active"


def test_a_volunteer_is_tied_to_the_resident_of_that_name_and_telephone(community: Community) -> None:
    person = resident(community, "林小溪", "1992-01-15", "13900041001")
    resident(community, "林小溪", "1990-01-15", "13900041002")
    brought_in(community, volunteers("林小溪", "139-0004-1001", "扫街员", "周六 18:00-21:00", "√", "", ""))
    volunteer = Volunteer.objects.get()
    assert (volunteer.person, volunteer.number, volunteer.trained) == (person, "V001", True)
    assert volunteer.availability == [{"days": [6], "from": "18:00", "to": "21:00"}]


def test_a_second_list_updates_by_name_and_telephone_and_numbers_go_on(community: Community) -> None:
    brought_in(community, volunteers("林小溪", "13900041001", "扫街员", "", "", "", ""))
    second = brought_in(community, volunteers("林小溪", "13900041001", "接线员", "", "", "", ""))
    third = brought_in(community, volunteers("林小溪", "13900041002", "接线员", "", "", "", ""))
    assert (second.results, third.results) == ({"updated": 1}, {"created": 1})
    assert list(Volunteer.objects.order_by("number").values_list("number", "roles")) == [
        ("V001", ["接线员"]), ("V002", ["接线员"]),
    ]  # fmt: skip
