"""The loop of one returning person, as a director reads it aloud."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.registry import register
from linli.loops.spec import ROUTED, Loop, State, Step

HISTORY = (
    ("high_or_mid", N_("有中高风险地区旅居史")),
    ("county_of_high_or_mid", N_("有中高风险地区所在县旅居史")),
    ("unrated_cases", N_("有病例但未定级县旅居史")),
    ("other_province", N_("其他省份低风险地区")),
    ("affected_district", N_("省内有疫情县区")),
    ("none", N_("无上述旅居史")),
)
"""Classes of travel history; which measure follows is the pack's (`isolation.history_rules`)."""

HEALTH = (("well", N_("无症状")), ("fever", N_("发热")), ("symptoms", N_("有其他症状")))

reason = Evidence("reason", N_("原因"), private=True)
giver = Evidence("giver", N_("交出人"), kind="name")
taker = Evidence("taker", N_("接收人"), kind="name")

# 十清晰, the ten points a verification makes clear (domain.md §2.2).
TEN_POINTS = (
    Evidence("people", N_("同行人数"), kind="number"),
    Evidence("identity", N_("姓名、住址、联系方式已核对"), kind="yes", must_be=True),
    Evidence("time", N_("返回时间"), private=True),
    Evidence("place", N_("返回地点"), private=True),
    Evidence("route", N_("返回路线"), private=True, required=False),
    Evidence("service", N_("交通方式和车次"), private=True),
    Evidence(
        "contact",
        N_("与病例接触情况"),
        kind="choice",
        choices=(("no", N_("无接触")), ("yes", N_("有接触")), ("unclear", N_("不清楚"))),
    ),
    Evidence("health", N_("健康状况"), kind="choice", choices=HEALTH),
    Evidence("history", N_("旅居史类别(决定措施)"), kind="choice", choices=HISTORY),
    Evidence("family", N_("家人与密切接触者"), private=True, required=False),
)


@register
class Return(Loop, key="return", title=N_("返乡闭环"), opens_on=(ROUTED,)):
    """返乡人员点对点转运: a returning person, from the notice to the front door."""

    noticed = State(N_("待核实"), due="return.verify", tell=("reception", "grid_lead"))
    verified = State(N_("已核实"), due="return.certify", tell=("reception", "grid_lead"))
    certified = State(N_("已开接收证明"), due="return.dispatch", tell=("transport", "desk"))
    dispatched = State(N_("已派车"), due="return.board", tell=("transport", "desk"))
    travelling = State(N_("转运途中"), due="return.travel", tell=("transport", "desk"))
    delivered = State(N_("已到家门"), due="return.hand_over", tell=("health", "grid_lead"))
    missing = State(N_("未接到"), due="return.find", tell=("desk", "grid_lead"))
    refusing = State(N_("拒绝转运"), due="return.persuade", tell=("grid_lead", "desk"))
    at_clinic = State(N_("发热就诊"), due="return.clinic", tell=("health", "desk"))
    settled = State(N_("闭环"))
    referred = State(N_("已转出"))
    admitted = State(N_("已收治"))
    called_off = State(N_("已取消"))

    verify = Step(noticed, verified, by="reception", title=N_("核实"), needs=TEN_POINTS)
    certify = Step(verified, certified, by="reception", title=N_("开证明"))
    dispatch = Step(
        certified,
        dispatched,
        by="transport",
        title=N_("派车"),
        needs=(Evidence("vehicle", N_("车牌号"), kind="code"), Evidence("driver", N_("司机"), kind="name")),
    )
    board = Step(
        dispatched,
        travelling,
        by="transport",
        title=N_("接到上车"),
        needs=(giver, taker, Evidence("place", N_("交接地点"), required=False)),
        passes=("giver", "taker"),
    )
    deliver = Step(
        (travelling, at_clinic),
        delivered,
        by="transport",
        title=N_("送到家门"),
        needs=(giver, taker),
        passes=("giver", "taker"),
    )
    hand_over = Step(
        delivered,
        settled,
        by="health",
        title=N_("门口交接"),
        needs=(giver, taker, Evidence("notice_given", N_("告知书已当面交付"), kind="yes", must_be=True)),
        marks="handed_over_at",
        passes=("giver", "taker"),
    )
    miss = Step(dispatched, missing, by="transport", title=N_("没接到"), needs=(reason,))
    find = Step(missing, dispatched, by="transport", title=N_("已联系上"), needs=(reason,))
    refuse = Step(
        (verified, certified, dispatched), refusing, by="transport", title=N_("拒绝转运"), needs=(reason,)
    )
    persuade = Step(refusing, certified, by="grid_lead", title=N_("已劝返"), needs=(reason,))
    fall_ill = Step(
        travelling,
        at_clinic,
        by="transport",
        title=N_("途中发热"),
        needs=(
            giver,
            taker,
            Evidence("celsius", N_("体温 ℃"), kind="number"),
            Evidence("clinic", N_("发热门诊")),
        ),
        passes=("giver", "taker"),
    )
    admit = Step(
        at_clinic,
        admitted,
        by="health",
        title=N_("医院收治"),
        needs=(giver, taker),
        passes=("giver", "taker"),
    )
    refer = Step(
        (noticed, verified, certified, missing),
        referred,
        by="reception",
        title=N_("转其他社区"),
        needs=(
            Evidence("community", N_("接收社区")),
            Evidence("receipt", N_("回执(对方经办人)"), kind="name"),
            reason,
        ),
    )
    call_off = Step(
        (noticed, verified, certified, dispatched, missing, refusing),
        called_off,
        by="grid_lead",
        title=N_("取消"),
        needs=(reason,),
    )

    takes_calls = N_("返乡核实(回来的是在册居民)")
