"""Whatever people try in whatever order: nobody is bound but by the book, and everybody is free again by the clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.loops import deadlines
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.alerts import appealing, proposing
from linli.matters.alerts.bases import basis_of
from linli.matters.alerts.restriction import binds, file_of
from linli.matters.alerts.tests.scene import DAY, HOUR, rows, take, wish
from tests.town import T0, Town, make_town

WHO = st.sampled_from(["director", "approver", "health", "desk", "grid_lead", "patrol"])
PROPOSE = st.tuples(
    st.just("propose"),
    WHO,
    st.fixed_dictionaries({
        "basis": st.sampled_from(["contact", "patient", "", "因为"]),
        "evidence": st.sampled_from(["notice", "test", ""]),
        "evidence_number": st.sampled_from(["41号", "", " "]),
        "reason": st.sampled_from(["同一间办公室", ""]),
        "days": st.sampled_from([-1, 0, 1, 3, 4, 21, 22, 400]),
    }),
)  # fmt: skip
GIVEN: dict[str, dict[str, Any]] = {
    "confirm": {"looked": True},
    "tell": {"how": "phone", "appeal": True},
    "refer": {"doubt": "r"},
    "allow": {"many": "r"},
    "lift": {"reason": "r"},
    "decline": {"reason": "r"},
    "withdraw": {"reason": "r"},
    "uphold": {"reason": "r"},
}
ACT = st.tuples(st.sampled_from(sorted(GIVEN)), WHO, st.none())
WAIT = st.tuples(st.just("wait"), st.just(""), st.sampled_from([0.2, 2.0, 30.0, 80.0, 500.0]))
APPEAL = st.tuples(st.just("appeal"), st.just(""), st.none())
DEEDS = st.lists(st.one_of(PROPOSE, ACT, ACT, ACT, WAIT, APPEAL), min_size=3, max_size=10)
OFFICE = (
    ("health", "approver", "director"),
    ("director", "approver", "health"),
    ("desk", "director", "desk"),
)
ROAD = st.sampled_from([*OFFICE, ("director", "director", "health")]).map(
    lambda who: [
        ("propose", who[0], {"basis": "contact", "evidence": "notice", "evidence_number": "41号",
                             "reason": "同一间办公室", "days": 3}),
        ("confirm", who[1], None),
        ("tell", who[2], None),
    ]
)  # fmt: skip


class Undo(Exception):
    """Ends an example; nothing of it stays."""


def act(town: Town, deed: tuple[str, str, Any], at: datetime) -> None:
    """One thing somebody tries. What is refused has written nothing."""
    what, who, more = deed
    before = rows()
    try:
        if what == "propose":
            ends_at = at + timedelta(days=more["days"])
            told = {k: v for k, v in more.items() if k != "days"}
            user = getattr(town, who)
            proposing.propose(
                town.person["叶知秋"], wish(intent=f"p-{at}", ends_at=ends_at, **told), actor=user, at=at
            )
        else:
            _move(town, what, who, at)
    except Refused:
        assert rows() == before


def _move(town: Town, what: str, who: str, at: datetime) -> None:
    for case in Case.objects.filter(loop__in=("restriction", "appeal")).order_by("-id")[:2]:
        if what == "appeal" and case.loop == "restriction":
            appealing.ask(case, "不对", at=at, intent=f"a-{at}")
        elif what in case.declared.steps:
            take(case, what, getattr(town, who), at, **GIVEN[what])


def assert_by_the_book(town: Town, pack: Pack, at: datetime) -> None:
    """Everybody who is bound at this moment is bound by the book."""
    for case in Case.objects.filter(loop="restriction"):
        if not binds(case, at):
            continue
        kept = file_of(case)
        basis = basis_of(pack, kept.basis)
        assert basis
        assert kept.evidence_number.strip()
        assert kept.reason.strip()
        assert kept.confirmer_id not in (None, kept.proposer_id)
        assert kept.told_at
        assert not kept.needs_third or kept.allower_id not in (None, kept.proposer_id, kept.confirmer_id)
        assert at < kept.ends_at <= kept.proposed_at + basis.max_days * DAY


def live(town: Town, deeds: list[tuple[str, str, Any]]) -> int:
    """Everything is tried in its order, then the clock runs out. How many were bound on the way."""
    at, bound, pack = T0, 0, pack_for(town.id, T0)
    for deed in deeds:
        at += HOUR * (deed[2] if deed[0] == "wait" else 0.1)
        deadlines.wake_due(at=at)
        if deed[0] != "wait":
            act(town, deed, at)
        assert_by_the_book(town, pack, at)
        bound += sum(binds(case, at) for case in Case.objects.filter(loop="restriction"))
    at += 30 * DAY
    deadlines.wake_due(at=at)
    assert not [case for case in Case.objects.filter(loop="restriction") if binds(case, at)]
    assert not Case.objects.filter(loop="restriction", state="in_force").exists(), "ended, with nobody's help"
    return bound


@pytest.mark.django_db
def test_no_path_leads_to_a_restriction_that_is_not_by_the_book_and_every_one_ends() -> None:
    town, bound = make_town(), []

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(deeds=st.one_of(DEEDS, st.tuples(ROAD, DEEDS).map(lambda two: [*two[0], *two[1]])))
    def people_try(deeds: list[tuple[str, str, Any]]) -> None:
        with suppress(Undo), transaction.atomic():
            bound.append(live(town, deeds))
            raise Undo

    people_try()
    assert sum(n > 0 for n in bound) > 10, "and the road is open: somebody was bound by the book"
