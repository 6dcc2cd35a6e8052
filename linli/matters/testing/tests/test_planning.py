"""A round is opened once with everybody on its list, each with a slot or a reason; what cannot be writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.base.clock import local
from linli.loops import engine, seal
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.registry import loop_of
from linli.loops.spec import Opening
from linli.matters.testing import forget, listing
from linli.matters.testing.models import Campaign, ListedPerson, SamplingSite, SamplingSlot
from linli.matters.testing.planning import Told, open_campaign, set_up
from linli.registry.models import Person
from tests.town import T0, Town, make_town

pytestmark = pytest.mark.django_db

SEVEN = T0 + timedelta(hours=29, minutes=50)
"""07:00 on Saturday."""


def open_round(town: Town, *places: str, intent: str = "c", **told: Any) -> Campaign:
    """A morning over the whole town, or over these buildings."""
    chosen = [town.building[p].pk for p in places or town.building]
    hours = {"begins_at": SEVEN, "until": SEVEN + timedelta(hours=7)} | told
    ordered = Told(name="第一轮", buildings=chosen, **hours)
    return open_campaign(ordered, community=town.community, actor=town.desk, at=T0, intent=intent)


def test_everybody_is_listed_once_with_a_slot_or_a_reason() -> None:
    town = make_town()
    inside = Opening(
        title="向*晴",
        scope=town.person["向晚晴"].path,
        subject=str(town.person["向晚晴"].pk),
        anchors={"history": "other_province", "day_zero": T0.isoformat()},
    )
    engine.open_case(loop_of("isolation"), inside, community_id=town.id, at=T0, intent="inside")
    dosed = {"屈无忧": 0, "秦伯庸": 1, "叶知秋": 4}
    for name, days in dosed.items():
        day = local(SEVEN).date() - timedelta(days=days)
        Person.objects.filter(pk=town.person[name].pk).update(last_dose_on=day)
    first, again = open_round(town), open_round(town)
    assert first == again
    assert first.listed.count() == first.listed.values("person").distinct().count() == 30
    counted = {why: n for why, n in listing.counted(first).items() if n}
    assert counted == {"": 27, "at_door": 1, "vaccinated": 2}
    ends = dict(first.listed.filter(why="vaccinated").values_list("person__name", "why_until"))
    assert {name: f"{local(at):%m-%d %H:%M}" for name, at in ends.items()} == {
        "屈无忧": "04-19 00:00",
        "秦伯庸": "04-18 00:00",
    }
    coming = set(first.listed.filter(listing.due_at_site(first)).values_list("building_id", flat=True))
    slots = SamplingSlot.objects.filter(site__campaign=first)
    assert set(slots.values_list("building_id", flat=True)) == coming
    assert sum(slots.values_list("people", flat=True)) == 27
    assert [(s.number, s.compound.name, s.desks) for s in first.sites.order_by("number")] == [
        (1, "香阅四季A区", 1),
        (2, "香阅四季B区", 1),
    ]
    assert first.case.due_at == SEVEN
    assert seal.verify(town.id) is None


def test_who_is_vaccinated_until_within_the_round_still_comes() -> None:
    town = make_town()
    day = local(SEVEN).date() - timedelta(days=3)
    Person.objects.filter(pk=town.person["屈无忧"].pk).update(last_dose_on=day + timedelta(days=1))
    long = open_round(town, until=SEVEN + timedelta(hours=24))
    row = ListedPerson.objects.get(campaign=long, why="vaccinated")
    assert row.why_until and SEVEN < row.why_until < long.until
    assert long.listed.filter(listing.due_at_site(long)).count() == 30


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"begins_at": T0}, "begins_at"),
        ({"until": SEVEN + timedelta(minutes=10)}, "until"),
        ({"until": SEVEN + timedelta(days=6)}, "until"),
        ({"buildings": []}, "buildings"),
    ],
)
def test_what_cannot_be_writes_nothing(told: dict[str, Any], key: str) -> None:
    town = make_town()
    said = {"buildings": [b.pk for b in town.building.values()], "begins_at": SEVEN}
    ordered = Told(name="x", **{**said, "until": SEVEN + timedelta(hours=7), **told})
    with pytest.raises(Refused) as caught:
        open_campaign(ordered, community=town.community, actor=town.desk, at=T0, intent="c")
    assert list(caught.value.faults) == [key]
    assert (Campaign.objects.count(), Case.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_only_the_desk_opens_a_round_and_only_where_it_is_ours() -> None:
    town, other = make_town(), make_town("other", "别处社区")
    ordered = Told(
        name="x", buildings=[town.building["A 3"].pk], begins_at=SEVEN, until=SEVEN + timedelta(hours=7)
    )
    for actor, community in ((town.sampling, town.community), (other.desk, other.community)):
        with pytest.raises(Refused):
            open_campaign(ordered, community=community, actor=actor, at=T0, intent="c")
    assert Campaign.objects.count() == 0


def test_a_workplace_takes_its_people_once_and_says_so() -> None:
    town = make_town()
    names = ("贾长亭", "靳月")
    Person.objects.filter(pk__in=[town.person[n].pk for n in names]).update(workplace="潞州机械厂")
    campaign = open_round(town)
    for _ in range(2):
        told = {"actor": town.desk, "at": T0, "intent": "unit"}
        assert listing.take_out_unit(campaign, " 潞州机械厂 ", **told) == 2
    rows = campaign.listed.filter(why="elsewhere")
    assert set(rows.values_list("unit", "why_until")) == {("潞州机械厂", campaign.until)}
    before = Event.objects.count()
    for unit, actor in (("没有这家", town.desk), ("潞州机械厂", town.sampling)):
        with pytest.raises(Refused):
            listing.take_out_unit(campaign, unit, actor=actor, at=T0, intent=f"{unit}{actor.pk}")
    assert Event.objects.count() == before
    assert Event.objects.get(intent="unit").given == {"unit": "潞州机械厂", "people": 2}


def test_a_site_is_set_up_and_the_round_goes_through_its_loop_until_it_is_forgotten() -> None:
    town = make_town()
    campaign = open_round(town)
    site = SamplingSite.objects.filter(campaign=campaign).earliest("number")
    told = {"where": "东门", "walk_minutes": 9, "at": T0}
    for desks, actor in ((0, town.desk), (2, town.sampling)):
        with pytest.raises(Refused):
            set_up(site, desks=desks, actor=actor, **told)
    assert SamplingSite.objects.get(pk=site.pk).where == ""
    set_up(site, desks=2, actor=town.desk, **told)
    ids = list(listing.missed(campaign).values_list("pk", flat=True))
    listing.give_reason(campaign, ids, "away", actor=town.desk, at=T0, intent="away")
    for step, given in (("begin", {"ready": True}), ("finish", {})):
        engine.advance(campaign.case_id, step, actor=town.desk, given=given, at=SEVEN, intent=step)
    with pytest.raises(Refused):
        listing.take_out_unit(campaign, "x", actor=town.desk, at=SEVEN, intent="late")
    assert forget.forget(at=SEVEN + timedelta(days=89)) == 0
    assert forget.forget(at=SEVEN + timedelta(days=91)) == 1
    assert (ListedPerson.objects.count(), SamplingSlot.objects.count() > 0) == (0, True)
    assert forget.forget(at=SEVEN + timedelta(days=92)) == 0


def test_the_plan_is_read_and_printed_and_names_nobody(client: Client) -> None:
    town = make_town()
    campaign = open_round(town, "A 3")
    client.force_login(town.desk)
    page = client.get(f"/desk/testing/{campaign.pk}/").content.decode()
    assert "10 ÷ 3000–2000" in page
    assert "最长约等" in page
    paper = client.get(f"/desk/testing/{campaign.pk}/notices/").content.decode()
    assert "3-2-1101" in paper
    assert not [name for name in town.canaries if name in page or name in paper]
