"""Nobody's door closes on people who were not asked; those who stay count from the same day and go as the pack says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.base.ids import uuid7
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import shipped
from linli.loops.replanning import adopt
from linli.matters.isolation import household
from linli.matters.isolation.models import Cohabitant
from linli.matters.isolation.tests.behind import DAY, FIT, HOUR, ZERO, isolated, take
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
OUT = {"last_test": "negative", "tested_where": "市人民医院", "checked": True}


def said(town: Town, case: Case, **answers: str) -> None:
    known = {town.person[name].pk: word for name, word in answers.items()}
    household.answer(case.id, known, community_id=town.id, actor=town.health, at=ZERO)


def members(case: Case) -> list[Case]:
    return list(Case.objects.filter(loop="isolation", cause=case).order_by("id"))


def test_each_is_asked_before_the_door_closes_and_who_stays_has_the_same_day_zero() -> None:
    town = make_town()
    case = isolated(town, "武思源")
    assert {p.name for p in household.to_ask(case)} == {"史可心", "武小雨"}
    said(town, case, 史可心="same_rules")
    written = (Event.objects.count(), Case.objects.count())
    with pytest.raises(Refused, match=r"武\*雨"):
        take(case, "begin", town.health, ZERO + HOUR, **FIT)
    refusals = (
        (town.patrol, {town.person["武小雨"].pk: "moved_out"}),
        (town.health, {uuid7(): "moved_out"}),
        (town.health, {town.person["武小雨"].pk: "perhaps"}),
    )
    for actor, answers in refusals:
        with pytest.raises(Refused):
            household.answer(case.id, answers, community_id=town.id, actor=actor, at=ZERO)
    assert (Event.objects.count(), Case.objects.count(), Cohabitant.objects.count()) == (*written, 1)
    said(town, case, 武小雨="moved_out")
    for _ in range(2):  # the same begin sent twice is one
        take(case, "begin", town.health, ZERO + HOUR, **FIT)
    (member,) = members(case)
    assert member.subject == str(town.person["史可心"].pk)
    assert (member.state, member.anchors["day_zero"], member.anchors["member_of"]) == (
        "isolating",
        ZERO.isoformat(),
        str(case.id),
    )
    reports = Case.objects.filter(loop="health_report", cause=member)
    assert (reports.count(), Case.objects.filter(loop="door_check").count()) == (1, 1)


def family(town: Town, pack: str) -> tuple[Case, Case]:
    """牛德胜 and 潘桂枝 under Changzhi's rules for other provinces, 7+5, the second one sharing the door."""
    case = isolated(town, "牛德胜", "other_province", "changzhi-2022-04")
    adopt(town.id, pack, from_at=ZERO + HOUR / 4, at=ZERO + HOUR / 4, adopted_by="段秋实")
    said(town, case, 潘桂枝="same_rules")
    take(case, "begin", town.health, ZERO + HOUR, **FIT)
    return case, members(case)[0]


def test_who_shares_the_door_is_free_when_it_opens_or_goes_with_the_last_one() -> None:
    text = shipped("changzhi-2022-04").replace('version = "2022-04-22"', 'version = "2022-04-23"')
    week, all_of_it = ZERO + 7 * DAY, ZERO + 12 * DAY
    town = make_town()
    _case, member = family(town, text)
    assert member.anchors["monitor_ends"] == week.isoformat()
    take(member, "release", town.health, week, **OUT, tested_at=(week - timedelta(hours=2)).isoformat())
    other = make_town("other", "别的社区")
    names = {name.removesuffix("甲"): person for name, person in other.person.items()}
    other.person |= names
    together = text.replace('household_ends = "isolation"', 'household_ends = "together"')
    case, member = family(other, together)
    assert member.anchors["monitor_ends"] == all_of_it.isoformat()
    for each in (case, member):
        take(each, "finish", other.health, week)
    late = isolated_later(other, case)
    tested = {"tested_at": (all_of_it - timedelta(hours=2)).isoformat()}
    with pytest.raises(Refused, match="一起解除"):
        take(member, "release", other.health, all_of_it, **OUT, **tested)
    Case.objects.filter(pk=late.pk).update(anchors=late.anchors | {"monitor_ends": all_of_it.isoformat()})
    take(member, "release", other.health, all_of_it, **OUT, **tested)


def isolated_later(town: Town, case: Case) -> Case:
    """The one the household follows from is kept a day longer."""
    case.refresh_from_db()
    longer = case.anchors | {"monitor_ends": (ZERO + 13 * DAY).isoformat()}
    Case.objects.filter(pk=case.pk).update(anchors=longer)
    case.refresh_from_db()
    return case
