"""No interleaving of steps, retries, duplicate intents, clock jumps and kills loses anything (hypothesis, stateful)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linli.loops import deadlines, engine, pack, relay, replanning, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Cursor, Event, LateNote, Remark
from linli.loops.registry import loop_of
from linli.loops.tests.conftest import Office, make_office
from linli.loops.tests.parcel import PACK, T0
from tests.undo import undone

INTENTS = st.sampled_from([f"i{n}" for n in range(12)])
GIVEN = st.sampled_from([{}, {"giver": "甲", "taker": "乙"}, {"reason": "丢"}])


class Killed(BaseException):
    """The process died here: nothing after this line runs, the open transaction is lost."""


class World(RuleBasedStateMachine):
    """One community, a clock that jumps, clients that retry, workers that die."""

    office: Office
    at: datetime
    acknowledged: dict[str, UUID]
    looked_at: datetime | None
    dies: bool
    fails: bool

    @initialize()
    def begin(self) -> None:
        self.room = ExitStack()
        self.room.enter_context(undone())
        self.office, self.at, self.dies, self.fails = make_office(), T0, False, False
        self.acknowledged, self.looked_at = {}, None
        relay._subscribers.clear()
        relay.after("*", name="oracle")(self.hear)

    def hear(self, event: Event, at: datetime) -> None:
        if event.community_id != self.office.id:
            return
        Remark.objects.create(community_id=event.community_id, event=event, key="heard", text=event.name)
        if self.dies:
            raise Killed
        if self.fails:
            raise ValueError("gateway")

    def cases(self) -> list[Case]:
        return list(Case.objects.filter(community_id=self.office.id).order_by("opened_at", "id"))

    def taken(self, intent: str, event_id: UUID) -> None:
        """What a client was told stays so: the same intent always means the same event."""
        assert self.acknowledged.setdefault(intent, event_id) == event_id

    @rule(minutes=st.integers(-90, 240))
    def clock_moves(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(intent=INTENTS)
    def opens(self, intent: str) -> None:
        known = Event.objects.filter(community_id=self.office.id, intent=intent).first()
        case = self.office.open(intent=intent)
        assert known is None or known.case_id == case.id

    @precondition(lambda self: self.cases())
    @rule(n=st.integers(0, 20), step=st.sampled_from(["fetch", "bring", "lose", "sign"]), given=GIVEN, intent=INTENTS,
          who=st.sampled_from(["runner", "lead", "director"]))  # fmt: skip
    def steps(self, n: int, step: str, given: dict[str, str], intent: str, who: str) -> None:
        case = self.cases()[n % len(self.cases())]
        before = (Event.objects.count(), Case.objects.count(), case.state)
        try:
            event = engine.advance(
                case.id, step, actor=getattr(self.office, who), given=given, at=self.at, intent=intent
            )
        except Refused:
            case.refresh_from_db()
            assert (Event.objects.count(), Case.objects.count(), case.state) == before
        else:
            self.taken(intent, event.id)

    @precondition(lambda self: self.cases())
    @rule(n=st.integers(0, 20), intent=INTENTS)
    def arrives_late(self, n: int, intent: str) -> None:
        case = self.cases()[n % len(self.cases())]
        if not Event.objects.filter(community_id=self.office.id, intent=intent).exists():
            engine.note_late(
                case.id, "fetch", actor=self.office.runner, given={}, at=self.at, intent=intent, reason="晚到"
            )

    @precondition(lambda self: self.cases())
    @rule(n=st.integers(0, 20), intent=INTENTS)
    def answers(self, n: int, intent: str) -> None:
        case = self.cases()[n % len(self.cases())]
        try:
            deadlines.acknowledge(case.id, actor=self.office.lead, at=self.at, intent=f"ack-{intent}")
        except Refused:
            assert case.closed_at

    @rule()
    def clock_looks(self) -> None:
        deadlines.wake_due(at=self.at)
        deadlines.steady(at=self.at)
        self.looked_at = self.at

    @rule(minutes=st.integers(5, 90), version=st.integers(2, 5))
    def pack_changes(self, minutes: int, version: int) -> None:
        body = PACK.replace('version = "1"', f'version = "{version}"').replace('"20m"', f'"{minutes}m"')
        replanning.adopt(self.office.id, body, from_at=self.at, at=self.at, adopted_by="赵主")

    @rule(end=st.sampled_from(["lives", "dies", "fails", "leases and dies"]))
    def worker_runs(self, end: str) -> None:
        self.dies, self.fails = end == "dies", end == "fails"
        if end == "leases and dies":
            Cursor.objects.filter(community_id=self.office.id).update(
                leased_until=self.at + relay.LEASE, leased_by="dead"
            )
            return
        try:
            with transaction.atomic():
                relay.pump(at=self.at, worker="w")
        except Killed:
            pass
        self.dies = self.fails = False

    @invariant()
    def every_open_case_owes_and_stands_where_it_may(self) -> None:
        if not hasattr(self, "office"):
            return
        for case in self.cases():
            state = loop_of(case.loop).states[case.state]
            assert state.is_open == (case.closed_at is None)
            assert state.is_open == (case.due_at is not None and case.wake_at is not None)
            assert case.events.order_by("-seq")[0].state == case.state

    @invariant()
    def nobody_is_forgotten_when_the_clock_was_wrong(self) -> None:
        """Once the clock was looked at, no unanswered case is silent for longer than a rung of the ladder."""
        if not hasattr(self, "office") or self.looked_at != self.at:
            return
        for case in self.cases():
            if not case.closed_at and not case.acknowledged_at and case.wake_at != case.due_at:
                assert case.wake_at <= self.at + timedelta(minutes=pack.MOST_MINUTES) + deadlines.LEEWAY

    @invariant()
    def nobody_heard_anything_twice(self) -> None:
        if hasattr(self, "office"):
            heard = Counter(
                Remark.objects.filter(key="heard", community_id=self.office.id).values_list(
                    "event", flat=True
                )
            )
            assert not heard or max(heard.values()) == 1

    def teardown(self) -> None:
        if hasattr(self, "room"):
            with self.room:
                self.everything_was_heard_once_the_worker_came_to_it()

    def everything_was_heard_once_the_worker_came_to_it(self) -> None:
        assert seal.verify(self.office.id) is None
        assert LateNote.objects.filter(community_id=self.office.id).count() == (
            Event.objects.filter(community_id=self.office.id, name__endswith=".late_note").count()
        )
        at = self.at
        for _ in range(relay.MOST_TRIES + 2):
            at += timedelta(hours=9)
            relay.pump(at=at, worker="last", most=1000)
        told = set(
            Remark.objects.filter(key="heard", community_id=self.office.id).values_list("event", flat=True)
        )
        assert told == set(Event.objects.filter(community_id=self.office.id).values_list("id", flat=True))


@pytest.fixture
def bounded() -> Iterator[settings]:
    yield settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )


@pytest.mark.django_db
def test_nothing_is_lost_whatever_happens_in_whatever_order(bounded: settings) -> None:
    run_state_machine_as_test(World, settings=bounded)
