"""What screens show of an isolation: the measure, the days and when each part ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.isolation.loop import Isolation

MEASURES = {"central": N_("集中隔离"), "home": N_("居家隔离"), "monitor": N_("居家健康监测")}


def facts(case: Case) -> list[Fact]:
    """Everything the pack decided for this person."""
    known = case.anchors
    rows = [
        Fact(
            _("措施"),
            _(MEASURES.get(known.get("measure", ""), "")) if known.get("measure") in MEASURES else "",
        ),
        Fact(_("隔离天数"), str(known.get("isolation_days", ""))),
        Fact(_("监测天数"), str(known.get("monitor_days", ""))),
        Fact(_("起算"), _at(known.get("day_zero"))),
        Fact(_("隔离期满"), _at(known.get("isolation_ends"))),
        Fact(_("监测期满"), _at(known.get("monitor_ends"))),
        Fact(_("检测日"), "、".join(str(day) for day in known.get("tests", []))),
    ]
    return [row for row in rows if row.value]


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The measure and when its parts end; nothing else leaves the house."""
    return {case.id: Carried(tuple(f for f in facts(case) if f.label in _carried())) for case in cases}


def _carried() -> set[str]:
    return {_("措施"), _("隔离期满"), _("监测期满")}


def _at(moment: str | None) -> str:
    return f"{local(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M}" if moment else ""


Isolation.facts = staticmethod(facts)
Isolation.carry = staticmethod(carry)
