"""The result of an import as a spreadsheet: every row that somebody has to know of, why, and what the file said.

Its columns carry the usual headings, so that a corrected result file can be imported again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.registry.imports import Import, ImportRow
from linli.registry.intake import KINDS, Action, Defect, Row
from linli.registry.kinds import REFUSALS, Result
from linli.registry.sheets import writing
from linli.registry.staging import checked_rows, read
from linli.registry.uploads import result_place

QUIET = (Action.REPAIR, Action.KEEP, Action.INERT)
"""What was put right, or is right as it is, needs nobody's attention."""

_TELLING = (Result.HELD, Result.REFUSED, Result.SKIPPED)

WORDS = {
    Result.CREATED: N_("新增"),
    Result.UPDATED: N_("更新"),
    Result.UNCHANGED: N_("没有变化"),
    Result.MERGED: N_("重复,已合并"),
    Result.HELD: N_("待核实,未导入"),
    Result.SKIPPED: N_("已跳过"),
    Result.REFUSED: N_("未导入"),
}


def write_result(imported: Import) -> int:
    """Write the result file while the checked rows are still there. Returns its rows; repeating replaces it."""
    columns = KINDS[imported.kind].columns
    with writing(result_place(imported.id), title=_("导入结果")) as sheet:
        labels = [_("工作表"), _("行"), _("结果"), _("原因")]
        sheet.header([*labels, *(c.names[0] for c in columns)])
        for row, staged in _pairs(enumerate(checked_rows(imported)), _telling(imported)):
            _who, defects = read(staged)
            written = {d.field: d.written for d in defects if d.action is not Action.REPAIR and d.written}
            values = [written.get(c.key) or row.values.get(c.key, "") for c in columns]
            sheet.row([row.sheet, row.number, outcome_word(staged), reasons(staged, defects), *values])
    return sheet.rows - 1


def outcome_word(staged: ImportRow) -> str:
    """What a row came to, in the reader's language."""
    return _(WORDS[Result(staged.result)]) if staged.result else ""


def reasons(staged: ImportRow, defects: list[Defect]) -> str:
    """Every sentence about a row that is worth reading."""
    said = [d.sentence for d in defects if d.action not in QUIET] or [d.sentence for d in defects]
    refused = [_(REFUSALS.get(staged.why, staged.why))] if staged.why else []
    return "\n".join(dict.fromkeys([*refused, *said]))


def _telling(imported: Import) -> Iterator[ImportRow]:
    """The rows somebody has to know of, in the order of the file."""
    rows = ImportRow.objects.filter(community=imported.community_id, imported=imported).order_by("position")
    every = rows.values_list("position", "defects", "result").iterator(chunk_size=1000)
    told = (position for position, defects, result in every if _is_telling(defects, result))
    while some := list(islice(told, 500)):
        yield from rows.filter(position__in=some)


def _is_telling(defects: list[dict[str, Any]], result: str) -> bool:
    return result in _TELLING or any(d["action"] not in QUIET for d in defects)


def _pairs(stream: Iterator[tuple[int, Row]], rows: Iterator[ImportRow]) -> Iterator[tuple[Row, ImportRow]]:
    """Both run in the file's order: one pass over each."""
    for staged in rows:
        for position, row in stream:
            if position == staged.position:
                yield row, staged
                break
