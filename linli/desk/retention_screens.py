"""How long each class of data is kept, and the proof of what was destroyed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.loops.models import Destruction
from linli.loops.pack import pack_for
from linli.registry import readings
from linli.registry.models import Import, Reading
from linli.registry.retention import CLOSED
from linli.registry.running import RESULT_DAYS
from linli.roster.permissions import community_of, requires

CLASSES = {
    "return": (N_("返乡事项的行程、来源、说明"), CLOSED, N_("闭环后")),
    "observation": (N_("居家隔离的体温和症状报告"), CLOSED, N_("解除后")),
    "cohabitant": (N_("同住人的答复"), CLOSED, N_("解除后")),
    "helper": (N_("包保人员的姓名和电话"), CLOSED, N_("解除后")),
    "signature": (N_("告知书上的手写签名"), CLOSED, N_("解除后")),
    "call_number": (N_("来电的号码"), CLOSED, N_("办结后")),
    "supply": (N_("代购单的清单和收付款"), CLOSED, N_("闭环后")),
    "visitor": (N_("来访人的姓名、号码、车牌和通行码"), "retention.visitor_days", N_("来访结束后")),
    "correction": (N_("入户时说的更正(新旧姓名、电话)"), CLOSED, N_("闭环后")),
    "care": (N_("包保档案、钥匙和紧急联系人"), CLOSED, N_("不再包保后")),
    "remark": (N_("办理中填写的私密答复"), CLOSED, N_("闭环后")),
    "person": (N_("没有入册的将到人员的电话和证件号"), CLOSED, N_("闭环后")),
    "sheet": (N_("纸质表和它的行"), CLOSED, N_("收回后")),
    "message": (N_("给居民发过短信的记录"), readings.DAYS, N_("发出后")),
    "reading": (N_("谁看过原文的记录"), readings.DAYS, N_("查看后")),
    "import_file": (N_("导入的文件和结果文件"), "", N_("导入后")),
}
"""Class → what it is, where the pack says how many days, counted from when."""

LATEST = 50
"""Destructions and readings on the page."""


@requires("ledger.see")
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Classes with their days, the latest destructions, and who took a whole result file away."""
    at, community_id = now(), community_of(request)
    pack = pack_for(community_id, at)
    made = Destruction.objects.filter(community_id=community_id).order_by("-at", "of")[:LATEST]
    context = {
        "pack": pack.title,
        "classes": [
            {"title": _(title), "since": _(since), "days": pack.get(path, 0) if path else RESULT_DAYS}
            for title, path, since in CLASSES.values()
        ],
        "destructions": [
            {
                "at": words.moment(d.at, at),
                "at_iso": d.at.isoformat(),
                "of": _(CLASSES[d.of][0]) if d.of in CLASSES else d.of,
                "count": d.count,
                "rule": d.rule,
            }
            for d in made
        ],
        "takings": _takings(community_id, at),
    }
    return page(request, "desk/retention.html", context, here="settings", at=at)


def _takings(community_id: UUID, at: Any) -> list[dict[str, str]]:
    rows = list(
        Reading.objects.filter(community_id=community_id, kind=readings.RESULT_FILE).order_by("-at")[:LATEST]
    )
    names = dict(
        Import.objects.filter(community_id=community_id, pk__in=[r.owner_id for r in rows]).values_list(
            "pk", "name"
        )
    )
    return [
        {"at": words.moment(r.at, at), "who": r.reader_name, "what": names.get(r.owner_id, "")} for r in rows
    ]
