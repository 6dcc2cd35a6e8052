"""An address we do not know is a question on the case with one action, and never a new compound."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linli.desk.tests.test_screens import as_
from linli.loops.engine import Refused
from linli.loops.models import Event
from linli.matters.returns import placing
from linli.matters.returns.models import Trip
from linli.registry.announce import Described
from linli.registry.models import Compound, Person
from tests.flows.journey import begin
from tests.flows.test_returns_notices import take, told
from tests.town import Town, minutes

STRANGE = "望湖小区3-1-101"
COMPOUNDS = {"香阅四季A区", "香阅四季B区"}


def lost(town: Town, destination: str = STRANGE) -> Trip:
    who = Described(name="钟离权舟", phones=("13900099999",))
    outcome = take(town, told(town, "陆青禾", "1", who=who, source="phone", destination=destination))
    assert outcome.trip
    return outcome.trip


def settle(
    town: Town, trip: Trip, door: str, after: float = 3, intent: str = "i-1", letter: str = "A"
) -> Trip:
    placing.settle_place(
        trip.case_id,
        compound_id=town.compound[letter].pk,
        door=door,
        community=town.community,
        actor=town.reception,
        at=minutes(after),
        intent=intent,
    )
    return Trip.objects.select_related("case", "person").get(pk=trip.pk)


def test_an_unknown_compound_is_said_on_the_case_and_leads_to_the_page_that_settles_it(town: Town) -> None:
    trip = lost(town)
    assert trip.doubts == ["no_id", "elsewhere"]
    assert set(Compound.objects.values_list("name", flat=True)) == COMPOUNDS
    facts = as_(town.reception).get(reverse("desk-case", args=[trip.case_id])).context["facts"]
    url = reverse("desk-return-place", args=[trip.case_id])
    assert [f.value for f in facts if f.url == url] == [
        f"小区不在本社区名单中,请选对小区,或转给对方社区并留回执: {STRANGE}"
    ]
    page = as_(town.reception).get(url)
    assert page.context["form"]["door"].value() == "3-1-101"
    assert reverse("desk-step", args=[trip.case_id, "refer"]) in page.content.decode()


def test_a_compound_one_letter_off_is_a_question_too(town: Town) -> None:
    Compound.objects.filter(pk=town.compound["B"].pk).update(name="望湖山庄", aliases=[])
    trip = lost(town, "香阅四季C区3-1-101")
    assert (trip.dwelling, trip.doubts) == (town.door["A 3-1-101"], ["no_id", "compound_guessed"])
    assert settle(town, trip, "3-1-101").doubts == ["no_id"]


def test_the_right_compound_moves_case_and_person_and_is_told_once(town: Town) -> None:
    trip = lost(town)
    client, url = as_(town.reception), reverse("desk-return-place", args=[trip.case_id])
    answers = {"intent": "i-1", "compound": str(town.compound["A"].pk), "door": "3号楼1单元101"}
    assert [client.post(url, answers).status_code for _ in range(2)] == [302, 302]
    trip = Trip.objects.select_related("case", "person").get(pk=trip.pk)
    assert (trip.dwelling, trip.doubts) == (town.door["A 3-1-101"], ["no_id"])
    assert (trip.case.title, trip.case.scope) == ("钟**舟 · 香阅四季A区3号楼", town.building["A 3"].path)
    assert trip.person.path == town.door["A 3-1-101"].path
    assert Event.objects.get(name="return.remarked").given == {
        "kind": "place_settled", "tell": "grid_lead", "place": "香阅四季A区3号楼",
    }  # fmt: skip
    assert set(Compound.objects.values_list("name", flat=True)) == COMPOUNDS


def test_a_door_not_in_the_register_stays_a_question_and_is_told_once(town: Town) -> None:
    trip = lost(town)
    for after in (3, 4):
        trip = settle(town, trip, "3-1-909", after)
    assert (trip.dwelling, trip.doubts) == (None, ["no_id", "unknown_door"])
    assert trip.destination == "香阅四季A区3-1-909"
    assert Event.objects.filter(name="return.remarked").count() == 1


@pytest.mark.parametrize("door", ["77-1-101", "", "x"])
def test_a_building_we_do_not_have_is_refused_and_nothing_is_written(town: Town, door: str) -> None:
    trip = lost(town)
    with pytest.raises(Refused):
        settle(town, trip, door)
    trip.refresh_from_db()
    assert (trip.destination, trip.doubts) == (STRANGE, ["no_id", "elsewhere"])
    assert not Event.objects.filter(name="return.remarked").exists()


def test_another_door_makes_the_certificate_stale_and_a_resident_keeps_their_place(town: Town) -> None:
    journey = begin(town).go("verify", "certify")
    home = Person.objects.get(pk=journey.trip.person_id).path
    trip = settle(town, journey.trip, "1-1-101", after=9, letter="B")
    assert (trip.dwelling, trip.doubts) == (town.door["B 1-1-101"], ["past", "certificate_stale"])
    assert trip.person.path == home


def test_whoever_is_not_on_reception_may_not(town: Town) -> None:
    trip = lost(town)
    url = reverse("desk-return-place", args=[trip.case_id])
    assert as_(town.transport).get(url).status_code == 403
