"""The 告知书 is signed for: drawn on the resident's own page or on a colleague's device, or on paper and ticked."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.isolation.models import NoticeReceipt
from linli.registry.drawings import drawing_of, keep_drawing

PAGE, DEVICE, PAPER = "page", "device", "paper"
WAYS = {PAGE: N_("本人在链接里签"), DEVICE: N_("在工作人员手机上签"), PAPER: N_("纸上签")}
"""By which way it was signed."""

KIND = "receipt"
"""Owner kind of the drawing in the vault."""

WIDE, HIGH = 600, 200
"""The sheet a signature is drawn on; its points are whole numbers within it."""
MOST_POINTS, MOST_STROKES = 3000, 80

Strokes = list[list[tuple[int, int]]]


def read_strokes(text: str) -> Strokes:
    """A drawing as a page sends it: `[[[x, y], …], …]`; [] for an empty sheet. Raises Refused for anything else."""
    if not text.strip():
        return []
    try:
        strokes = [_stroke(line) for line in json.loads(text[:60_000])]
    except (ValueError, TypeError, IndexError) as broken:
        raise Refused(_("签名没有传好,请重签一次"), {"drawing": _("签名没有传好,请重签一次")}) from broken
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise Refused(_("签名太长,请重签一次"), {"drawing": _("签名太长,请重签一次")})
    return [stroke for stroke in strokes if stroke]


def _stroke(line: Any) -> list[tuple[int, int]]:
    points = [(int(x), int(y)) for x, y in line]
    if any(not (0 <= x <= WIDE and 0 <= y <= HIGH) for x, y in points):
        raise ValueError("off the sheet")
    return points


def sign(
    case_id: UUID, *, community_id: UUID, how: str, drawing: str, at: datetime, actor: Actor | None = None
) -> NoticeReceipt:
    """Keep that the notice was signed for, once: what is signed stays signed, a second time returns the first.

    Whoever calls decided that the signer may; a colleague must hold the duty. Raises Refused (nothing written) for an
    empty sheet on a device, a drawing that cannot be read, or an isolation that is over; Case.DoesNotExist.
    """
    strokes = read_strokes(drawing) if how != PAPER else []
    with transaction.atomic():
        lock(community_id)
        case = Case.objects.get(pk=case_id, community_id=community_id, loop="isolation")
        if before := NoticeReceipt.objects.filter(community_id=community_id, case=case).first():
            return before
        _may(case, actor, at)
        if how == DEVICE and not strokes:
            raise Refused(_("请先在框里签名"), {"drawing": _("请先在框里签名")})
        row = NoticeReceipt.objects.create(
            id=uuid7(),
            community_id=community_id,
            case=case,
            how=how,
            is_drawn=bool(strokes),
            signed_at=at,
            seen_by=actor.shown_name if actor else "",
        )
        if strokes:
            text = json.dumps(strokes, separators=(",", ":"))
            keep_drawing(text, community_id=community_id, owner_kind=KIND, owner_id=row.id)
        return row


def _may(case: Case, actor: Actor | None, at: datetime) -> None:
    if case.closed_at:
        raise Refused(_("隔离已结束,不用再签"))
    if actor and not rights.book().holds(
        actor, "home_care", community_id=case.community_id, scope=case.scope, at=at
    ):
        raise Refused(_("签收由居家服务岗经办,您此刻不在这个岗位上"))


def receipt_of(case: Case) -> NoticeReceipt | None:
    """The receipt of one isolation."""
    return NoticeReceipt.objects.filter(community_id=case.community_id, case=case).first()


def strokes_of(receipt: NoticeReceipt) -> Strokes:
    """What was drawn; [] where nothing was, or where it is forgotten."""
    if not receipt.is_drawn:
        return []
    text = drawing_of(receipt.id, community_id=receipt.community_id, owner_kind=KIND)
    return [[(x, y) for x, y in stroke] for stroke in json.loads(text)] if text else []
