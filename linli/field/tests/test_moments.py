"""The time that counts: what happened offline at 01:22 counts from 01:22, whatever a clock says and whenever it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.field import intents
from linli.field.tests.phone import act
from linli.loops.models import Case, Event
from tests.flows.journey import STEPS, begin
from tests.town import Town, minutes

NIGHT = {"board": -1.0, "deliver": 8.0, "hand_over": 12.0}
"""What happened when, in minutes after T0 (01:10): handed over at the door at 01:22."""
SENT = minutes(410)
"""08:00: the phone finds a network."""


def night(town: Town, *, told: dict[str, float | None], ahead: timedelta = timedelta()) -> Case:
    """The ride of a phone without a network. `told`: what its clock said at each step; `ahead`: its error when it sends."""
    case = begin(town).go("verify", "certify", "dispatch").case
    moments = {step: minutes(m) if m is not None else None for step, m in (NIGHT | told).items()}
    acts = [
        act(case.id, step, dict(STEPS[step][1]), device_at=(at + ahead).isoformat() if at else None)
        for step, at in moments.items()
    ]
    answers = intents.take(acts, user=town.desk, at=SENT, sent_at=SENT + ahead)
    assert [a.answer for a in answers] == ["accepted"] * 3
    return Case.objects.get(loop="isolation")


@pytest.mark.parametrize("ahead", [0, 24, -24, 30 * 24])
def test_a_hand_over_at_0122_sent_at_0800_plans_from_0122(town: Town, ahead: int) -> None:
    home = night(town, told={}, ahead=timedelta(hours=ahead))
    zero = minutes(12)
    assert home.anchors["day_zero"] == zero.isoformat()
    assert datetime.fromisoformat(home.anchors["isolation_ends"]) == zero + timedelta(days=7)
    event = Event.objects.get(name="return.hand_over")
    assert (event.at, event.device_at) == (SENT, zero)
    assert home.opened_at == SENT


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (
            24 * 60.0,
            SENT,
        ),  # jumped a day ahead after the act and back before the sending: not after it came in
        (-40.0, minutes(8)),  # before the drive ended: not before the step before it
        (-80 * 60.0, SENT),  # a time nobody can mean
        (None, SENT),  # no clock at all
    ],
)
def test_a_clock_that_says_what_cannot_be_is_bounded_by_what_is_known(
    town: Town, said: float | None, counts: datetime
) -> None:
    home = night(town, told={"hand_over": said})
    assert home.anchors["day_zero"] == counts.isoformat()


def test_what_the_desk_types_counts_when_it_is_typed(town: Town) -> None:
    journey = begin(town).go("verify", "certify", "dispatch", "board", "deliver", "hand_over")
    handed = Event.objects.get(name="return.hand_over")
    home = Case.objects.get(loop="isolation")
    assert home.anchors["day_zero"] == handed.at.isoformat() == minutes(journey.clock).isoformat()
