"""The search box: every way to mean somebody, only within one's own places, masked, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from linli.base.ids import uuid7
from linli.registry.models import Dwelling, Household, Person
from linli.registry.search import MOST, DoorHit, Found, PersonHit, find
from tests.town import T0, Town, make_town

Queries = Callable[..., AbstractContextManager[Any]]


def look(town: Town, text: str, *scopes: str, after: str = "") -> Found:
    return find(text, community=town.community, scopes=scopes or (town.community.path,), after=after)


def names(found: Found) -> list[str]:
    return [hit.name for hit in found.people]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("陆青禾", ["陆*禾"]),
        ("陆青", ["陆*禾"]),
        ("陆", ["陆*禾"]),
        ("青禾", ["陆*禾"]),
        ("luqinghe", ["陆*禾"]),
        ("Lu Qing", ["陆*禾"]),
        ("qinghe", ["陆*禾"]),
        ("LQH", ["陆*禾"]),
        ("lq", ["陆*禾"]),
        ("欧阳", ["欧**远", "欧*念"]),
        ("修远", ["欧**远"]),
        ("ouyang", ["欧*念", "欧**远"]),
        ("买买提艾力", ["买****力"]),
        ("买买提•艾力", ["买****力"]),
        ("艾力", ["古***力", "买****力"]),
        ("𠮷", ["𠮷*春"]),
        ("jitian", ["𠮷*春"]),
        ("䶮", ["䶮*满"]),
        ("guoping", ["郭*", "郭*"]),
        ("没有这个人", []),
        ("", []),
        ("·", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1", []),
    ],
)  # fmt: skip
def test_somebody_is_found_by_every_beginning_of_their_name(town: Town, text: str, found: list[str]) -> None:
    assert sorted(names(look(town, text))) == sorted(found)


def test_a_hit_shows_the_masked_name_the_door_and_the_tail_of_the_telephone(town: Town) -> None:
    person, phone = town.person["陆青禾"], town.facts["陆青禾"].phone
    assert look(town, "陆青禾").people == (
        PersonHit(person.id, "陆*禾", "香阅四季A区3-1-101", phone[-4:], "resident"),
    )


def test_numbers_are_found_whole_and_a_telephone_by_its_tail(town: Town) -> None:
    number, phone = town.facts["叶知秋"]
    wanted = [town.person["叶知秋"].id]
    for text in (
        number,
        f"{number[:6]} {number[6:14]} {number[14:]}",
        phone,
        f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}",
        phone[-4:],
    ):
        assert [hit.id for hit in look(town, text).people] == wanted, text
    assert not look(town, number[:17])
    assert not look(town, phone[:10])


@pytest.mark.parametrize(
    "text",
    [
        "A区3-2-1101",
        "香阅A区3号楼2单元1101",
        "香阅四季A区3-2-1101室",
        "Ａ区３－２－１１０１",
        "香阅四季A区三号楼二单元1101",
        "a区3栋2门1101",
        "香悦四季A区3-2-1101",
    ],
)  # fmt: skip
def test_a_door_is_found_however_it_is_written_with_the_people_behind_it(town: Town, text: str) -> None:
    found = look(town, text)
    assert found.doors == (DoorHit(town.door["A 3-2-1101"].id, "香阅四季A区3-2-1101", 2, False),)
    assert sorted(names(found)) == ["买****力", "古***力"]


def test_the_beginning_of_a_door_lists_the_doors_that_begin_so(town: Town) -> None:
    assert [hit.label for hit in look(town, "3-1-10").doors] == ["香阅四季A区3-1-101", "香阅四季A区3-1-102"]
    assert len(look(town, "A区10号楼").doors) == 5
    assert [hit.label for hit in look(town, "1-2").doors] == ["香阅四季B区1-2-1101"]
    assert not look(town, "C区3-2-1101")


@pytest.mark.parametrize("text", ["武思源", "wsy", "B区1-1-101"])
def test_nobody_finds_people_outside_their_own_places(town: Town, text: str) -> None:
    assert look(town, text, "xysj/a/") == Found()
    assert look(town, text, "hpl/") == Found()
    assert look(town, text, "xysj/a/", "xysj/b/g1/1/")
    assert find(text, community=town.community, scopes=[]) == Found()


def test_numbers_do_not_reach_further_than_names(town: Town) -> None:
    number, phone = town.facts["武思源"]
    assert [bool(look(town, text, "xysj/a/")) for text in (number, phone, phone[-4:])] == [
        False,
        False,
        False,
    ]


def test_a_neighbouring_community_is_another_world(town: Town) -> None:
    other = make_town("hpl", "和平里社区")
    assert look(town, "陆青禾甲", "xysj/", "hpl/") == Found()
    assert len(look(other, "陆青禾", "hpl/").people) == 1


def crowd(town: Town, size: int, name: str = "张伟") -> None:
    household = Household.objects.create(community=town.community, dwelling=town.door["A 10-1-202"])
    Person.objects.bulk_create(
        Person(
            id=uuid7(n), community=town.community, household=household, name=name, birth_on=date(1990, 1, 1),
            path=household.dwelling.path, created_at=T0, updated_at=T0,
        )
        for n in range(size)
    )  # fmt: skip


@pytest.mark.parametrize("text", ["张", "zhangwei", "zw"])
def test_more_than_twenty_go_on_behind_the_last_and_nobody_comes_twice(town: Town, text: str) -> None:
    crowd(town, 45)
    seen: list[Any] = []
    after, pages = "", 0
    while pages == 0 or after:
        found = look(town, text, after=after)
        assert len(found.people) <= MOST
        seen += [hit.id for hit in found.people]
        after, pages = found.after, pages + 1
    assert (len(seen), len(set(seen)), pages) == (45, 45, 3)


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("张", 3),
        ("zhang", 4),
        ("zw", 4),
        ("1000", 3),
        ("3-1", 2),
        ("A区3-1-101", 4),
        ("13900041000", 3),
        ("", 0),
    ],
)
def test_what_is_found_does_not_change_how_many_queries_it_takes(
    town: Town, django_assert_num_queries: Queries, text: str, queries: int
) -> None:
    for size in (1, 30):
        crowd(town, size)
        with django_assert_num_queries(queries):
            look(town, text)
        Person.objects.filter(name="张伟").delete()
        Household.objects.filter(dwelling=town.door["A 10-1-202"]).delete()


def test_a_corrected_name_is_found_by_its_new_keys_only(town: Town) -> None:
    person = town.person["陆青禾"]
    person.name = "单青禾"
    person.save(update_fields=["name"])
    assert names(look(town, "shanqinghe")) == ["单*禾"]
    assert not look(town, "luqinghe")


def test_a_vacant_door_says_so(town: Town) -> None:
    Dwelling.objects.filter(label="10-2-1101").update(vacant=True)
    assert look(town, "10-2-1101").doors[0].vacant
