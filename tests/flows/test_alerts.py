"""What isolation and telephone pass on to an alert, and what they keep."""

from __future__ import annotations

import pytest

from linli.loops.models import Case
from linli.loops.registry import opened_by
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.tests.scene import DAY, take
from linli.matters.hotline.taking import Told
from linli.matters.hotline.taking import take as take_call
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import FIT, of, person_of
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db


def looked(town: Town, outcome: str) -> Case:
    """A door check that found nobody, settled; the door alert."""
    name = next(key for key in town.person if key.startswith("叶知秋"))
    who = person_of(town, name)
    case = open_for(who, "other_province", day_zero=T0, actor=town.health, at=T0, intent=f"o-{outcome}")
    take(case, "begin", town.health, minutes(1), **FIT)
    check = Case.objects.get(loop="door_check", scope=who.path)
    take(check, "look", town.home_care, T0 + DAY, found="out", how="knock")
    alert = of(check, "door_alert")
    take(alert, "settle", town.home_care, T0 + DAY, outcome=outcome, reason="去了楼下")
    return alert


def test_a_door_that_only_the_police_can_settle_becomes_an_alert_and_no_other_does() -> None:
    town = make_town()
    door = looked(town, "police")
    alert = of(door, "alert")
    assert (alert.state, alert.anchors["kind"], alert.scope) == ("apart", "breach", door.scope)
    back = looked(make_town("yier", "乙二社区"), "back")
    assert not Case.objects.filter(loop="alert", cause=back).exists()
    quiet = ("health_report.kept", "home_result.report_positive", "door_check.look")
    assert not [name for name in quiet if Alert in opened_by(name)], "these have loops of their own"


def test_a_call_is_passed_on_with_whoever_it_is_about() -> None:
    town = make_town()
    who = town.person["石敢当"]
    told = Told(
        intent="c-1", kind="other", urgency="soon", place=town.community.path, person=who, note="楼下有人发烧"
    )
    call = take_call(told, community=town.community, at=T0, actor=town.hotline)
    take(call, "route", town.hotline, minutes(1), to="alert")
    alert = of(call, "alert")
    assert (alert.state, alert.subject, alert.due_at) == ("seen", str(who.pk), minutes(16))
    labels = {fact.label: fact.value for fact in Alert.facts(alert)} if Alert.facts else {}
    assert (labels["姓名"], labels["来电时说"]) == ("石*当", "楼下有人发烧")
