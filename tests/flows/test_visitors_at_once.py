"""Two gates, one pass: whoever scans second reads that somebody is in already; a colour at the gate is followed."""

from __future__ import annotations

import pytest

from linli.loops import engine, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.matters.visitors import passes, people
from linli.matters.visitors.announcing import GATE, Told, announce
from linli.registry.models import Person
from linli.roster.models import User
from tests.flows.test_returns_at_once import at_once
from tests.town import Town, make_town, minutes


@pytest.fixture
def town(committed: None) -> Town:
    """A town that several connections see."""
    return make_town()


def test_two_gates_scanning_the_same_pass_at_once_let_one_in(town: Town) -> None:
    east, west = town.staff["gatekeeper"], town.hire("gatekeeper", "石西门")
    host = Person.objects.select_related(*people.HOMES).get(pk=town.person["陆青禾"].pk)
    told = Told(kind="guest", channel=GATE, intent="visit", name="温来客")
    case = announce(host, told, at=minutes(0), agreed=True, actor=east)
    code = passes.code_of(case)
    assert code

    def scan(gate: User, intent: str) -> str:
        try:
            given = {"code": code.token}
            return engine.advance(
                case.id, "enter", actor=gate, given=given, at=minutes(5), intent=intent
            ).name
        except Refused as refused:
            return refused.sentence

    said = sorted(at_once([lambda: scan(east, "east"), lambda: scan(west, "west")]))
    assert said == ["visit_pass.enter", "此事已是「在小区里」,不能再「进」。请看最新情况"]
    assert Event.objects.filter(case=case, name="visit_pass.enter").count() == 1
    assert seal.verify(town.id) is None


@pytest.mark.parametrize(
    ("why", "seen"), [("red", ("colour", "red")), ("fever", ("fever", None)), ("other", None)]
)
def test_a_colour_at_the_gate_is_followed_without_the_host(
    town: Town, why: str, seen: tuple[str, str] | None
) -> None:
    host = Person.objects.select_related(*people.HOMES).get(pk=town.person["陆青禾"].pk)
    told = Told(kind="guest", channel=GATE, intent="visit", name="温来客")
    visit = announce(host, told, at=minutes(0), agreed=True, actor=town.staff["gatekeeper"])
    for _ in range(2):
        given = {"why": why}
        engine.advance(
            visit.id, "turn_away", actor=town.staff["gatekeeper"], given=given, at=minutes(1), intent="no"
        )
    alerts = list(Case.objects.filter(loop="alert"))
    kinds = [(one.anchors["kind"], one.anchors.get("colour")) for one in alerts]
    assert kinds == ([seen] if seen else [])
    assert [one.cause_id for one in alerts] == ([visit.pk] if seen else [])
    assert str(host.pk) not in [one.subject for one in alerts]
    assert all(str(host.pk) not in str(one.anchors) for one in alerts)
