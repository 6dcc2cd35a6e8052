"""What screens and phones show of a round: the door, its hours, what was found, whom the last bags went to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Carried, Fact, Step
from linli.matters.isolation.doors import labels
from linli.matters.isolation.facts import short
from linli.matters.isolation.rounds import FOUND, DoorAlert, DoorCheck, Waste


def hours(case: Case) -> str:
    """4-15 09:00 – 18:00; "" when none is owed."""
    opens, closes = (case.anchors.get(key, "") for key in ("round_from", "round_by"))
    if not opens or not closes or case.closed_at:
        return ""
    return f"{short(datetime.fromisoformat(opens))} – {local(datetime.fromisoformat(closes)):%H:%M}"


def door_fact(case: Case) -> list[Fact]:
    """The door, as it is said."""
    label = labels([case]).get(case.scope, "")
    return [Fact(_("住址"), label)] if label else []


def check_facts(case: Case) -> list[Fact]:
    """The hours of the next check."""
    return [*door_fact(case), Fact(_("下次巡查"), hours(case) or _("现行政策没有要求"))]


def waste_facts(case: Case) -> list[Fact]:
    """The hours of the next round, how it is bagged by the pack, and who took the last bags."""
    pack = pack_for(case.community_id, case.entered_at)
    rows = (
        Fact(_("下次收运"), hours(case) or _("现行政策没有要求")),
        Fact(
            _("怎么封装"),
            pack.get("isolation.waste_disinfect", "") if pack.get("isolation.waste_rounds", []) else "",
        ),
        Fact(_("上次交给"), case.anchors.get("taker", "")),
    )
    return [*door_fact(case), *(row for row in rows if row.value)]


def alert_facts(case: Case) -> list[Fact]:
    """What was found at the door."""
    return [*door_fact(case), Fact(_("看到什么"), _(dict(FOUND).get(case.anchors.get("found", ""), "")))]


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The door and the hours; of the waste also who took the last bags, so that it is not typed at every door."""
    cases = list(cases)
    doors = labels(cases)
    return {case.id: Carried(_carried(case, doors), _known(case)) for case in cases}


def _carried(case: Case, doors: dict[str, str]) -> tuple[Fact, ...]:
    rows = (Fact(_("住址"), doors.get(case.scope, "")), Fact(_("时段"), hours(case)))
    return tuple(row for row in rows if row.value)


def _known(case: Case) -> dict[str, dict[str, str]]:
    taker = case.anchors.get("taker", "")
    return {"collect": {"taker": taker}} if taker else {}


def known(case: Case, step: Step) -> dict[str, str]:
    """Who takes the bags is mostly who took them yesterday."""
    return _known(case).get(step.key, {})


Waste.known = staticmethod(known)
DoorCheck.facts = staticmethod(check_facts)
DoorAlert.facts = staticmethod(alert_facts)
Waste.facts = staticmethod(waste_facts)
for _loop in (DoorCheck, DoorAlert, Waste):
    _loop.carry = staticmethod(carry)
