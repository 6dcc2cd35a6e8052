"""Every class of personal data in the reader's words: from when its days count, how many, how much is there now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_noop as N_

from linli.loops.models import Remark
from linli.matters.alerts.models import RestrictionFile, Sighting
from linli.matters.census.models import CarePlan, Correction
from linli.matters.hotline.numbers import OWNER as CALL
from linli.matters.isolation.models import Cohabitant, Helper, NoticeReceipt, Observation
from linli.matters.patrols.models import PatrolVisit
from linli.matters.returns.models import Trip
from linli.matters.supplies.models import SupplyOrder
from linli.matters.testing.models import ListedPerson, Sample
from linli.matters.tracing.models import Contact
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.visitors.forget import DAYS as VISITOR_DAYS
from linli.matters.visitors.people import OWNER as VISITOR
from linli.notify.models import ResidentMessage
from linli.paper.models import Sheet
from linli.registry import readings
from linli.registry.models import Import, Person, Reading, Sealed
from linli.registry.retention import CLOSED
from linli.scans.kept import DAYS as SCAN_DAYS

Counting = Callable[[UUID], int]


@dataclass(frozen=True)
class Kept:
    """One class. `path` is where the pack says how many days ("" for a number of the house's own)."""

    title: str
    path: str
    since: str
    count: Counting | None = None


def _rows(model: type[Model], **told: Any) -> Counting:
    """How many rows of a community hold something that is still to be forgotten."""

    def count(community_id: UUID) -> int:
        found: int = model._default_manager.filter(community_id=community_id, **told).count()
        return found

    return count


SCAN = "scan"
CLASSES = {
    SCAN: Kept(N_("扫码和登记(谁什么时候到过哪个场所)"), SCAN_DAYS, N_("那一天后")),
    "sighting": Kept(N_("不是绿码的扫码"), CLOSED, N_("异常办结后"), _rows(Sighting)),
    "restriction_file": Kept(
        N_("限制措施的卷宗(依据、证据、理由)"), CLOSED, N_("限制结束后"), _rows(RestrictionFile)
    ),
    "contact": Kept(N_("要告知接触的人和号码"), CLOSED, N_("告知后"), _rows(Contact)),
    "venue_file": Kept(N_("场所码的申请和店家资料"), CLOSED, N_("场所码收回后"), _rows(VenueFile)),
    "patrol_visit": Kept(N_("扫街记录(谁几点到过哪家)"), CLOSED, N_("办结后"), _rows(PatrolVisit)),
    "venue_link": Kept(N_("给店家的链接"), CLOSED, N_("停用后"), _rows(VenueLink)),
    "return": Kept(N_("返乡事项的行程、来源、说明"), CLOSED, N_("闭环后"), _rows(Trip, forgotten_at=None)),
    "observation": Kept(N_("居家隔离的体温和症状报告"), CLOSED, N_("解除后"), _rows(Observation)),
    "cohabitant": Kept(N_("同住人的答复"), CLOSED, N_("解除后"), _rows(Cohabitant)),
    "helper": Kept(N_("包保人员的姓名和电话"), CLOSED, N_("解除后"), _rows(Helper)),
    "signature": Kept(N_("告知书上的手写签名"), CLOSED, N_("解除后"), _rows(NoticeReceipt, is_drawn=True)),
    "call_number": Kept(N_("来电的号码"), CLOSED, N_("办结后"), _rows(Sealed, owner_kind=CALL)),
    "supply": Kept(N_("代购单的清单和收付款"), CLOSED, N_("闭环后"), _rows(SupplyOrder)),
    "visitor": Kept(
        N_("来访人的姓名、号码、车牌和通行码"),
        VISITOR_DAYS,
        N_("来访结束后"),
        _rows(Sealed, owner_kind=VISITOR),
    ),
    "correction": Kept(N_("入户时说的更正(新旧姓名、电话)"), CLOSED, N_("闭环后"), _rows(Correction)),
    "listed_person": Kept(N_("集中采样的应采名单"), CLOSED, N_("这一轮结束后"), _rows(ListedPerson)),
    "sample": Kept(N_("谁在哪一管里采过样"), CLOSED, N_("这一轮结束后"), _rows(Sample)),
    "care": Kept(N_("包保档案、钥匙和紧急联系人"), CLOSED, N_("不再包保后"), _rows(CarePlan)),
    "remark": Kept(N_("办理中填写的私密答复"), CLOSED, N_("闭环后"), _rows(Remark, shredded_at=None)),
    "person": Kept(
        N_("没有入册的将到人员的电话和证件号"),
        CLOSED,
        N_("闭环后"),
        _rows(Person, standing=Person.EXPECTED),
    ),
    "sheet": Kept(N_("纸质表和它的行"), CLOSED, N_("收回后"), _rows(Sheet)),
    "message": Kept(N_("给居民发过短信的记录"), readings.DAYS, N_("发出后"), _rows(ResidentMessage)),
    "reading": Kept(N_("谁看过原文的记录"), readings.DAYS, N_("查看后"), _rows(Reading)),
    "import_file": Kept(N_("导入的文件和结果文件"), "", N_("导入后"), _rows(Import, erased_at=None)),
}
"""Scans are counted in days: a day is one table, and counting its rows would read them all."""
