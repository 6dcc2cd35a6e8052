"""Requests on a volunteer's phone: the list to the shop, a bad row back at once, the door afterwards, at one price."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.field.tests.phone import Phone, act
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.supplies.asking import Wish, ask
from linli.matters.supplies.written import wanted
from linli.registry import subjects
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


def requested(town: Town, name: str, listed: str = "盐 1 袋") -> Case:
    who = Person.objects.select_related(*subjects.HOMES).get(pk=town.person[name].pk)
    return ask(who, Wish(lines=tuple(wanted(listed)), intent=str(uuid7())), at=now() - timedelta(hours=1))


def test_the_slice_costs_the_same_however_many_orders_it_holds() -> None:
    town = make_town()
    phone = Phone(town.delivery)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            phone.fetch()
        return len(seen)

    requested(town, "叶知秋")
    cost()  # what is kept between two looks is there now
    few = cost()
    for name in ("蓝采薇", "秦伯庸", "屈无忧", "武思源", "贾长亭"):
        requested(town, name)
    assert cost() == few
    assert {t["state"] for t in phone.tasks.values()} == {"asked"}
    assert len(phone.tasks) == 6


def test_a_volunteer_buys_on_the_phone_and_a_bad_row_comes_back() -> None:
    town = make_town()
    case = requested(town, "叶知秋", "白菜 2 斤")
    phone = Phone(town.delivery)
    phone.fetch()
    head = phone.parts["head"]["loops"]["supply"]["steps"]
    assert [n["key"] for n in head["buy"]["needs"]] == ["giver", "taker", "bought", "over_cap", "receipt"]
    engine.advance(case.pk, "take_up", actor=town.delivery, given={}, at=now(), intent="t")
    phone.fetch()
    task = phone.tasks[str(case.pk)]
    assert task["known"]["buy"]["bought"] == "1 白菜:2 "
    assert [w for w in ("叶", "1-2-1101") if w in str(task)] == []
    before = Event.objects.count()
    said = {"giver": "店", "taker": "车小满"}
    (bad,) = phone.send(act(case.pk, "buy", {**said, "bought": "1 9 5"}))
    assert (bad["answer"], set(bad["faults"])) == ("refused", {"bought"})
    assert Event.objects.count() == before
    good = act(case.pk, "buy", {**said, "bought": "1 2 7"})
    assert [phone.send(good)[0]["answer"] for _ in range(2)] == ["accepted", "seen"]
