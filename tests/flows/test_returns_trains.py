"""A late train moves the promises of everybody on it; one that does not run leaves nobody unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import override

from linli.fleet.models import Arrival
from linli.loops import relay
from linli.loops.models import Event
from linli.matters.returns import trains
from linli.matters.returns.models import Trip
from linli.matters.returns.trains import Publication, publish
from linli.notify.message import compose
from linli.notify.models import Channel, Delivery
from tests.flows.test_returns_notices import take, told
from tests.town import T0, Town, minutes


def says(service: str, after: float, expected: float, status: str, published: datetime) -> Publication:
    return Publication(
        service=service,
        station="长治东站",
        scheduled_at=minutes(after),
        expected_at=minutes(expected),
        status=status,
        published_at=published,
    )


def certified(town: Town, name: str) -> Trip:
    """A trip whose promise hangs on the train (the state is set by hand: the steps have their own test)."""
    trip = take(town, told(town, name, name)).trip
    assert trip is not None
    return trip


def test_a_late_train_replans_every_open_case_on_it_once(town: Town) -> None:
    for name in ("陆青禾", "方大川"):
        certified(town, name)
    late = says("G9457", -5, 70, "late", T0)
    publish(late, community=town.community, at=T0)
    publish(late, community=town.community, at=minutes(1))
    replanned = Event.objects.filter(name="return.replanned")
    assert [e.given["why"] for e in replanned] == ["G9457 晚点"] * 2
    assert {t.case.anchors["arrival"] for t in Trip.objects.all()} == {minutes(70).isoformat()}
    assert Arrival.objects.filter(service="G9457").count() == 1


def test_an_older_publication_behind_a_newer_one_changes_nothing(town: Town) -> None:
    publish(says("G9457", -5, 70, "late", T0), community=town.community, at=T0)
    arrival = publish(says("G9457", -5, 30, "late", minutes(-20)), community=town.community, at=minutes(1))
    assert arrival.expected_at == minutes(70)


def test_a_cancelled_train_is_said_in_every_case_and_moves_no_promise(town: Town) -> None:
    trip = certified(town, "陆青禾")
    due = trip.case.due_at
    publish(says("G9457", -5, -5, "cancelled", T0), community=town.community, at=T0)
    trip = Trip.objects.select_related("arrival", "case").get(pk=trip.pk)
    assert trains.is_stranded(trip)
    assert trip.case.due_at == due
    assert trip.doubts == ["train_cancelled"]
    assert Event.objects.get(name="return.remarked").given == {"kind": "train_cancelled", "tell": "desk"}


def test_a_train_that_runs_after_all_leaves_no_doubt(town: Town) -> None:
    trip = certified(town, "陆青禾")
    publish(says("G9457", -5, -5, "cancelled", T0), community=town.community, at=T0)
    publish(says("G9457", -5, 40, "late", minutes(1)), community=town.community, at=minutes(1))
    trip.refresh_from_db()
    assert trip.doubts == []


def test_trips_told_before_the_timetable_find_their_train(town: Town) -> None:
    trip = take(town, told(town, "陆青禾", "1", service="G9999", eta_at=minutes(300))).trip
    assert trip is not None
    assert trip.arrival is None
    publish(says("G9999", 290, 320, "late", T0), community=town.community, at=T0)
    trip = Trip.objects.select_related("arrival", "case").get(pk=trip.pk)
    assert trip.arrival is not None
    assert trip.case.anchors["arrival"] == minutes(320).isoformat()


def test_the_desk_postpones_a_train_from_what_is_expected_or_from_now(town: Town) -> None:
    trip = certified(town, "陆青禾")
    town.train["G9457"].refresh_from_db()
    arrival = trains.postpone(
        town.train["G9457"].id, by=timedelta(minutes=20), community=town.community, at=T0, actor=town.desk
    )
    assert (arrival.expected_at, arrival.status) == (minutes(20), "late"), "01:05 is past: it counts from now"
    again = trains.postpone(
        arrival.id, by=timedelta(minutes=10), community=town.community, at=minutes(1), actor=town.desk
    )
    assert again.expected_at == minutes(30)
    assert Event.objects.filter(name="return.replanned").last().given["why"] == "G9457 晚点(申佳宁)"  # type: ignore[union-attr]
    trip.case.refresh_from_db()
    assert trip.case.anchors["arrival"] == minutes(30).isoformat()


def test_the_desk_marks_a_train_as_in(town: Town) -> None:
    arrival = trains.arrived(
        town.train["G9457"].id, came_at=minutes(2), community=town.community, at=minutes(3), actor=town.desk
    )
    assert (arrival.status, arrival.expected_at) == ("arrived", minutes(2))


def test_a_remark_tells_the_duty_it_names_and_nobody_who_has_made_it(town: Town) -> None:
    """Nothing climbs for it: no ticket to answer with, no promise in the text, the sentence in the reader's language."""
    trip = certified(town, "陆青禾")
    Channel.objects.create(community=town.community, kind="robot", name="值班群", config={})
    relay.pump(at=T0, worker="t", most=1000)
    Delivery.objects.all().delete()
    publish(says("G9457", -5, -5, "cancelled", T0), community=town.community, at=T0)
    relay.pump(at=minutes(1), worker="t", most=1000)
    told_of = Delivery.objects.get()
    assert (told_of.case_id, told_of.facts["verb"]) == (trip.case_id, "remarked")
    message = compose(told_of, at=minutes(1))
    assert (message.title, message.ack, message.loud) == ("车次停运,要问清改乘哪一趟", "", False)
    with override("en"):
        assert compose(told_of, at=minutes(1)).title.startswith("The train does not run")
    assert "前" not in message.text
