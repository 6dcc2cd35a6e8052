"""The loop of whoever is looked after: one case a person, promised on the next date, kept by every contact."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL, local
from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import Loop, State, Step

HOWS = (
    ("door", N_("上门")),
    ("phone", N_("电话")),
    ("escort", N_("陪同就医")),
    ("medicine", N_("送药")),
)
"""How somebody was reached."""

WEEKDAYS = (
    (1, N_("周一")), (2, N_("周二")), (3, N_("周三")), (4, N_("周四")), (5, N_("周五")), (6, N_("周六")), (7, N_("周日")),
)  # fmt: skip
"""ISO weekday → word."""

MOST_DAYS = 365


def no_days(value: Any) -> str | None:
    """Days of medicine left: a whole number up to a year."""
    try:
        fits = 0 <= float(value) <= MOST_DAYS and float(value) == int(float(value))
    except (TypeError, ValueError):
        fits = False
    return None if fits else _("天数写 0 到 %(most)d 的整数") % {"most": MOST_DAYS}


def next_date(last: date, weekdays: list[int], every_days: int) -> date:
    """The first day after `last` that is one of the weekdays (1 = Monday), or `every_days` later."""
    if weekdays:
        return next(d for n in range(1, 8) if (d := last + timedelta(days=n)).isoweekday() in weekdays)
    return last + timedelta(days=every_days)


def next_care(case: Case, pack: Pack) -> Given:
    """When the next contact is owed: the next date of the cadence, earlier when the medicine does not last so long."""
    last = local(datetime.fromisoformat(case.anchors["since"])).date()
    planned = next_date(last, case.anchors["weekdays"], case.anchors["every_days"])
    why = "cadence"
    if until := case.anchors.get("medicine_until"):
        short = date.fromisoformat(until) - timedelta(days=pack.get("care.medicine_ahead_days", 3))
        if short < planned:
            planned, why = max(short, last), "medicine"
    by = datetime.combine(planned, time.fromisoformat(pack.get("care.by", "18:00")), LOCAL)
    return {"care_by": by.isoformat(), "why": why}


@register
class Care(Loop, key="care", title=N_("特殊群体走访")):
    """包保: one case a person; every contact keeps the promise and plans the next. The case's `subject` is the person."""

    awaited = State(N_("待走访"), due="care.look", tell=("grid_worker", "grid_lead"))
    ended = State(N_("不再包保"))

    look = Step(
        awaited,
        awaited,
        by="grid_worker",
        title=N_("联系过了"),
        needs=(
            Evidence("how", N_("怎么联系的"), kind="choice", choices=HOWS),
            Evidence(
                "medicine_days",
                N_("药还够几天"),
                kind="number",
                required=False,
                private=True,
                hint=N_("没有常用药就不填"),
                complaint=no_days,
            ),
            Evidence("note", N_("情况和需要"), required=False, private=True),
        ),
        marks="since",
    )
    end = Step(
        awaited,
        ended,
        by="grid_lead",
        title=N_("不再包保"),
        needs=(Evidence("reason", N_("原因"), private=True),),
    )

    plan = staticmethod(next_care)
