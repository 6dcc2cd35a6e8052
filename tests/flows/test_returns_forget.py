"""What identified a person goes when the pack's days are over; the ledger stays and still proves itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.loops import engine, seal
from linli.loops.models import Case, Destruction, Remark
from linli.loops.pack import pack_for
from linli.matters.returns import forget, notices
from linli.matters.returns.models import Trip
from linli.registry.announce import Described
from linli.registry.models import Person, Sealed
from tests.town import T0, Town, facts, make_town, minutes

pytestmark = pytest.mark.django_db


def told(town: Town, name: str, key: str) -> Trip:
    who = Described(name=name, id_number=facts("1990-01-01", "1", 77).id_number, phones=("13900049999",))
    said = notices.NoticeIn(
        source="phone", key=key, who=who, origin="上海市", destination="A区3-1-101", note="母亲病重"
    )
    outcome = notices.receive(said, community=town.community, at=T0)
    assert outcome.trip
    return outcome.trip


def closed(town: Town, trip: Trip) -> None:
    given = {"reason": "改签到下周,电话 13900049999"}
    engine.advance(
        trip.case_id, "call_off", actor=town.grid_lead, given=given, at=minutes(5), intent=f"off-{trip.pk}"
    )


def test_nothing_goes_before_its_day_and_everything_after() -> None:
    town = make_town()
    trip = told(town, "路过客", "k1")
    closed(town, trip)
    days = pack_for(town.id, T0).get("retention.case_days_after_close")
    assert days == 90
    assert forget.forget(at=minutes(4) + timedelta(days=days)) == 0
    assert forget.forget(at=minutes(6) + timedelta(days=days)) == 1
    trip.refresh_from_db()
    person = Person.objects.get(pk=trip.person_id)
    assert (trip.origin, trip.destination, trip.note, trip.dwelling_id) == ("", "", "", None)
    assert (person.name, person.standing) == ("路*客", Person.LEFT)
    assert not Sealed.objects.filter(owner_id=person.pk).exists()
    assert [r.text for r in Remark.objects.all()] == [""]
    assert trip.notices.get().note == ""
    assert seal.verify(town.id) is None
    proofs = Destruction.objects.filter(community_id=town.id).values_list("of", "count", "rule", "at")
    rule, at = (
        f"retention.case_days_after_close={days} · {pack_for(town.id, T0).key}",
        minutes(6) + timedelta(days=days),
    )
    assert set(proofs) == {(of, 1, rule, at) for of in ("return", "remark", "person")}


def test_forgetting_twice_is_once_and_residents_stay_in_the_register() -> None:
    town = make_town()
    resident = town.person["陆青禾"]
    said = notices.NoticeIn(
        source="phone",
        key="k2",
        who=Described(name="陆青禾", id_number=town.facts["陆青禾"].id_number),
        destination="A区3-1-101",
    )
    trip = notices.receive(said, community=town.community, at=T0).trip
    assert trip and trip.person_id == resident.pk
    closed(town, trip)
    later = minutes(0) + timedelta(days=365)
    assert [forget.forget(at=later) for _ in range(2)] == [1, 0]
    resident.refresh_from_db()
    assert (resident.name, resident.standing) == ("陆青禾", Person.RESIDENT)
    assert Sealed.objects.filter(owner_id=resident.pk).exists()


def test_nothing_goes_while_something_that_followed_is_open() -> None:
    town = make_town()
    trip = told(town, "路过客", "k3")
    closed(town, trip)
    other = told(town, "随行者", "k4")
    Case.objects.filter(pk=other.case_id).update(cause=trip.case_id)
    assert forget.forget(at=minutes(0) + timedelta(days=365)) == 0
