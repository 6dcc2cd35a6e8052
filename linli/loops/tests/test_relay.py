"""Subscribers hear every committed event, in order, at least once; their own writes happen exactly once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.loops import relay
from linli.loops.models import Cursor, Event, Parked, Remark
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import minutes


def note(event: Event) -> None:
    Remark.objects.create(community_id=event.community_id, event=event, key="heard", text=event.name)


def heard() -> list[str]:
    return list(Remark.objects.filter(key="heard").order_by("event__seq").values_list("text", flat=True))


def test_a_subscriber_hears_what_matches_in_order_and_once(office: Office) -> None:
    relay.after("parcel.*", name="t")(lambda event, at: note(event))
    relay.after("*.overdue", name="never")(lambda event, at: pytest.fail("nothing is overdue"))
    case = office.open()
    office.fetch(case)
    assert relay.pump(at=minutes(4), worker="w1") == 2
    assert relay.pump(at=minutes(5), worker="w1") == 0
    assert heard() == ["parcel.opened", "parcel.fetch"]


def test_a_subscriber_that_comes_later_hears_it_from_the_beginning(office: Office) -> None:
    office.open()
    relay.after("*", name="late")(lambda event, at: note(event))
    relay.pump(at=minutes(4), worker="w1")
    assert heard() == ["parcel.opened"]


def test_a_dead_workers_lease_runs_out_and_another_reads_on(office: Office) -> None:
    relay.after("*", name="t")(lambda event, at: note(event))
    office.open()
    relay._ensure_cursors(relay.subscribers()[0])
    Cursor.objects.update(leased_until=minutes(4) + relay.LEASE, leased_by="dead")
    assert relay.pump(at=minutes(4), worker="w2") == 0
    assert relay.pump(at=minutes(4) + relay.LEASE + timedelta(seconds=1), worker="w2") == 1
    assert heard() == ["parcel.opened"]


def test_what_a_failing_subscriber_wrote_is_rolled_back_and_others_flow_on(office: Office) -> None:
    def fails(event: Event, at: datetime) -> None:
        note(event)
        if event.name == "parcel.opened" and at < minutes(100):
            raise ValueError("gateway")

    relay.after("*", name="t")(fails)
    case = office.open()
    office.fetch(case)
    relay.pump(at=minutes(4), worker="w1")
    assert heard() == ["parcel.fetch"]
    assert Parked.objects.get().error == "ValueError"
    relay.pump(at=minutes(6), worker="w1")
    assert Parked.objects.get().tries == 2
    relay.pump(at=minutes(101), worker="w1")
    assert heard() == ["parcel.opened", "parcel.fetch"]
    assert Parked.objects.count() == 0


def test_a_poisonous_event_is_left_for_a_person_after_the_last_try(office: Office) -> None:
    def fails(event: Event, at: datetime) -> None:
        raise ValueError

    relay.after("*", name="t")(fails)
    office.open()
    at = minutes(4)
    for _ in range(relay.MOST_TRIES + 3):
        relay.pump(at=at, worker="w1")
        at += timedelta(days=1)
    parked = Parked.objects.get()
    assert (parked.tries, parked.again_at) == (relay.MOST_TRIES, None)
