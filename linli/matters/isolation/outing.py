"""Going out for medical need: asked, approved with way and hours, out and back from hand to hand; or refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, State, Step
from linli.matters.isolation.loop import giver, no_moment, reason, taker

RIDES = (
    ("own_car", N_("自家车,不停靠")),
    ("community_car", N_("社区专人专车")),
    ("ambulance", N_("120 救护车")),
)
PROTECTION = (
    ("n95", N_("N95 口罩")),
    ("gloves", N_("手套")),
    ("gown", N_("隔离衣")),
    ("shield", N_("面屏或护目镜")),
)


@register
class Outing(Loop, key="outing", title=N_("外出就医")):
    """外出就医: out and back with a name on both sides, and a time by which somebody is missed."""

    asked = State(N_("等待答复"), due="outing.decide", tell=("health", "grid_lead", "desk"))
    approved = State(N_("已同意,待出发"), due="outing.leave", tell=("home_care", "health", "desk"))
    out = State(N_("外出中"), due="outing.back", tell=("home_care", "health", "desk"))
    back = State(N_("已回家"))
    admitted = State(N_("住院或留观"))
    refused = State(N_("未同意"))
    withdrawn = State(N_("不去了"))

    approve = Step(
        asked,
        approved,
        by="health",
        title=N_("同意外出"),
        needs=(
            Evidence("hospital", N_("去哪家医院")),
            Evidence("ride", N_("怎么去"), kind="choice", choices=RIDES),
            Evidence("protection", N_("防护(都选上)"), kind="choices", choices=PROTECTION),
            Evidence("back_by", N_("最晚几点回来"), kind="moment", complaint=no_moment),
        ),
    )
    leave = Step(
        approved, out, by="home_care", title=N_("已出门"), needs=(giver, taker), passes=("giver", "taker")
    )
    come_back = Step(
        out,
        back,
        by="home_care",
        title=N_("已回家"),
        needs=(giver, taker, Evidence("disinfected", N_("车辆和经过的地方已消毒"), kind="yes", must_be=True)),
        passes=("giver", "taker"),
    )
    admit = Step(
        out, admitted, by="health", title=N_("住院或留观"), needs=(giver, taker), passes=("giver", "taker")
    )
    refuse = Step(asked, refused, by="health", title=N_("不同意"), needs=(reason,))
    withdraw = Step((asked, approved), withdrawn, by="health", title=N_("不去了"), needs=(reason,))


@Outing.approve.does
def set_hours(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """From now on somebody is waited for, no longer than the pack lets them be out. Raises Refused."""
    back_by = datetime.fromisoformat(given["back_by"])
    hours = pack_for(case.community_id, at).get("isolation.outing_hours", 12)
    fault = ""
    if back_by <= at:
        fault = _("回来的时间要晚于现在")
    elif back_by > at + timedelta(hours=hours):
        fault = _("现行政策外出最长 %(hours)d 小时;更久的请按转出办") % {"hours": hours}
    if fault:
        raise Refused(fault, {"back_by": fault})
    kept = {key: given[key] for key in ("hospital", "ride", "back_by")}
    case.anchors = {**case.anchors, **kept, "approved_by": actor.shown_name}
