"""What screens and phones show of an outing: who, why, which hospital, how, and by when somebody is missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.isolation.asking import need_of
from linli.matters.isolation.doors import carrying
from linli.matters.isolation.facts import person_facts, short
from linli.matters.isolation.outing import RIDES, Outing


def way(case: Case) -> Iterable[Fact]:
    """Hospital, ride and hours, once they are agreed."""
    known = case.anchors
    back_by = known.get("back_by")
    rows = (
        Fact(_("去哪家医院"), known.get("hospital", "")),
        Fact(_("怎么去"), _(dict(RIDES)[known["ride"]]) if known.get("ride") in dict(RIDES) else ""),
        Fact(_("最晚几点回来"), short(datetime.fromisoformat(back_by)) if back_by else ""),
        Fact(_("谁同意的"), known.get("approved_by", "")),
    )
    return [row for row in rows if row.value]


def facts(case: Case) -> list[Fact]:
    """Everything the duty needs; what was said is read from beside the ledger."""
    need = need_of(case)
    return [*person_facts(case), *([Fact(_("为什么要去"), need)] if need else []), *way(case)]


Outing.facts = staticmethod(facts)
Outing.carry = staticmethod(carrying(way))
