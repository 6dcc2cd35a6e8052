"""Takes somebody of the cast through the loop, step by step, as the people on duty would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.returns.models import Trip
from linli.matters.returns.notices import NoticeIn, receive
from linli.matters.returns.trips import known_facts
from linli.registry.announce import Described
from tests.town import Town, minutes

WELL = {"identity": True, "contact": "no", "health": "well", "history": "other_province"}

STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "verify": ("reception", WELL),
    "certify": ("reception", {}),
    "dispatch": ("transport", {"vehicle": "晋DY0001", "driver": "路远行"}),
    "board": ("transport", {"giver": "车站 韩站务", "taker": "路远行", "place": "长治东站东出口"}),
    "deliver": ("transport", {"giver": "路远行", "taker": "温知暖"}),
    "hand_over": ("health", {"giver": "路远行", "taker": "温知暖", "notice_given": True}),
    "miss": ("transport", {"reason": "出站口没有等到,电话关机"}),
    "find": ("transport", {"reason": "在候车室睡着了"}),
    "refuse": ("transport", {"reason": "要自己打车"}),
    "persuade": ("grid_lead", {"reason": "家人劝通了"}),
    "fall_ill": (
        "transport",
        {"giver": "路远行", "taker": "120 葛医生", "celsius": 38.1, "clinic": "市人民医院"},
    ),
    "admit": ("health", {"giver": "120 葛医生", "taker": "市人民医院 苗护士"}),
    "refer": ("reception", {"community": "望湖社区", "receipt": "望湖 何主任", "reason": "住址在望湖小区"}),
    "call_off": ("grid_lead", {"reason": "本人改签到下月"}),
}
"""Step → the duty that takes it, and what it answers."""


@dataclass
class Journey:
    """One person of the cast on the way home; `clock` is the minutes since T0."""

    town: Town
    trip_id: Any
    clock: float = 0

    @property
    def trip(self) -> Trip:
        """As it is now."""
        return Trip.objects.select_related("case", "person", "arrival", "dwelling__building").get(
            pk=self.trip_id
        )

    @property
    def case(self) -> Case:
        """As it is now."""
        return Case.objects.get(subject=str(self.trip_id), loop="return")

    def take(self, step: str, *, by: str = "", **changes: Any) -> Event:
        """Take one step two minutes later; `changes` replace answers (None leaves one out), `by` another account."""
        self.clock += 2
        duty, answers = STEPS[step]
        known = known_facts(self.trip) if step == "verify" else {}
        given = {k: v for k, v in {**known, **answers, **changes}.items() if v is not None}
        return engine.advance(
            self.case.id,
            step,
            actor=self.town.staff[by or duty],
            given=given,
            at=minutes(self.clock),
            intent=f"{self.trip_id}:{step}:{self.clock}",
        )

    def go(self, *steps: str) -> Journey:
        """Several steps, one after the other."""
        for step in steps:
            self.take(step)
        return self


def begin(town: Town, name: str = "陆青禾", **more: Any) -> Journey:
    """A notice for somebody of the cast by tonight's G9457, who lives where the register says."""
    facts, person = town.facts[name], town.person[name]
    assert person.household is not None
    given: dict[str, Any] = {
        "source": "push",
        "key": f"notice-{name}",
        "who": Described(name=person.name, id_number=facts.id_number, phones=(facts.phone,)),
        "origin": "吉林省长春市",
        "service": "G9457",
        "station": "长治东站",
        "eta_at": minutes(-5),
        "destination": str(person.household.dwelling),
        "told_at": minutes(-600),
    }
    outcome = receive(NoticeIn(**(given | more)), community=town.community, at=minutes(0))
    assert outcome.trip is not None
    return Journey(town, outcome.trip.id)
