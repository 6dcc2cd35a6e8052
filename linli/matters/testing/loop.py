"""The loop of one round of mass testing: planned, sampling, over; or called off."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.registry import register
from linli.loops.spec import Loop, State, Step

reason = Evidence("reason", N_("原因"), private=True)


@register
class Campaigning(Loop, key="campaign", title=N_("集中采样")):
    """一轮集中采样: promised to begin at an hour and to be over at another."""

    planned = State(N_("待开采"), due="campaign.begin", tell=("desk", "sampling"))
    running = State(N_("采样中"), due="campaign.finish", tell=("desk", "sampling"))
    finished = State(N_("已收尾"))
    called_off = State(N_("已取消"))

    begin = Step(
        planned,
        running,
        by="desk",
        title=N_("开始采样"),
        needs=(
            Evidence("ready", N_("采样点、人员、试管、标识都到位,一米线已画好"), kind="yes", must_be=True),
        ),
    )
    finish = Step(running, finished, by="desk", title=N_("结束这一轮"))
    call_off = Step((planned, running), called_off, by="desk", title=N_("取消这一轮"), needs=(reason,))
