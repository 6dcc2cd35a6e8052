"""The loops around one person behind a door: the isolation itself, the report owed twice a day, and the alert."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import ROUTED, Loop, Opening, State, Step
from linli.matters.isolation.alarms import alarm
from linli.matters.isolation.plan import days, rule_for
from linli.matters.isolation.windows import next_after

__all__ = ["Fever", "HealthReport", "Isolation", "rule_for"]

reason = Evidence("reason", N_("原因"), private=True)
giver = Evidence("giver", N_("交出人"), kind="name")
taker = Evidence("taker", N_("接收人"), kind="name")

HOME_FIT = (
    ("own_room", N_("独立房间")),
    ("own_toilet", N_("独立卫生间")),
    ("vent", N_("通风良好")),
    ("no_shared_ac", N_("不与他人共用空调")),
)
"""What is looked at in a home before somebody is isolated there (domain.md §2.6); which are demanded is the pack's."""


def no_moment(value: Any) -> str | None:
    """A moment is ISO 8601 with its offset, as forms and phones send it."""
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    return None if aware else _("请写清日期和时间")


LAST_TEST = (("negative", N_("阴性")), ("not_asked", N_("政策不要求")))


def opening_state(rule: dict[str, Any], pack: Pack) -> str:
    """Where a case opens: at home only once the home was looked at, and whoever lives there was asked."""
    if not rule["isolation_days"]:
        return "monitoring"
    return "assessing" if rule["measure"] == "home" else "isolating"


def from_hand_over(case: Case, event: Event, pack: Pack) -> Opening | None:
    """The same person, the same door; day zero is the hand-over. Nothing opens where the pack asks for nothing."""
    history = case.anchors.get("history", "none")
    rule = rule_for(history, pack)
    if not rule["isolation_days"] and not rule["monitor_days"]:
        return None
    return Opening(
        title=case.title,
        scope=case.scope,
        subject=case.anchors.get("person", case.subject),
        anchors={"history": history, "day_zero": case.anchors["day_zero"]},
        state=opening_state(rule, pack),
    )


@register
class Isolation(Loop, key="isolation", title=N_("居家隔离与监测"), opens_on=("return.hand_over",)):
    """居家隔离医学观察 and 居家健康监测: two different states of one person. The case's `subject` is the person."""

    assessing = State(N_("待核实居家条件"), due="isolation.assess", tell=("health", "grid_lead"))
    isolating = State(N_("居家隔离"), due="isolation.finish", tell=("health", "grid_lead"))
    monitoring = State(N_("居家健康监测"), due="isolation.monitor", tell=("health", "grid_lead"))
    released = State(N_("已解除"))
    moved = State(N_("转集中或就医"))

    begin = Step(
        assessing,
        isolating,
        by="health",
        title=N_("居家条件合格"),
        needs=(
            Evidence(
                "home_fit", N_("居家条件(具备的都选上)"), kind="choices", required=False, choices=HOME_FIT
            ),
        ),
    )
    finish = Step(isolating, monitoring, by="health", title=N_("转入监测"), not_before="isolation_ends")
    release = Step(
        (isolating, monitoring),
        released,
        by="health",
        title=N_("解除"),
        needs=(
            Evidence(
                "last_test",
                N_("最后一次检测"),
                kind="choice",
                required=False,
                choices=LAST_TEST,
                hint=N_("居家采样已登记结果的不用填;在别处做的填下面三项"),
            ),
            Evidence("tested_at", N_("最后一次采样时间"), kind="moment", required=False, complaint=no_moment),
            Evidence("tested_where", N_("在哪里做的"), required=False),
            Evidence("checked", N_("社区已核对:期满、无症状、没有外出"), kind="yes", must_be=True),
        ),
        not_before="monitor_ends",
    )
    move = Step((assessing, isolating, monitoring), moved, by="health", title=N_("转出"), needs=(reason,))

    opening = staticmethod(from_hand_over)
    plan = staticmethod(days)


def from_isolation(case: Case, event: Event, pack: Pack) -> Opening:
    """Reports are owed from the first window that opens after the door has closed."""
    return Opening(
        title=case.title, scope=case.scope, subject=case.subject, anchors={"since": event.at.isoformat()}
    )


def next_report(case: Case, pack: Pack) -> Given:
    """The window of the next report: the first that opens after the last one reported for. "" asks for none."""
    window = next_after(datetime.fromisoformat(case.anchors["since"]), pack)
    return {
        "report_from": window.opens_at.isoformat() if window else "",
        "report_by": window.closes_at.isoformat() if window else "",
    }


@register
class HealthReport(
    Loop,
    key="health_report",
    title=N_("健康报告"),
    opens_on=("isolation.opened",),
    ends_with_cause="ended",
):
    """早晚健康报告: one case a person for the whole time; every report keeps its promise and plans the next."""

    awaited = State(N_("等待体温报告"), due="health_report.wait", tell=("grid_lead", "desk", "health"))
    ended = State(N_("不再需要"))

    opening = staticmethod(from_isolation)
    plan = staticmethod(next_report)


@register
class Fever(Loop, key="fever", title=N_("发热或症状"), opens_on=("health_report.kept", ROUTED)):
    """发热或症状告警: seen, the doctor called, then settled at home or brought to the fever clinic."""

    seen = State(N_("待联系医生"), due="fever.call", tell=("health", "grid_lead", "desk"))
    called = State(N_("医生已知,待处置"), due="fever.settle", tell=("health", "desk"))
    settled = State(N_("继续在家观察"))
    at_clinic = State(N_("已送发热门诊"))

    call = Step(
        seen,
        called,
        by="health",
        title=N_("已联系医生"),
        needs=(
            Evidence("doctor", N_("哪位医生"), kind="name"),
            Evidence("advice", N_("医生怎么说"), private=True),
        ),
    )
    settle = Step(called, settled, by="health", title=N_("继续在家观察"), needs=(reason,))
    send = Step(
        (seen, called),
        at_clinic,
        by="health",
        title=N_("送发热门诊"),
        needs=(giver, taker, Evidence("clinic", N_("发热门诊"))),
        passes=("giver", "taker"),
    )

    opening = staticmethod(alarm)
    takes_calls = N_("发热告警(隔离、监测中的人)")
