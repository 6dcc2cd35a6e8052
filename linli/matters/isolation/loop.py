"""The loop of one person's isolation and monitoring; how long each lasts is the pack's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import Loop, Opening, State, Step

reason = Evidence("reason", N_("原因"), private=True)


def rule_for(history: str, pack: Pack) -> dict[str, Any]:
    """The first rule of the pack that matches a class of travel history; nothing compulsory when none does."""
    rules: list[dict[str, Any]] = pack.get("isolation.history_rules", [])
    none: dict[str, Any] = {"measure": "none", "isolation_days": 0, "monitor_days": 0, "tests": []}
    return next((r for r in rules if r["history"] == history), none)


def days(case: Case, pack: Pack) -> Given:
    """When isolation and monitoring end, counted day for day to the hour (对日对时) from day zero."""
    rule = rule_for(case.anchors.get("history", "none"), pack)
    zero = datetime.fromisoformat(case.anchors["day_zero"])
    isolation_ends = zero + timedelta(days=rule["isolation_days"])
    monitor_ends = isolation_ends + timedelta(days=rule["monitor_days"])
    return {
        "measure": rule["measure"],
        "isolation_days": rule["isolation_days"],
        "monitor_days": rule["monitor_days"],
        "tests": rule["tests"],
        "isolation_ends": isolation_ends.isoformat(),
        "monitor_ends": monitor_ends.isoformat(),
    }


def from_hand_over(case: Case, event: Event, pack: Pack) -> Opening | None:
    """The same person, the same door; day zero is the hand-over. Nothing opens where the pack asks for nothing."""
    history = case.anchors.get("history", "none")
    rule = rule_for(history, pack)
    if not rule["isolation_days"] and not rule["monitor_days"]:
        return None
    return Opening(
        title=case.title,
        scope=case.scope,
        subject=case.subject,
        anchors={"history": history, "day_zero": case.anchors["day_zero"]},
        state="" if rule["isolation_days"] else "monitoring",
    )


@register
class Isolation(Loop, key="isolation", title=N_("居家隔离与监测"), opens_on=("return.hand_over",)):
    """居家隔离医学观察 and 居家健康监测: two different states of one person."""

    isolating = State(N_("居家隔离"), due="isolation.finish", tell=("health", "grid_lead"))
    monitoring = State(N_("居家健康监测"), due="isolation.monitor", tell=("health", "grid_lead"))
    released = State(N_("已解除"))
    moved = State(N_("转集中或就医"))

    finish = Step(isolating, monitoring, by="health", title=N_("转入监测"), not_before="isolation_ends")
    release = Step(monitoring, released, by="health", title=N_("解除"), not_before="monitor_ends")
    move = Step((isolating, monitoring), moved, by="health", title=N_("转出"), needs=(reason,))

    opening = staticmethod(from_hand_over)
    plan = staticmethod(days)
