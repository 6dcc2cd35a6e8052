"""A day of patrols too few, a positive pool, what a phone takes along of alerts, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.models import Case
from linli.loops.registry import opened_by
from linli.loops.spec import Opening
from linli.matters.alerts import carry, from_patrols, from_scans
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.tests.scene import DAY, fresh, in_force, rows, scan, shop, take
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db


def visit(town: Town, subject: str, n: int, **more: Any) -> Case:
    """One visit of a patrol as its own matter keeps it."""
    told = {"state": "awaited", "opened_at": T0, "due_at": minutes(n), "wake_at": minutes(n)} | more
    return Case.objects.create(
        id=uuid7(), community_id=town.id, loop="patrol", title="便民超市", scope=town.community.path,
        subject=subject, entered_at=T0, pack="p", **told,
    )  # fmt: skip


DONE: dict[str, Any] = {"due_at": None, "wake_at": None, "closed_at": minutes(5)}


def test_a_venue_short_of_its_visits_is_one_alert_once_the_day_is_over() -> None:
    town = make_town()
    venue = str(shop(town).pk)
    late = visit(town, venue, 60, overdue_at=minutes(60))
    last = visit(town, venue, 120)
    assert not from_patrols.falls_short(late), "a visit of the day can still be made"
    Case.objects.filter(pk=last.pk).update(state="done", **DONE)
    visit(town, venue, 60, opened_at=T0 + DAY)
    assert from_patrols.falls_short(late)
    for at in (minutes(121), minutes(140)):
        from_patrols.raise_for(late, at)
    alert = Case.objects.get(loop="alert")
    assert (alert.state, alert.subject, alert.anchors["kind"], alert.cause) == (
        "apart",
        venue,
        "patrol",
        late,
    )
    Case.objects.filter(pk=late.pk).update(state="done", overdue_at=None, **DONE)
    assert not from_patrols.falls_short(fresh_visit := Case.objects.get(pk=late.pk))
    Case.objects.filter(pk=late.pk).update(state="missed")
    assert from_patrols.falls_short(fresh_visit)


def test_a_positive_pool_opens_an_alert_for_whoever_is_in_it() -> None:
    assert Alert in opened_by("pool.positive")


def test_a_phone_takes_what_and_where_and_nobodys_words_in_one_question() -> None:
    town = make_town()
    venue = shop(town)
    person = town.person["叶知秋"]
    cases = [from_scans.take(scan(town, venue, who=person.pk.bytes), at=T0)]
    take(cases[0], "keep_apart", town.patrol, minutes(1), where="蓝棚", keeper="孟春雨", polite=True)  # type: ignore[arg-type]
    cases += [from_scans.take(scan(town, venue, who=bytes([n] * 16)), at=T0) for n in range(1, 9)]
    open_ones = [fresh(case) for case in cases if case]
    with CaptureQueriesContext(connection) as asked:
        carried = carry.alerts(open_ones)
    assert len(asked) == 1
    said = [(f.label, f.value) for f in carried[open_ones[0].id].facts]
    assert said == [
        ("什么异常", "红码"), ("地点", "便民超市"), ("什么时候", "4-15 01:10"), ("姓名", "叶*秋"), ("急救", "120"),
    ]  # fmt: skip
    restriction = in_force(town)
    told = {f.label: f.value for f in carry.restrictions([restriction])[restriction.id].facts}
    assert told == {"姓名": "叶*秋", "住址": "香阅四季B区1-2-1101", "到什么时候": "4-20 01:10"}


def test_the_loops_lie_under_somebodys_places_only() -> None:
    town = make_town()
    before = rows()
    opening = Opening(title="x", scope=town.door["B 1-1-101"].path, subject="s", anchors={"kind": "other"})
    case = engine.open_case(Alert, opening, community_id=town.id, at=T0, intent="x")
    assert rows() != before
    with pytest.raises(engine.Refused, match="不在这个岗位"):
        take(case, "gone", town.grid_lead, T0 + timedelta(minutes=1))
    take(case, "gone", town.staff["grid_lead_b"], T0 + timedelta(minutes=1))
