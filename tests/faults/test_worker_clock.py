"""The server's clock jumps an hour ahead or back under a running worker: nothing storms, nothing is told twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from linli.loops import engine
from linli.loops.models import Case, Event
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.notify.models import Channel, Delivery
from linli.site import worker
from tests.faults import oracle
from tests.town import T0, Town, make_town

CASES = 6
HOUR = timedelta(hours=1)
TICK = timedelta(seconds=15)


@pytest.fixture
def town(db: None) -> Town:
    """The cast with a group robot, so that every event that asks for it becomes a delivery."""
    town = make_town()
    Channel.objects.create(community=town.community, kind="robot", name="值班群", config={})
    for n in range(CASES):
        opening = Opening(title=f"返乡 · 甲{n}", scope=town.door["A 3-1-101"].path, subject=f"s{n}")
        engine.open_case(Return, opening, community_id=town.id, at=T0, intent=f"open-{n}")
    return town


def rounds(begin: datetime, *, minutes: float) -> datetime:
    """The worker's rounds every quarter of a minute; every pass but those that send. Returns the moment after."""
    at, every = begin, [p for p in worker.passes() if p.name in ("clock", "packs", "relay")]
    while at < begin + timedelta(minutes=minutes):
        for each in every:
            each.run(at)
        at += TICK
    return at


def story() -> dict[UUID, list[tuple[str, int]]]:
    """What the engine said of each case since it opened: verb and rung."""
    told: dict[UUID, list[tuple[str, int]]] = {}
    for event in Event.objects.exclude(name="return.opened").order_by("seq"):
        told.setdefault(event.case_id, []).append((event.verb, event.given["rung"]))
    return told


def all_alike() -> list[tuple[str, int]]:
    """The story that every case has."""
    stories = list(story().values())
    assert len(stories) == CASES
    assert all(one == stories[0] for one in stories)
    return stories[0]


def test_without_a_jump_ten_minutes_of_silence_climb_three_rungs(town: Town) -> None:
    rounds(T0, minutes=12)
    assert all_alike() == [("climbed", 1), ("climbed", 2), ("climbed", 3)]


def test_an_hour_ahead_breaks_each_promise_once_and_climbs_one_rung_only(town: Town) -> None:
    at = rounds(T0, minutes=1)
    at = rounds(at + HOUR, minutes=1)
    assert all_alike() == [("overdue", 1)], (
        "one event for each case, although every rung's minutes have passed"
    )
    rounds(at, minutes=10)
    assert all_alike() == [("overdue", 1), ("climbed", 2), ("climbed", 3)], "then at the ladder's own pace"
    assert oracle.faults() == []


def test_an_hour_ahead_and_back_again_tells_nobody_twice(town: Town) -> None:
    at = rounds(T0, minutes=1)
    rounds(at + HOUR, minutes=1)
    before = deliveries()
    rounds(at + TICK, minutes=10)
    assert all_alike() == [("overdue", 1)]
    assert deliveries() == before
    rounds(at + HOUR + timedelta(minutes=1), minutes=4)
    assert all_alike() == [("overdue", 1), ("climbed", 2)], "the ladder goes on where it stood"
    assert max(deliveries().values()) == 1
    assert oracle.faults() == []


def test_an_hour_back_tells_nobody_twice_and_goes_on_where_it_stood(town: Town) -> None:
    at = rounds(T0, minutes=3)
    assert all_alike() == [("climbed", 1)]
    before = deliveries()
    rounds(at - HOUR, minutes=59)
    assert (all_alike(), deliveries()) == ([("climbed", 1)], before)
    rounds(at, minutes=3)
    assert all_alike() == [("climbed", 1), ("climbed", 2)]


def test_whoever_opens_a_case_after_the_jump_back_is_heard_at_once(town: Town) -> None:
    at = rounds(T0, minutes=3) - HOUR
    opening = Opening(title="返乡 · 乙", scope=town.door["A 3-1-101"].path, subject="new")
    case = engine.open_case(Return, opening, community_id=town.id, at=at, intent="new")
    rounds(at, minutes=3)
    assert [verb for verb, _ in story()[case.id]] == ["climbed"]
    assert Case.objects.get(pk=case.id).wake_at == at + timedelta(minutes=5)
    assert Delivery.objects.filter(case_id=case.id).count() == 2, "one when it opened, one when it climbed"


def test_an_hourly_pass_does_not_sleep_through_a_clock_that_jumped_back() -> None:
    hourly = worker.Pass("forget", lambda at: 0, not_before=T0 + HOUR, every=HOUR)
    jumps = (timedelta(0), timedelta(minutes=59), HOUR, -timedelta(minutes=1), -timedelta(days=365))
    assert [hourly.rests(T0 + jump) for jump in jumps] == [True, True, False, False, False]


def test_a_pass_without_a_period_waits_no_longer_than_after_a_failure() -> None:
    clock = worker.Pass("clock", lambda at: 0, not_before=T0 + worker.AFTER_FAILURE)
    assert [clock.rests(T0 + after) for after in (timedelta(0), timedelta(seconds=4), worker.AFTER_FAILURE)] == [
        True, True, False
    ]  # fmt: skip
    assert not clock.rests(T0 - timedelta(seconds=1)), "the clock jumped back"


def deliveries() -> Counter[tuple[UUID, UUID | None]]:
    """How often each event was queued for each recipient."""
    return Counter(Delivery.objects.values_list("event_id", "recipient_id"))
