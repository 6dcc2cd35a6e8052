"""Behind two doors in the demo community: a household asked, helped and signed for, and somebody sampled today."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from linli.drill.evening import Evening
from linli.loops import engine
from linli.loops.models import Case
from linli.matters.isolation import asking, five_in_one, household, observing, receipts
from linli.matters.isolation.opening import open_for
from linli.registry.models import Person

NAMED = {
    "cadre": ("程街办", "0355-9990001"),
    "grid_worker": ("葛连城", "13900090001"),
    "medic": ("温健民", "13900090002"),
}
"""Two of the five are still missing."""

SIGNED = [
    [[60, 140], [120, 40], [180, 140]],
    [[90, 100], [150, 100]],
    [[230, 60], [300, 60], [260, 150], [360, 120]],
]


def play_homes(evening: Evening) -> None:
    """A family under the same rules since five hours, and somebody who is sampled today."""
    first, second = _people(evening)
    _family(evening, first)
    _sampled_today(evening, second)


def _people(evening: Evening) -> tuple[Person, Person]:
    """Two adults of different households, the first one with family; chosen by their place in the register."""
    homes = ("household__dwelling__compound", "household__dwelling__building")
    people = Person.objects.filter(community=evening.community, relation="户主").select_related(*homes)
    heads = list(people.order_by("id")[:40])
    family = next(
        p for p in heads if Person.objects.filter(community=evening.community, path=p.path).count() > 1
    )
    return family, next(p for p in heads if p.path != family.path)


def _opened(evening: Evening, who: Person, history: str, since: timedelta) -> Case:
    at, day_zero = evening.ago(300), evening.at - since
    return open_for(
        who, history, day_zero=day_zero, actor=evening.staff["health"], at=at, intent=f"demo-home-{who.pk}"
    )


def _family(evening: Evening, who: Person) -> None:
    at, health = evening.ago(290), evening.staff["health"]
    case = _opened(evening, who, "other_province", timedelta(minutes=300))
    own = evening.community.id
    answers = {p.pk: household.SAME_RULES for p in household.to_ask(case)}
    household.answer(case.id, answers, community_id=own, actor=health, at=at)
    fit = {"home_fit": ["own_room", "vent", "no_shared_ac"]}
    engine.advance(case.id, "begin", actor=health, given=fit, at=at, intent=f"demo-begin-{who.pk}")
    five_in_one.name(case.id, NAMED, community_id=own, actor=health, at=at)
    receipts.sign(
        case.id, community_id=evening.community.id, how=receipts.PAGE, drawing=json.dumps(SIGNED), at=at
    )
    _report(evening, case, "36.6")
    asking.ask(
        case.id,
        "孩子换药,明天上午九点,市人民医院",
        community_id=evening.community.id,
        channel=observing.PAGE,
        at=evening.ago(6),
        intent=f"demo-outing-{who.pk}",
    )


def _sampled_today(evening: Evening, who: Person) -> None:
    """Monitored since yesterday: the first of the pack's days has begun."""
    case = _opened(evening, who, "affected_district", timedelta(days=1, hours=1))
    _report(evening, case, "36.4")


def _report(evening: Evening, case: Case, celsius: str) -> None:
    report = Case.objects.get(cause=case, loop="health_report")
    told = observing.Told(
        celsius=Decimal(celsius), channel=observing.PAGE, intent=f"demo-report-{case.subject}"
    )
    observing.receive(report.id, told, at=evening.ago(20))
