"""A round on a phone: doors taken along masked, records of a day sent at once, nothing lost and nothing in clear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linli.base.ids import uuid7
from linli.field import intents
from linli.field.slice import Asking, changed
from linli.loops.models import Case, Event, LateNote
from linli.matters.census import rounds
from linli.matters.census.models import CensusRound, Correction
from linli.roster.on_duty import duties_of
from tests.town import T0, Town, make_town

pytestmark = pytest.mark.django_db

NINE = T0 + timedelta(hours=8)


def sent(town: Town, *records: dict[str, Any], hours: float = 9) -> list[str]:
    answers = intents.take(records, user=town.grid_worker, at=NINE + timedelta(hours=hours))
    return [a.answer for a in answers]


def record(case: Case, step: str, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "case": str(case.id), "step": step, "given": given}


def test_a_day_at_the_doors_without_a_network() -> None:
    town = make_town()
    told = rounds.Told(
        name="一轮", buildings=[town.building["A 3"].pk], until=NINE + timedelta(days=1), asks=["health"]
    )
    rounds.open_round(told, community=town.community, actor=town.grid_lead, at=NINE, intent="r")
    held = duties_of(town.grid_worker, at=NINE)
    slice_ = changed(Asking(town.grid_worker, held, NINE, NINE + timedelta(hours=8)))
    tasks = [task for name, part in slice_["parts"].items() if name[0] == "b" for task in part]
    (home,) = [task for task in tasks if task["title"] == "香阅四季A区3-1-101"]
    assert home["known"] == {"answer": {"people": 2}}
    assert dict(home["facts"]) == {"登记的人": "1 陆*禾 户主;2 方*川", "本轮要问": "家里有人发热或有症状吗"}
    assert set(slice_["parts"]["head"]["loops"]["visit"]["steps"]) == {
        "answer",
        "absent",
        "refuse",
        "empty",
        "pass_on",
    }
    assert not [name for name in town.canaries if name in str(slice_)]

    first, second, third = Case.objects.filter(loop="visit").order_by("round_door__dwelling__position")[:3]
    wrong = record(first, "answer", people=2, phone="9 13900099001", health="ill")
    day = [
        {**record(second, "absent"), "device_at": (NINE + timedelta(hours=1)).isoformat()},
        record(second, "answer", people=3, health="well", name="2 林小希"),
    ]
    assert sent(town, wrong, *day) == ["refused", "accepted", "accepted"]
    assert sent(town, *day) == ["seen", "seen"]
    second.refresh_from_db()
    assert second.anchors["tried"] == ["morning"], "the phone's clock says when somebody knocked"
    right = record(first, "answer", people=2, phone="1 13900099001", health="ill")
    assert sent(town, right) == ["accepted"]
    assert sent(town, record(second, "absent")) == ["refused"], (
        "the door is done: it stands there as a late record"
    )
    assert LateNote.objects.count() == 1
    assert Correction.objects.count() == 2
    clear = str(list(Event.objects.values_list("given", flat=True)))
    assert not [word for word in ("13900099001", "林小希", "ill") if f"'{word}'" in clear]
    assert CensusRound.objects.get().doors.get(case=third).outcome == ""
