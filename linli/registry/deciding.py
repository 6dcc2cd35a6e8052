"""What a person decides about a preview: a suggestion taken, a row left out, a text typed in; and the word to begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.registry import uploads
from linli.registry.imports import Import, ImportRow, State
from linli.registry.intake import KINDS, Action, Defect
from linli.registry.intake.report import ROW
from linli.registry.kinds import handling_of
from linli.registry.staging import asks, read, setting_for, write

ACCEPT, KEEP, SKIP = "accept", "keep", "skip"
CHOICES = (ACCEPT, KEEP, SKIP)
"""Take the suggestion (of a whole row: bring it in); leave the cell as unsure; leave the whole row out."""


class Undecidable(Exception):
    """What was decided cannot be done; nothing was written. `str()` says why."""


def decide(imported: Import, row: ImportRow, kind: str, choice: str, *, typed: str = "") -> None:
    """Decide about one defect of a staged row. `typed` replaces the suggestion and is read like a cell of the file.

    Deciding again replaces the decision. Raises Undecidable.
    """
    if choice not in CHOICES:
        raise Undecidable(_("没有这个选择"))
    with transaction.atomic():
        _open_for_decisions(imported)
        made = ImportRow.objects.select_for_update().get(pk=row.pk, imported=imported)
        who, defects = read(made)
        at = next((n for n, d in enumerate(defects) if d.kind == kind and asks(d)), None)
        if at is None:
            raise Undecidable(_("这一处不用决定"))
        if typed:
            defects[at] = defects[at]._replace(suggested=_as_cell(imported, defects[at], typed))
        elif (
            choice == ACCEPT
            and defects[at].field != ROW
            and not defects[at].suggested
            and kind != "person_deceased"
        ):
            raise Undecidable(_("没有建议可以采用,请填上正确的内容,或先空着"))
        made.defects[at]["decision"] = choice
        write(made, defects, who=who)
        made.save()


def decide_all(imported: Import, kind: str, choice: str) -> int:
    """The same decision for every defect of a kind that asks; rows without a suggestion are left. Returns how many."""
    rows = ImportRow.objects.filter(
        community=imported.community_id, imported=imported, asks=True, kinds__contains=f" {kind} "
    )
    decided = 0
    for row in rows.order_by("position").iterator(chunk_size=500):
        try:
            decide(imported, row, kind, choice)
            decided += 1
        except Undecidable:
            continue
    return decided


def _open_for_decisions(imported: Import) -> None:
    """Hold the import while it is still a preview."""
    fresh = Import.objects.select_for_update().get(pk=imported.pk)
    if fresh.state != State.PREVIEWED:
        raise Undecidable(_("已经开始导入或已结束,不能再改"))


def _as_cell(imported: Import, defect: Defect, typed: str) -> str:
    """What was typed, read by the column's own reader: nothing doubtful comes in by hand either."""
    reader = KINDS[imported.kind].readers(setting_for(imported)).get(defect.field)
    if reader is None:
        raise Undecidable(_("这一处不能手填"))
    cell = reader(typed)
    wrong = next((d for d in cell.defects if d.action in (Action.REVIEW, Action.DROP)), None)
    if wrong or not cell.value:
        raise Undecidable(wrong.sentence if wrong else _("请填上内容"))
    return cell.value


def confirm(
    imported: Import, *, by: str, at: datetime, lease: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Let the worker bring it in, or whoever holds `lease`. Confirming twice is confirming once. Raises Undecidable."""
    if handling_of(imported.kind) is None:
        raise Undecidable(_("这种表现在只能查看,还不能导入"))
    changed = Import.objects.filter(pk=imported.pk, state=State.PREVIEWED).update(
        state=State.CONFIRMED, confirmed_at=at, confirmed_name=by[:60], **lease
    )
    if (
        not changed
        and Import.objects.filter(pk=imported.pk, state__in=(State.DROPPED, State.FAILED)).exists()
    ):
        raise Undecidable(_("这次导入已经放弃或读不了,请重新上传"))
    imported.refresh_from_db()


def give_up(imported: Import, *, at: datetime) -> None:
    """Nobody wants it: the file and every text quoted from it are gone. Too late once it is confirmed."""
    with transaction.atomic():
        _open_for_decisions(imported)
        ImportRow.objects.filter(community=imported.community_id, imported=imported).delete()
        Import.objects.filter(pk=imported.pk).update(state=State.DROPPED, finished_at=at)
    uploads.forget(imported.id)
    imported.refresh_from_db()
