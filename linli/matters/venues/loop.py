"""The loop of one venue's code, as a director reads it aloud."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.registry import register
from linli.loops.spec import Loop, State, Step

CHECKED = (("on_site", N_("到现场看过")), ("phone", N_("打电话核实过")), ("papers", N_("看过营业执照")))
"""How the particulars of a venue were checked."""

REISSUE = (
    ("lost", N_("海报丢了或损坏")),
    ("changed", N_("店名或地址变了")),
    ("misused", N_("海报被拍照冒用")),
)
"""Why a code is replaced."""

REVOKE = (("closed", N_("停业或搬走")), ("misused", N_("海报被拍照冒用")), ("duties", N_("不履行核验责任")))
"""Why a code is taken back."""

OFFICER = "venue_officer"
"""The duty that answers for codes of venues."""

checked = Evidence("checked", N_("怎么核实的"), kind="choice", choices=CHECKED)
code = Evidence("code", N_("扫门口海报上的码"), kind="code", hint=N_("扫不了就输入码下面的八位编码"))


@register
class VenueCode(Loop, key="venue_code", title=N_("场所码")):
    """场所码: from the application to the poster at the door; a code lives as long as its case stays open."""

    applied = State(N_("待审核"), due="venue.audit", tell=(OFFICER, "grid_lead", "desk"))
    sent_back = State(N_("退回补正"), due="venue.amend", tell=(OFFICER, "grid_lead"))
    approved = State(N_("已通过,待发码"), due="venue.issue", tell=(OFFICER, "desk"))
    issued = State(N_("已发码,待张贴"), due="venue.post", tell=("patrol", OFFICER, "grid_lead"))
    posted = State(N_("已张贴"), due="venue.review", tell=(OFFICER, "grid_lead"))
    refused = State(N_("未通过"))
    revoked = State(N_("已收回"))

    approve = Step((applied, sent_back), approved, by=OFFICER, title=N_("通过"), needs=(checked,))
    issue = Step(approved, issued, by=OFFICER, title=N_("发码"))
    post = Step(
        issued,
        posted,
        by="patrol",
        title=N_("确认已张贴"),
        needs=(code, Evidence("entrance", N_("贴在入口显眼处,没有遮挡"), kind="yes", must_be=True)),
    )
    review = Step(posted, posted, by=OFFICER, title=N_("信息核对无误"), needs=(checked,))
    send_back = Step(
        (applied, sent_back),
        sent_back,
        by=OFFICER,
        title=N_("退回补正"),
        needs=(Evidence("reason", N_("要补什么(店家会看到)"), private=True),),
    )
    refuse = Step(
        (applied, sent_back),
        refused,
        by=OFFICER,
        title=N_("不予通过"),
        needs=(Evidence("reason", N_("原因(店家会看到)"), private=True),),
    )
    reissue = Step(
        (issued, posted),
        issued,
        by=OFFICER,
        title=N_("换新码"),
        needs=(Evidence("why", N_("为什么换"), kind="choice", choices=REISSUE),),
    )
    revoke = Step(
        (approved, issued, posted),
        revoked,
        by=OFFICER,
        title=N_("收回"),
        needs=(
            Evidence("why", N_("为什么收回"), kind="choice", choices=REVOKE),
            Evidence("reason", N_("补充说明"), private=True, required=False),
        ),
    )
