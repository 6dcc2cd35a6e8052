"""Whoever is looked after is never forgotten: the next date comes from the cadence, sooner when the medicine runs out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.base.clock import local
from linli.loops import deadlines, engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import pack_for
from linli.matters.census import care, forget
from linli.matters.census.models import CarePlan
from linli.registry.models import Person, Sealed, SpecialNeed
from tests.town import T0, Town, make_town

pytestmark = pytest.mark.django_db

FRIDAY = T0 + timedelta(hours=8)
"""09:10 on Friday, 15 April."""


def card(
    town: Town, name: str = "陆青禾", at: datetime = FRIDAY, intent: str = "c1", **told: Any
) -> CarePlan:
    person = Person.objects.select_related("household__dwelling__compound").get(pk=town.person[name].pk)
    SpecialNeed.objects.get_or_create(community=town.community, person=person, kind="dialysis")
    said = {"helper_name": "邹门安", "weekdays": (1, 3, 5), "key_keeper": "楼下老李 13900099001"} | told
    return care.keep_plan(person, care.Told(**said), actor=town.grid_lead, at=at, intent=intent)


def due(plan: CarePlan) -> str:
    case = Case.objects.get(pk=plan.case_id)
    assert case.due_at
    return f"{local(case.due_at):%m-%d %H:%M}"


def look(town: Town, plan: CarePlan, at: datetime, intent: str, **given: Any) -> Event:
    said = {"how": "door", **given}
    return engine.advance(plan.case_id, "look", actor=town.grid_worker, given=said, at=at, intent=intent)


def test_a_card_keeps_its_promises_from_day_to_day() -> None:
    town = make_town()
    plan = card(town)
    assert card(town).pk == plan.pk
    assert due(plan) == "04-18 18:00"
    monday = FRIDAY + timedelta(days=3)
    assert deadlines.wake_due(at=monday) == 0
    assert deadlines.wake_due(at=monday + timedelta(hours=1)) == 1  # softly, eight hours before
    for _ in range(2):
        look(town, plan, monday + timedelta(hours=2), "l1", medicine_days=4, note="药快没了")
    assert due(plan) == "04-19 18:00", "four days of medicine, three ahead: before Wednesday's dialysis"
    plan.refresh_from_db()
    assert (plan.last_contact_by, care.days_left(plan, monday)) == ("邹门安", 4)
    look(town, plan, monday + timedelta(days=1), "l2", medicine_days=30)
    assert due(plan) == "04-20 18:00"
    assert deadlines.wake_due(at=monday + timedelta(days=2, hours=10)) == 1  # missed
    assert "药快没了" not in str(list(Event.objects.values_list("given", flat=True)))
    assert "老李" not in str(list(Remark.objects.values_list("text", flat=True)))
    assert care.contacts(plan)["key_keeper"] == "楼下老李 13900099001"


def test_a_card_is_changed_by_whoever_may_and_moves_the_promise() -> None:
    town = make_town()
    plan = card(town)
    card(town, intent="c2", weekdays=(), every_days=1, medicine_days=90)
    assert (CarePlan.objects.count(), due(plan)) == (1, "04-16 18:00")
    before = Event.objects.count()
    with pytest.raises(Refused):
        care.keep_plan(
            town.person["叶知秋"], care.Told(helper_name="甲"), actor=town.grid_lead, at=FRIDAY, intent="b"
        )
    assert (CarePlan.objects.count(), Event.objects.count()) == (1, before)
    assert care.usual(["chronic", "dialysis"], pack_for(town.id, FRIDAY)) == ([1, 3, 5], 7)
    assert care.usual(["alone", "chronic"], pack_for(town.id, FRIDAY)) == ([], 2)


def test_the_list_is_in_the_order_of_the_next_date_and_a_phone_takes_the_card_along_without_contacts() -> (
    None
):
    town = make_town()
    card(town, "秦伯庸", intent="c1", weekdays=(), every_days=5)
    card(town, "陆青禾", intent="c2")
    SpecialNeed.objects.create(community=town.community, person=town.person["屈无忧"], kind="alone")
    under_a = [f"{town.community.slug}/a/"]
    assert [p.person.name for p in care.cards(town.id, under_a)] == ["陆青禾", "秦伯庸"]
    assert care.cards(town.id, []) == care.cards(town.id, [f"{town.community.slug}/b/"]) == []
    assert [p.name for p in care.without_card(town.id, under_a)] == ["屈无忧"]
    said = str(care.carry(Case.objects.filter(loop="care")))
    assert "血液透析" in said
    assert "陆*禾" in said
    assert "陆青禾" not in said
    assert "老李" not in said


def test_a_closed_card_is_forgotten_when_the_pack_says() -> None:
    town = make_town()
    plan = card(town)
    ended = {"reason": "搬去女儿家"}
    engine.advance(plan.case_id, "end", actor=town.grid_lead, given=ended, at=FRIDAY, intent="e")
    assert care.cards(town.id, [town.community.path]) == []
    assert forget.forget(at=FRIDAY + timedelta(days=89)) == 0
    assert forget.forget(at=FRIDAY + timedelta(days=91)) == 1
    assert not CarePlan.objects.exists()
    assert not Sealed.objects.filter(owner_kind="care").exists()
    assert not Remark.objects.exclude(text="").exists()
