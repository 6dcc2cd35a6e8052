"""Many restrictions in a day: beyond the pack's numbers a third person of another duty looks first."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for, shipped, shipped_keys
from linli.loops.replanning import adopt
from linli.matters.alerts import in_mass, links, proposing
from linli.matters.alerts.facts import restriction_facts
from linli.matters.alerts.models import RestrictionFile
from linli.matters.alerts.restriction import binds, file_of
from linli.matters.alerts.tests.scene import HOUR, fresh, rows, take, wish
from linli.roster.models import User
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

SHIPPED = "proposer = 5, approver = 10, community = 20"
NAMES = ("叶知秋", "石敢当", "武思源", "牛德胜", "贾长亭", "蓝采薇")


def few(town: Town, *, proposer: int = 9, approver: int = 9, community: int = 9, text: str = "") -> None:
    """The day's pack with small numbers."""
    numbers = f"proposer = {proposer}, approver = {approver}, community = {community}"
    text = text or shipped("covid-v9")
    assert SHIPPED in text
    adopt(town.id, text.replace(SHIPPED, numbers), from_at=minutes(-2), at=T0, adopted_by="段秋实")


def propose(town: Town, n: int, by: User, at_hour: float = 0) -> Case:
    at = T0 + at_hour * HOUR
    return proposing.propose(town.person[NAMES[n]], wish(intent=f"r-{n}"), actor=by, at=at)


def test_every_pack_says_how_many_a_day() -> None:
    town = make_town()
    assert [key for key in shipped_keys() if SHIPPED not in shipped(key)] == []
    pack = pack_for(town.id, T0)
    assert [in_mass.most(pack, whose) for whose in in_mass.DEFAULT] == [5, 10, 20]


@pytest.mark.parametrize("limit", [{"proposer": 2}, {"community": 2}])
def test_beyond_the_number_the_director_looks_first_and_is_a_third_person(limit: dict[str, int]) -> None:
    town = make_town()
    few(town, **limit)
    second = town.hire("health", "另一位")
    by = [town.health, second if "community" in limit else town.health, town.health]
    assert [propose(town, n, by[n]).state for n in (0, 1)] == ["proposed", "proposed"]
    seen = in_mass.lately(town.health.pk, community_id=town.id, pack=pack_for(town.id, T0), at=T0)
    assert seen.needs_third
    case = propose(town, 2, by[2])
    assert (case.state, case.due_at, file_of(case).needs_third) == ("held", T0 + 2 * HOUR, True)
    assert propose(town, 2, by[2]) == case
    before = rows()
    for step, who, given in (
        ("confirm", town.approver, {"looked": True}),
        ("tell", town.health, {"how": "phone", "appeal": True}),
        ("allow", town.approver, {"many": "一栋楼"}),
        ("allow", town.desk, {"many": "一栋楼"}),
        ("allow", town.director, {}),
    ):
        with pytest.raises(Refused):
            take(case, step, who, minutes(5), **given)
    with pytest.raises(Refused):
        links.issue(case.id, community_id=town.id, actor=town.health, at=T0)
    assert (rows(), file_of(case).allower_id, binds(case, minutes(5))) == (before, None, False)
    take(case, "allow", town.director, minutes(6), many="一栋楼里查出三户")
    with pytest.raises(Refused, match="先看过的人"):
        take(case, "confirm", town.director, minutes(7), looked=True)
    take(case, "confirm", town.approver, minutes(8), looked=True)
    take(case, "tell", town.health, minutes(9), how="phone", appeal=True)
    assert binds(fresh(case), minutes(10))
    said = [fact.value for fact in restriction_facts(fresh(case))]
    assert town.director.shown_name in said
    assert "一栋楼里查出三户" in said
    assert "三户" not in str(list(Event.objects.values("given")))


def test_midnight_gives_no_second_day_and_what_was_withdrawn_counts() -> None:
    town = make_town()
    few(town, proposer=2)
    first = propose(town, 0, town.health)
    take(first, "withdraw", town.health, minutes(1), reason="重来")
    propose(town, 1, town.health, 23)
    assert propose(town, 2, town.health, 23.9).state == "held"
    assert propose(town, 3, town.health, 24.1).state == "held", (
        "two of the last 24 hours: the second and the third"
    )
    assert propose(town, 4, town.health, 48.2).state == "proposed"


def test_a_director_does_not_look_first_at_an_own_proposal() -> None:
    town = make_town()
    few(town, proposer=1)
    propose(town, 0, town.director)
    case = propose(town, 1, town.director)
    before = rows()
    with pytest.raises(Refused, match="另一位主任"):
        take(case, "allow", town.director, minutes(1), many="因为多")
    assert (rows(), file_of(case).allower_id) == (before, None)
    take(case, "decline", town.approver, minutes(2), reason="一个人提得太多")
    assert fresh(case).state == "declined"


def test_an_approver_beyond_the_number_confirms_nothing_and_may_ask_the_director() -> None:
    town = make_town()
    few(town, approver=2)
    cases = [propose(town, n, town.health) for n in range(3)]
    for n in (0, 1):
        take(cases[n], "confirm", town.approver, minutes(n), looked=True)
    before = rows()
    with pytest.raises(Refused, match="已确认 2 件"):
        take(cases[2], "confirm", town.approver, minutes(3), looked=True)
    assert (rows(), fresh(cases[2]).state, file_of(cases[2]).confirmed_at) == (before, "proposed", None)
    take(cases[2], "refer", town.approver, minutes(4), doubt="今天太多了")
    assert file_of(cases[2]).needs_third
    take(cases[2], "allow", town.director, minutes(5), many="一栋楼")
    with pytest.raises(Refused, match="已经看过"):
        take(cases[2], "refer", town.approver, minutes(6), doubt="还是多")
    take(cases[2], "confirm", town.approver, minutes(7), looked=True)
    assert fresh(cases[2]).state == "confirmed"


def test_a_pack_of_before_refuses_what_is_too_many_and_nothing_is_written() -> None:
    town = make_town()
    text = shipped("covid-v9")
    old = "\n".join(row for row in text.splitlines() if not row.startswith('"restriction.allow"'))
    few(town, proposer=1, text=old)
    propose(town, 0, town.health)
    before = rows()
    with pytest.raises(Refused, match="启用新版"):
        propose(town, 1, town.health)
    assert (rows(), RestrictionFile.objects.count()) == (before, 1)


def test_the_database_itself_wants_a_third_person_where_one_is_needed() -> None:
    town = make_town()
    case = propose(town, 0, town.health)
    take(case, "confirm", town.approver, minutes(1), looked=True)
    for broken in (None, town.health.pk, town.approver.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            RestrictionFile.objects.update(needs_third=True, allower_id=broken)
