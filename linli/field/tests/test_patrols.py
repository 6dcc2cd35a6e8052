"""What a phone carries of a street sweep: the walk in its order, the pack's checklist, the codes that are posted."""

from __future__ import annotations

import pytest

from linli.codes import issuing
from linli.field.slice import Asking, changed
from linli.matters.patrols import giving
from linli.matters.patrols.models import PatrolVisit
from linli.matters.patrols.tests.streets import MORNING, WELL, at, venues, volunteers
from linli.paper.making import make
from linli.roster.on_duty import duties_of
from tests.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()


def test_a_phone_carries_the_walk_in_its_order_with_the_checklist_and_paper_prints_it(town: Town) -> None:
    for venue in venues(town, 7):
        issuing.issue("venue", venue.pk, community_id=town.id, at=MORNING)
    hands = volunteers(town, 2)
    giving.open_and_plan(at=MORNING)
    asking = Asking(hands[1], duties_of(hands[1], at=at("09:00")), at("09:00"), at("20:00"))
    told = changed(asking)["parts"]
    tasks = [t for key, part in told.items() if key[0] == "b" for t in part if t["mine"]]
    mine = PatrolVisit.objects.filter(walker=hands[1]).order_by("planned_at")
    assert [t["id"] for t in sorted(tasks, key=lambda t: t["planned"])] == [str(v.case_id) for v in mine]
    assert all(len(t["codes"]) == 2 for t in tasks)
    asked = [n["key"] for n in told["head"]["loops"]["patrol"]["steps"]["check"]["needs"]]
    assert asked == ["code", *WELL, "note"]
    round_one = [v.case_id for v in mine if v.number == 1]
    made = {"actor": town.desk, "at": at("08:30"), "intent": "print", "only": round_one}
    sheet = make("patrol.check", town.community.path, **made)  # type: ignore[arg-type]
    assert [row.case_id for row in sheet.rows.order_by("number")] == round_one
