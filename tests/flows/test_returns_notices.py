"""One person notified by three sources is one case; nobody who was announced can be lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from linli.loops.models import Case, Event
from linli.matters.returns.models import Notice, Trip
from linli.matters.returns.notices import NoticeIn, Outcome, receive
from linli.matters.returns.trips import known_facts
from linli.registry.announce import Described
from linli.registry.models import Person, Sealed
from tests.town import T0, Town, minutes

TRAIN = minutes(-5)  # G9457 tonight


def told(town: Town, name: str, key: str, **more: Any) -> NoticeIn:
    """A notice of somebody of the cast by tonight's G9457, with whatever else the test says."""
    facts = town.facts[name]
    given: dict[str, Any] = {
        "source": "push",
        "key": key,
        "who": Described(name=name.partition(" ")[0], id_number=facts.id_number, phones=(facts.phone,)),
        "service": "G9457",
        "station": "长治东站",
        "eta_at": minutes(55),
        "destination": "香阅四季A区3-1-101",
        "origin": "吉林省长春市",
    }
    return NoticeIn(**(given | more))


def take(town: Town, notice: NoticeIn, after: float = 0) -> Outcome:
    return receive(notice, community=town.community, at=minutes(after))


def test_a_notice_opens_a_case_whose_title_hides_name_and_door(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1"))
    trip = outcome.trip
    assert trip is not None
    assert (outcome.kind, outcome.fresh) == ("opened", True)
    assert trip.case.title == "陆*禾 · 香阅四季A区3号楼"
    assert trip.case.scope == town.building["A 3"].path
    assert trip.dwelling == town.door["A 3-1-101"]
    assert trip.person == town.person["陆青禾"]
    assert trip.doubts == []
    assert trip.case.anchors == {"arrival": minutes(-5).isoformat()}, (
        "the train is known, its timetable counts"
    )


def test_the_same_notice_again_is_the_same_notice(town: Town) -> None:
    first = take(town, told(town, "陆青禾", "1"))
    again = take(town, told(town, "陆青禾", "1", service="K1"), after=5)
    assert again.fresh is False
    assert (again.notice.id, again.trip) == (first.notice.id, first.trip)
    assert (Case.objects.count(), Notice.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_one_person_by_three_sources_is_one_case(town: Town) -> None:
    facts = town.facts["陆青禾"]
    take(town, told(town, "陆青禾", "1", source="push"))
    by_phone = told(town, "陆青禾", "2", source="phone", who=Described(name="陆青禾", phones=(facts.phone,)))
    by_name = told(town, "陆青禾", "3", source="report", who=Described(name="陆青禾"), destination="")
    assert take(town, by_phone).kind == "joined"
    assert take(town, by_name).kind == "joined"
    trip = Trip.objects.get()
    assert trip.notices.count() == 3
    assert trip.doubts == ["same_name_day"], "only the weak match asks for a look"
    assert Person.objects.count() == 30


def test_who_is_not_in_the_register_is_kept_as_expected_and_found_again(town: Town) -> None:
    who = Described(name="钟离权舟", id_number="110105199003079911", phones=("13900099999",))
    first = take(town, told(town, "陆青禾", "1", who=who))
    second = take(town, told(town, "陆青禾", "2", who=Described(name="钟离权舟", phones=("13900099999",))))
    assert (first.kind, second.kind, second.trip) == ("opened", "joined", first.trip)
    person = Person.objects.get(name="钟离权舟")
    assert person.standing == "expected"
    assert Sealed.objects.filter(owner_id=person.id).count() == 1 + ("id" in "no"), (
        "an invalid number is not kept"
    )
    assert first.trip is not None
    assert first.trip.doubts == ["no_id"]


def test_a_damaged_identity_number_is_not_compared(town: Town) -> None:
    who = Described(
        name="陆青禾", id_number=town.facts["陆青禾"].id_number[:17], phones=(town.facts["陆青禾"].phone,)
    )
    outcome = take(town, told(town, "陆青禾", "1", who=who))
    assert outcome.trip is not None
    assert outcome.trip.person == town.person["陆青禾"]
    assert outcome.trip.doubts == ["no_id"]


@pytest.mark.parametrize("written", ["+86 139-0004-1000", "139 0004 1000", "１３９０００４１０００"])
def test_however_the_numbers_are_written_it_is_the_same_person(town: Town, written: str) -> None:
    take(town, told(town, "陆青禾", "1"))
    who = Described(name=" 陆 青禾", phones=(written,))
    assert take(town, told(town, "陆青禾", "2", who=who, service="g 9457次")).kind == "joined"
    assert Trip.objects.get().doubts == []
    assert Sealed.objects.filter(owner_id=town.person["陆青禾"].id).count() == 2


def test_namesakes_on_one_train_are_two_cases(town: Town) -> None:
    one = told(town, "郭平", "1", destination="香阅四季A区3-1-201")
    two = told(town, "郭平 3-1-202", "2", destination="香阅四季A区3-1-202")
    assert take(town, one).kind == take(town, two).kind == "opened"
    unsure = take(town, told(town, "郭平", "3", who=Described(name="郭平")))
    assert unsure.kind == "opened", (
        "which of the two it is, nobody can say: a third case rather than a lost person"
    )
    assert unsure.trip is not None
    assert "namesake" in unsure.trip.doubts


def test_a_stranger_with_a_resident_s_name_and_another_number_is_another_person(town: Town) -> None:
    take(town, told(town, "陆青禾", "1"))
    other = Described(name="陆青禾", id_number="11010519491231002X", phones=(town.facts["陆青禾"].phone,))
    outcome = take(town, told(town, "陆青禾", "2", who=other))
    assert outcome.kind == "opened"
    assert outcome.trip is not None
    assert "id_differs" in outcome.trip.doubts
    assert Person.objects.filter(name="陆青禾").count() == 2


def test_another_name_under_the_same_number_is_the_same_person_with_a_doubt(town: Town) -> None:
    who = Described(name="陆青和", id_number=town.facts["陆青禾"].id_number)
    outcome = take(town, told(town, "陆青禾", "1", who=who))
    assert outcome.trip is not None
    assert outcome.trip.person == town.person["陆青禾"]
    assert outcome.trip.doubts == ["name_differs"]


def test_a_later_notice_corrects_the_trip_and_the_promise_moves_with_an_event(town: Town) -> None:
    first = take(town, told(town, "陆青禾", "1", service="G9441", eta_at=minutes(-92)))
    assert first.trip is not None
    outcome = take(
        town, told(town, "陆青禾", "2", service="K9761", station="长治站", eta_at=minutes(261)), after=1
    )
    trip = Trip.objects.get()
    assert outcome.kind == "corrected"
    assert (trip.service, trip.station, trip.eta_at) == ("K9761", "长治站", minutes(261))
    assert trip.arrival == town.train["K9761"]
    assert trip.case.anchors["arrival"] == minutes(261).isoformat()
    assert list(Event.objects.order_by("seq").values_list("name", flat=True)) == [
        "return.opened",
        "return.replanned",
    ]
    assert Event.objects.get(name="return.replanned").given["why"] == "更正:车次、到达时间"
    assert "past" not in trip.doubts


def test_a_later_notice_with_less_in_it_takes_nothing_away(town: Town) -> None:
    take(town, told(town, "陆青禾", "1"))
    outcome = take(
        town, told(town, "陆青禾", "2", service="", station="", origin="", eta_at=None, destination="")
    )
    trip = Trip.objects.get()
    assert outcome.kind == "joined"
    assert (trip.service, trip.origin, trip.dwelling) == ("G9457", "吉林省长春市", town.door["A 3-1-101"])
    assert trip.doubts == []


def test_what_strangers_report_at_the_door_never_overwrites_what_an_office_told(town: Town) -> None:
    take(town, told(town, "陆青禾", "1"))
    outcome = take(town, told(town, "陆青禾", "2", source="report", service="K9761", eta_at=minutes(261)))
    trip = Trip.objects.get()
    assert outcome.kind == "joined"
    assert (trip.service, trip.eta_at) == ("G9457", minutes(55))
    assert trip.doubts == ["report_differs"]
    assert not Event.objects.filter(name="return.replanned").exists()


def test_a_cancellation_asks_the_grid_lead_and_closes_nothing(town: Town) -> None:
    take(town, told(town, "陆青禾", "1"))
    outcome = take(town, told(town, "陆青禾", "2", cancels=True), after=2)
    trip = Trip.objects.get()
    assert outcome.kind == "cancelled"
    assert trip.call_off_asked_at == minutes(2)
    assert (trip.case.state, trip.case.closed_at) == ("noticed", None)
    event = Event.objects.get(name="return.remarked")
    assert event.given == {"kind": "call_off_asked", "tell": "grid_lead"}
    assert trip.doubts == ["call_off_asked"], "shown wherever the trip is shown"


def test_a_cancellation_of_nobody_known_stays_visible(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "2", cancels=True))
    assert (outcome.kind, outcome.trip) == ("unmatched", None)
    assert outcome.notice.note == "陆*禾 G9457"
    assert Case.objects.count() == 0


def test_an_arrival_already_past_opens_all_the_same(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", eta_at=minutes(-300)))
    assert outcome.trip is not None
    assert outcome.kind == "past"
    assert outcome.trip.doubts == ["past"]
    assert outcome.trip.case.closed_at is None


def test_who_was_told_in_time_is_not_past_when_the_list_is_read_late(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", eta_at=minutes(-300), told_at=minutes(-600)))
    assert outcome.trip is not None
    assert (outcome.kind, outcome.trip.doubts) == ("opened", ["past"])


def test_a_destination_elsewhere_opens_a_case_to_hand_back(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", destination="上党区韩店街道望湖小区2号楼"))
    assert outcome.trip is not None
    assert (outcome.kind, outcome.trip.doubts) == ("elsewhere", ["elsewhere"])
    assert outcome.trip.case.title == "陆*禾 · 非本社区"
    assert outcome.trip.case.scope == "xysj/"


def test_a_door_that_does_not_exist_keeps_the_building_and_asks(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", destination="香阅四季A区10-9-101"))
    assert outcome.trip is not None
    assert outcome.trip.dwelling is None
    assert outcome.trip.case.title == "陆*禾 · 香阅四季A区10号楼"
    assert outcome.trip.case.scope == town.building["A 10"].path
    assert outcome.trip.doubts == ["unknown_door"]


def test_an_unknown_destination_opens_at_the_scope_of_the_community(town: Town) -> None:
    who = Described(name="钟离权舟", phones=("13900099999",))
    outcome = take(town, told(town, "陆青禾", "1", who=who, destination=""))
    assert outcome.trip is not None
    assert outcome.trip.case.scope == "xysj/"
    assert outcome.trip.doubts == ["no_id", "unknown_door"]


def test_a_destination_that_names_no_compound_is_the_person_s_own_home_if_it_fits(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", destination="你社区3-1-101"))
    assert outcome.trip is not None
    assert (outcome.trip.dwelling, outcome.trip.doubts) == (town.door["A 3-1-101"], [])


def test_companions_with_a_notice_of_their_own_are_one_party_and_counted_once(town: Town) -> None:
    take(town, told(town, "方大川", "1", companion_names=("陆青禾", "小外孙")))
    take(town, told(town, "陆青禾", "2"))
    one, two = Trip.objects.order_by("id")
    assert one.party == two.party
    assert (one.companions, two.companions) == (1, 0)
    assert Case.objects.count() == 2


def test_companions_join_whoever_was_told_first(town: Town) -> None:
    take(town, told(town, "陆青禾", "1"))
    take(town, told(town, "方大川", "2", companion_names=("陆青禾",)))
    assert Trip.objects.values("party").distinct().count() == 1
    assert set(Trip.objects.values_list("companions", flat=True)) == {0}


def test_a_notice_without_a_time_takes_the_timetable_s_and_asks(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", service="K9761", eta_at=None))
    assert outcome.trip is not None
    assert (outcome.trip.eta_at, outcome.trip.doubts) == (minutes(261), ["eta_unsure"])


def test_who_came_home_and_is_told_of_once_more_opens_nothing(town: Town) -> None:
    first = take(town, told(town, "陆青禾", "1"))
    assert first.trip is not None
    Case.objects.filter(pk=first.trip.case_id).update(
        state="settled", closed_at=T0, due_at=None, wake_at=None
    )
    assert take(town, told(town, "陆青禾", "2"), after=60).kind == "joined"
    later = told(town, "陆青禾", "3", service="G9441", eta_at=datetime(2022, 6, 1, tzinfo=UTC))
    assert take(town, later, after=61).kind == "opened", "another journey is another case"


def test_known_facts_fill_what_a_verification_need_not_ask_again(town: Town) -> None:
    outcome = take(town, told(town, "陆青禾", "1", companion_names=("小外孙",)))
    assert outcome.trip is not None
    assert known_facts(outcome.trip) == {
        "people": 2,
        "time": "2022-04-15 01:05",
        "place": "香阅四季A区3-1-101",
        "route": "吉林省长春市 → 长治东站",
        "service": "G9457",
        "family": "同住 1 人",
    }


@pytest.mark.parametrize("sources", [("push", "list", "phone"), ("report", "push", "report")])
def test_the_order_of_the_sources_does_not_matter(town: Town, sources: tuple[str, ...]) -> None:
    for number, source in enumerate(sources):
        take(town, told(town, "欧阳修远", str(number), source=source, destination="A区3-1-102"))
    assert (Case.objects.count(), Trip.objects.count(), Notice.objects.count()) == (1, 1, 3)
