"""Two gates, one pass: whoever scans second reads that somebody is in already."""

from __future__ import annotations

import pytest

from linli.loops import engine, seal
from linli.loops.engine import Refused
from linli.loops.models import Event
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
