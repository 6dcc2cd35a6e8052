"""The one permission table: what can be done, by which duties; checks, docs and the route test are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as N_

from linli.roster.duties import DUTIES, standing_for

ANYONE, SIGNED_IN = "anyone", "signed_in"
STAFF = (
    *("director", "desk", "approver", "data_officer", "grid_lead", "reception", "transport", "health"),
    *("clerk", "hotline", "venue_officer"),
)
VOLUNTEERS = ("grid_worker", "patrol", "delivery", "sampling", "gatekeeper", "home_care", "responder")


@dataclass(frozen=True)
class Permission:
    """One thing that can be done. `duties` name who; `needs_mfa` marks personal data in clear.

    `needs_mfa` asks for a second factor, and for the password again after 30 minutes without a touch.
    """

    key: str
    title: str
    duties: tuple[str, ...]
    needs_mfa: bool = False

    @property
    def is_public(self) -> bool:
        """Whether somebody who is not signed in may."""
        return ANYONE in self.duties

    def allows(self, held: Iterable[str]) -> bool:
        """Whether somebody signed in who holds these duties now may."""
        if self.is_public or SIGNED_IN in self.duties:
            return True
        wanted = {holder for duty in self.duties for holder in standing_for(duty)}
        return not wanted.isdisjoint(held)


def table(*rows: Permission) -> dict[str, Permission]:
    """Rows by key. Raises ValueError for a duty that nobody can hold."""
    for row in rows:
        if unknown := set(row.duties) - {ANYONE, SIGNED_IN, *DUTIES}:
            raise ValueError(f"{row.key}: {', '.join(sorted(unknown))} is no duty")
    return {row.key: row for row in rows}


PERMISSIONS: dict[str, Permission] = table(
    # Doors that stand open; what they show is public, or they ask for a key of their own.
    Permission("page.public", N_("公开页面"), (ANYONE,)),
    Permission("page.first_run", N_("首次使用:建社区(凭终端里的一次性口令,只能一次)"), (ANYONE,)),
    Permission("account.sign_in", N_("登录"), (ANYONE,)),
    Permission("notice.push", N_("系统推送返乡通知(凭下发方密钥)"), (ANYONE,)),
    Permission("door.queues", N_("看采样点排队灯"), (ANYONE,)),
    Permission("door.report", N_("居民自行报备"), (ANYONE,)),
    Permission("door.certificate", N_("核验接收证明"), (ANYONE,)),
    Permission("door.health", N_("本人报告体温和症状(凭个人链接)"), (ANYONE,)),
    Permission("door.notice", N_("本人看和签收告知书(凭个人链接)"), (ANYONE,)),
    Permission("door.outing", N_("本人申请外出就医(凭个人链接)"), (ANYONE,)),
    Permission("door.supply", N_("住户自己提交代购(凭个人链接)"), (ANYONE,)),
    Permission("door.venue_apply", N_("场所自己申请场所码"), (ANYONE,)),
    Permission("door.venue", N_("店家看本店的码和巡查、登记客人、回复整改(凭店家链接)"), (ANYONE,)),
    Permission("door.restriction", N_("本人看限制措施、申诉(凭个人链接)"), (ANYONE,)),
    Permission("door.host", N_("住户登记来访、答复门口(凭个人链接)"), (ANYONE,)),
    Permission("door.card", N_("扫到扫码卡的人看说明(不读卡上的码)"), (ANYONE,)),
    Permission("door.pass", N_("来访人看自己的通行证(凭通行码)"), (ANYONE,)),
    # Everybody who works here.
    Permission("account.own", N_("管理本人账号、设备和两步验证"), (SIGNED_IN,)),
    Permission("notify.own", N_("让本人手机接收提醒"), (SIGNED_IN,)),
    Permission("desk.home", N_("进入首页"), (SIGNED_IN,)),
    # The phone. Off duty it shows nothing, and still takes what was done on duty: the engine asks who may.
    Permission("field.app", N_("打开手机端(页面本身不含数据)"), (ANYONE,)),
    Permission("field.tasks", N_("手机端:带上本人此刻的任务"), (SIGNED_IN,)),
    Permission("field.send", N_("手机端:补交记录(每一步再按岗位核对)"), (SIGNED_IN,)),
    # The desk.
    Permission("desk.today", N_("看今日待办"), STAFF),
    Permission("desk.live", N_("待办实时更新"), (*STAFF, *VOLUNTEERS)),
    Permission("desk.search", N_("搜索"), STAFF),
    Permission("desk.on_duty", N_("看谁在岗"), (*STAFF, *VOLUNTEERS)),
    Permission("desk.figures", N_("看统计数字"), STAFF),
    Permission("case.see", N_("看事项"), (*STAFF, *VOLUNTEERS)),
    Permission("case.act", N_("办理事项(具体步骤再按岗位核对)"), (*STAFF, *VOLUNTEERS)),
    Permission("case.acknowledge", N_("应答提醒"), (*STAFF, *VOLUNTEERS)),
    Permission("case.decide_late", N_("处理迟到的记录"), ("desk", "grid_lead")),
    # People and places.
    Permission(
        "person.see", N_("看居民(姓名电话打码)"), ("reception", "transport", "health", "data_officer")
    ),
    Permission("person.edit", N_("修改居民资料"), ("desk", "data_officer")),
    Permission(
        "person.reveal", N_("看电话或证件号原文"), ("reception", "transport", "health"), needs_mfa=True
    ),
    Permission("person.card", N_("打印居民的扫码卡、换卡"), ("clerk", "grid_lead")),
    Permission("person.readings", N_("看谁查过原文"), ("data_officer",)),
    Permission("place.see", N_("看房屋和场所"), STAFF),
    Permission("place.edit", N_("修改房屋和场所"), ("desk", "data_officer")),
    Permission("register.import", N_("导入居民台账"), ("data_officer",), needs_mfa=True),
    Permission("register.export", N_("导出"), ("data_officer",), needs_mfa=True),
    # Returning people.
    Permission("return.see", N_("看返乡人员"), STAFF),
    Permission("return.note", N_("登记返乡通知"), ("reception",)),
    Permission("return.import", N_("导入下发名单"), ("reception", "data_officer"), needs_mfa=True),
    Permission("return.arrivals", N_("看今晚到站、改到站时间"), ("reception", "transport")),
    Permission("return.certificate", N_("看和打印接收证明"), ("reception", "transport")),
    Permission("return.place", N_("核对返乡人员回到哪一户"), ("reception",)),
    Permission("return.void", N_("作废接收证明"), ("reception",)),
    Permission("return.reissue", N_("重开接收证明"), ("reception",)),
    Permission("return.senders", N_("管理下发方密钥"), ("data_officer",)),
    # People behind a door.
    Permission("isolation.monitor", N_("看健康监测"), ("health",)),
    Permission("isolation.report", N_("登记和核对体温报告"), ("health",)),
    Permission("isolation.link", N_("发本人报告链接"), ("health",)),
    Permission("isolation.papers", N_("打印告知书和解除通知单"), ("health",)),
    Permission("isolation.open", N_("开始隔离或监测"), ("health",)),
    Permission("isolation.household", N_("问清同住的人"), ("health",)),
    Permission("isolation.helpers", N_("登记五包一包保人员"), ("health",)),
    Permission("isolation.receipt", N_("当面签收告知书"), ("home_care",)),
    Permission("isolation.outing", N_("登记外出就医申请"), ("health",)),
    Permission("isolation.text", N_("把报告链接短信发给本人"), ("health",)),
    Permission("isolation.rounds", N_("看上门巡查和医废收运"), ("home_care",)),
    # The telephone.
    Permission("call.take", N_("登记、查看来电,找来电的人(打码)"), ("hotline",)),
    Permission("call.number", N_("看来电号码,回电"), ("hotline",), needs_mfa=True),
    # Rounds on paper; each row is decided again by the duty of what stands on it.
    Permission("sheet.see", N_("看纸质表"), ("clerk",)),
    Permission("sheet.make", N_("开和打印纸质表"), ("clerk",)),
    Permission("sheet.enter", N_("录入纸质表"), ("clerk",)),
    # What people behind a door need brought to them.
    Permission("supply.see", N_("看代购单"), ("delivery", "hotline", "grid_lead")),
    Permission("supply.ask", N_("登记代购"), ("delivery", "hotline", "grid_lead")),
    Permission("supply.round", N_("编采购批次、登记买到的"), ("delivery",)),
    Permission("supply.settle", N_("看对账单、登记收付款"), ("desk",)),
    # From door to door.
    Permission("census.see", N_("看入户批次和楼栋图"), ("grid_lead", "desk")),
    Permission("census.open", N_("开入户批次"), ("grid_lead",)),
    Permission("census.decide", N_("审定登记更正(看到新的姓名电话)"), ("grid_lead",), needs_mfa=True),
    Permission("care.see", N_("看特殊群体台账"), ("grid_lead", "health")),
    Permission("care.edit", N_("维护包保档案(看到钥匙和紧急联系人)"), ("grid_lead",), needs_mfa=True),
    # A whole community tested at once.
    Permission("testing.see", N_("看集中采样"), ("desk", "sampling", "grid_lead")),
    Permission("testing.plan", N_("开采样批次、改采样点和名单"), ("desk",)),
    Permission("testing.tubes", N_("登记试管、装箱"), ("sampling",)),
    Permission("testing.decide", N_("定试管和采样的疑问"), ("desk",)),
    Permission("testing.missed", N_("看漏采名单(姓名打码)"), ("desk", "sampling")),
    Permission("testing.results", N_("看采样结果、召回和重采名单(姓名打码)"), ("desk", "health", "sampling")),
    Permission("testing.print", N_("打印采样通知和入场小票"), ("desk", "grid_lead", "clerk")),
    # Venues.
    Permission("venue.see", N_("看场所和场所码"), ("venue_officer", "grid_lead", "desk")),
    Permission("venue.manage", N_("登记场所、改信息、批量发码"), ("venue_officer",)),
    Permission("venue.print", N_("打印场所码海报和手工登记表"), ("venue_officer", "clerk")),
    Permission("venue.link", N_("发店家链接"), ("venue_officer", "patrol")),
    Permission("venue.text", N_("把店家链接短信发给店家"), ("venue_officer",)),
    Permission("venue.register", N_("录入手工登记表"), ("venue_officer", "clerk")),
    # From venue to venue.
    Permission("patrol.see", N_("看扫街看板和路线"), ("patrol",)),
    Permission("patrol.plan", N_("开今天的巡查、重排路线、登记位置"), ("desk",)),
    # What must not go on as it is; and nobody is restricted by one person alone.
    Permission("alert.see", N_("看异常、限制措施和申诉"), ("health", "approver")),
    Permission("alert.raise", N_("登记异常"), ("responder",)),
    Permission("alert.number", N_("看异常里外来人员留下的号码,打电话"), ("responder",), needs_mfa=True),
    Permission("restriction.propose", N_("提议限制措施"), ("health",)),
    Permission("restriction.link", N_("发限制措施的本人链接"), ("health",)),
    Permission(
        "gate.see", N_("看闸机有没有消息、钟准不准"), ("venue_officer", "grid_lead", "desk", "data_officer")
    ),
    Permission("restriction.text", N_("把限制措施的本人链接短信发给本人"), ("health",)),
    Permission("scan.gates", N_("管理闸机密钥"), ("data_officer",), needs_mfa=True),
    # Who was in the same places: asked by one, agreed to by another, every look logged.
    Permission("trace.see", N_("看行程追溯申请"), ("data_officer", "approver", "director")),
    Permission("trace.ask", N_("申请行程追溯"), ("data_officer",), needs_mfa=True),
    Permission("trace.look", N_("看追溯名单、开电话任务"), ("data_officer",), needs_mfa=True),
    Permission("trace.number", N_("看外来人员留下的号码"), ("health",), needs_mfa=True),
    # Who comes from outside.
    Permission("visitor.see", N_("看来访:今天谁要来、谁在里面"), ("gatekeeper", "hotline")),
    Permission("visitor.ask", N_("登记来访"), ("gatekeeper", "hotline")),
    Permission("visitor.gate", N_("扫码放行、登记离开"), ("gatekeeper",)),
    Permission("visitor.link", N_("给住户访客链接"), ("gatekeeper", "hotline")),
    Permission("visitor.text", N_("短信问户主"), ("gatekeeper",)),
    Permission("visitor.number", N_("看来访人和户主的号码"), ("gatekeeper",), needs_mfa=True),
    # The office itself.
    Permission("staff.see", N_("看账号和班次"), ("director", "desk", "grid_lead")),
    Permission("staff.manage", N_("开账号、停账号、发密码链接"), ("director",)),
    Permission("staff.sign_out", N_("让别人的手机退出登录"), ("desk",)),
    Permission("shift.plan", N_("排班"), ("desk",)),
    Permission("notify.channels", N_("设置和试发通知渠道"), ("director",)),
    Permission("notify.deliveries", N_("看通知送达情况"), ("desk",)),
    Permission("pack.see", N_("看政策包"), STAFF),
    Permission("pack.adopt", N_("启用政策包"), ("director",)),
    Permission("ledger.see", N_("看流水和封印"), ("director", "data_officer")),
    Permission("community.edit", N_("修改社区信息"), ("director",)),
)
