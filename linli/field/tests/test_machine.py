"""Two phones and a network that cuts, doubles, reorders and swallows: nothing lost, nothing twice (hypothesis, stateful)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
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

from linli.base import clock
from linli.base.ids import uuid7
from linli.field import screens
from linli.field.intents import name_of
from linli.field.tests.phone import Phone, act
from linli.loops import engine, seal
from linli.loops.models import Case, Event, LateNote
from linli.loops.spec import Opening
from linli.matters.isolation.loop import Isolation
from linli.matters.isolation.models import Observation
from linli.matters.returns.loop import Return
from linli.registry.models import Person
from tests.flows.journey import STEPS
from tests.town import Town, make_town
from tests.undo import undone

RIDE = ("board", "deliver", "hand_over", "miss", "find", "fall_ill")
PHONES = st.integers(0, 1)
FINAL = {"accepted", "seen", "refused"}


class Outbox:
    """What the app keeps: acts in their order, and the last answer to each."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.acts: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.on_the_way: list[list[dict[str, Any]]] = []  # batches that the network still holds
        self.ahead = timedelta()

    def waiting(self) -> list[dict[str, Any]]:
        return [a for a in self.acts if a["id"] not in self.answers]

    def hear(self, batch: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
        """A reply came back: every intent is answered, in order, and never otherwise than before."""
        assert [a["id"] for a in answers] == [i["id"] for i in batch]
        for answer in answers:
            if answer["answer"] in FINAL:
                before = self.answers.setdefault(answer["id"], answer)
                assert (before["answer"] == "refused") == (answer["answer"] == "refused")
                assert before.get("kept") == answer.get("kept")


class Corridor(RuleBasedStateMachine):
    """Volunteers act offline on the same few cases; the network does to their batches what networks do."""

    town: Town

    @initialize()
    def begin(self) -> None:
        self.room = ExitStack()
        self.room.enter_context(undone())
        screens.knocks.forget()
        self.town = make_town(f"t{uuid7().hex[-8:]}", nobody_known=True)
        users = [self.town.hire("desk", "手机甲"), self.town.hire("desk", "手机乙")]
        self.boxes = [Outbox(Phone(user)) for user in users]
        at = clock.now()
        known = {"history": "other_province"}
        self.cases = [
            engine.open_case(
                Return,
                Opening(
                    title="贾**", scope=f"{self.town.community.path}b/", subject=f"s{n}", state="dispatched", anchors=known
                ),
                community_id=self.town.id, at=at, intent=f"open-{n}",
            )
            for n in range(3)
        ]  # fmt: skip
        inside = Person.objects.create(
            community=self.town.community,
            name="屈无忧",
            path=f"{self.town.community.path}b/",
            created_at=at,
            updated_at=at,
        )
        self.home = engine.open_case(
            Isolation,
            Opening(
                title="屈**", scope=inside.path, subject=str(inside.pk), state="isolating",
                anchors={"history": "other_province", "day_zero": at.isoformat()},
            ),
            community_id=self.town.id, at=at, intent="home",
        )  # fmt: skip
        self.report = Case.objects.get(cause=self.home, loop="health_report")

    @rule(who=PHONES, n=st.integers(0, 2), step=st.sampled_from(RIDE), whole=st.booleans())
    def acts(self, who: int, n: int, step: str, whole: bool) -> None:
        box, given = self.boxes[who], dict(STEPS[step][1])
        if not whole:
            given.pop(next(iter(given)))
        self.did(box, act(self.cases[n].id, step, given))

    @rule(who=PHONES, celsius=st.sampled_from([36.5, 38.2, 365]))
    def measures(self, who: int, celsius: float) -> None:
        self.did(self.boxes[who], act(self.report.id, "kept", {"celsius": celsius}))

    @rule(who=PHONES, whole=st.booleans())
    def sees_a_fever_and_calls(self, who: int, whole: bool) -> None:
        born = {"loop": "fever", "beside": str(self.home.id)}
        opened = act(uuid7(), "opened", {"reason": "脸红"} if whole else {}, **born)
        self.did(self.boxes[who], opened)
        self.did(self.boxes[who], act(opened["case"], "call", {"doctor": "葛医生", "advice": "观察"}, **born))

    def did(self, box: Outbox, made: dict[str, Any]) -> None:
        box.acts.append({**made, "device_at": (clock.now() + box.ahead).isoformat()})

    @rule(who=PHONES, days=st.sampled_from([-30, -1, 0, 1, 30]))
    def clock_jumps(self, who: int, days: int) -> None:
        self.boxes[who].ahead = timedelta(days=days)

    @precondition(lambda self: any(box.waiting() for box in self.boxes))
    @rule(
        who=PHONES,
        most=st.integers(1, 6),
        fate=st.sampled_from(["through", "swallowed", "doubled", "held", "cut"]),
    )
    def sends(self, who: int, most: int, fate: str) -> None:
        box = self.boxes[who]
        batch = box.waiting()[:most]
        if fate == "cut" or not batch:
            return  # it never arrived
        if fate == "held":
            box.on_the_way.append(batch)
            return
        answers = self.deliver(box, batch)
        if fate == "doubled":
            answers = self.deliver(box, batch)
        if fate != "swallowed":
            box.hear(batch, answers)

    @precondition(lambda self: any(box.on_the_way for box in self.boxes))
    @rule(who=PHONES, n=st.integers(0, 5))
    def arrives_out_of_order(self, who: int, n: int) -> None:
        """A batch that a proxy held comes after later ones; whoever sent it gave up listening long ago."""
        box = self.boxes[who]
        if box.on_the_way:
            self.deliver(box, box.on_the_way.pop(n % len(box.on_the_way)))

    def deliver(self, box: Outbox, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return box.phone.send(*batch, sent_at=clock.now() + box.ahead)

    @invariant()
    def every_hand_over_starts_one_isolation(self) -> None:
        if not hasattr(self, "town"):
            return
        own = Event.objects.filter(community_id=self.town.id)
        handed = Counter(own.filter(name="return.hand_over").values_list("case_id", flat=True))
        started = Counter(
            Case.objects.filter(community_id=self.town.id, loop=Isolation.key)
            .exclude(pk=self.home.pk)
            .values_list("cause", flat=True)
        )
        assert started == handed

    @invariant()
    def every_report_counts_once_and_one_alert_follows(self) -> None:
        if not hasattr(self, "town"):
            return
        own = Event.objects.filter(community_id=self.town.id)
        rows = Observation.objects.filter(community_id=self.town.id)
        assert rows.count() == own.filter(name="health_report.kept").count()
        opened = own.filter(name="fever.opened")
        assert opened.count() <= 1
        if rows.filter(is_alert=True).exists():
            assert opened.count() == 1

    @invariant()
    def what_was_answered_stands_in_the_ledger(self) -> None:
        if not hasattr(self, "town"):
            return
        names = Event.objects.filter(community_id=self.town.id).values_list("intent", "name")
        verbs = {intent: name.partition(".")[2] for intent, name in names}
        for box in self.boxes:
            by_id = {a["id"]: a for a in box.acts}
            for intent, answer in box.answers.items():
                taken = answer["answer"] in ("accepted", "seen")
                kept = "late_note" if answer.get("kept") else None
                wanted = by_id[intent]["step"] if taken else kept
                assert verbs.get(name_of(box.phone.user, intent)) == wanted

    def teardown(self) -> None:
        if hasattr(self, "room"):
            with self.room:
                self.the_network_is_back_and_the_books_agree()

    def the_network_is_back_and_the_books_agree(self) -> None:
        """Everything is sent until nothing waits."""
        for _ in range(30):
            for box in self.boxes:
                if batch := box.waiting()[:5]:
                    box.hear(batch, self.deliver(box, batch))
        assert [box.waiting() for box in self.boxes] == [[], []]
        self.every_hand_over_starts_one_isolation()
        self.every_report_counts_once_and_one_alert_follows()
        self.what_was_answered_stands_in_the_ledger()
        mine = Event.objects.filter(community_id=self.town.id, intent__startswith="field-")
        answered = [a for box in self.boxes for a in box.answers.values()]
        kept_or_taken = [a for a in answered if a["answer"] != "refused" or a.get("kept")]
        assert mine.count() == len(kept_or_taken)
        assert LateNote.objects.filter(community_id=self.town.id).count() == sum(
            a.get("kept", False) for a in answered
        )
        assert all(
            (e.device_at and abs(e.device_at - e.at) < timedelta(minutes=5)) or self.jumped(e) for e in mine
        )
        assert seal.verify(self.town.id) is None

    def jumped(self, event: Event) -> bool:
        """A clock that jumped between the act and the sending cannot be put right; it is never later than the house's."""
        assert event.device_at
        return event.at - timedelta(hours=72, minutes=1) <= event.device_at <= event.at


@pytest.fixture
def bounded() -> Iterator[settings]:
    yield settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )


@pytest.mark.django_db
def test_nothing_is_lost_or_doubled_whatever_the_network_does(bounded: settings) -> None:
    run_state_machine_as_test(Corridor, settings=bounded)
