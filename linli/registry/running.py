"""A confirmed import on its way into the register: batch after batch, each one transaction with its position.

A kill leaves nothing half done: what was not committed is as if it had not begun, and the next run goes on behind
the last batch. One import at a time in a community; the lease says who has it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.registry import uploads
from linli.registry.imports import Import, ImportRow, State
from linli.registry.intake import Action, Defect, Outcome, Reading, Row, Unreadable, outcome_of
from linli.registry.intake.report import ROW
from linli.registry.kinds import Batch, Handling, Item, Result, handling_of
from linli.registry.result_file import write_result
from linli.registry.staging import Progress, opened, preview, read

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""A worker that dies holding an import blocks it for at most this long; each batch renews it."""
AT_ONCE, AT_MOST = 500, 2000
"""Rows of a batch: at least, and at most when a household never ends."""
MOST_TRIES = 3


class LostLease(Exception):
    """Another worker has the import now."""


def run_pending(at: datetime, worker: str) -> int:
    """Check or bring in the oldest import that waits, to its end. Returns how many were worked on (0 or 1).

    A large file takes minutes, so the worker loop calls this from a thread of its own.
    """
    imported = claim(at, worker)
    if imported is None:
        return 0
    work(imported, at=at, worker=worker)
    return 1


def claim(at: datetime, worker: str) -> Import | None:
    """Take the oldest import that nobody works on, in a community where none is being brought in."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    busy = Import.objects.filter(leased_until__gt=at).values("community_id")
    for waiting in Import.objects.waiting().filter(free).exclude(community_id__in=busy)[:10]:
        mine = {"leased_until": at + LEASE, "leased_by": worker, "tries": waiting.tries + 1}
        if Import.objects.filter(free, pk=waiting.pk, state=waiting.state).update(**mine):
            return Import.objects.select_related("community").get(pk=waiting.pk)
    return None


def work(imported: Import, *, at: datetime, worker: str, progress: Progress | None = None) -> None:
    """Do what the import waits for. A fault is tried again by the next claim, and after three it is failed."""
    try:
        if imported.state == State.RECEIVED:
            preview(imported, progress=progress)
        else:
            Run(imported, at=at, worker=worker, progress=progress).go()
    except LostLease:
        log.warning("import %s: another worker has it", imported.pk)
    except Exception as error:
        log.error("import %s: %s at row %d", imported.pk, type(error).__name__, imported.position)
        _give_up(imported, at)
        raise


def _give_up(imported: Import, at: datetime) -> None:
    fresh = Import.objects.get(pk=imported.pk)
    if fresh.tries >= MOST_TRIES:
        fresh.state, fresh.finished_at = State.FAILED, at
        fresh.trouble = _("导入到第 %(n)d 行时出错。已导入的都保留;请把编号 %(id)s 告诉维护人员") % {
            "n": fresh.position + 1,
            "id": str(fresh.pk)[-8:],
        }
    fresh.leased_until, fresh.leased_by = None, ""
    fresh.save()


@dataclass
class Run:
    """One attempt to bring an import in, from its position to the end."""

    imported: Import
    at: datetime
    worker: str
    progress: Progress | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """`at` and the time that has passed since: a lease must not end while the work goes on."""
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    def go(self) -> None:
        """Every batch that is still to do, then the result file and the tidying."""
        handling = handling_of(self.imported.kind)
        try:
            if handling is None:
                raise Unreadable("unknown_kind", name=self.imported.name)
            if self.imported.position < self.imported.total:
                with opened(self.imported) as reading:
                    for start, rows in batches(reading, self.imported.position):
                        self._bring_in(handling, start, rows)
        except Unreadable as error:
            self.imported.trouble = str(error)[:300]
            self._end(State.FAILED)
            return
        write_result(self.imported)
        self._end(State.DONE)

    def _bring_in(self, handling: Handling, start: int, rows: list[Row]) -> None:
        """One batch, its results and the new position: all of it or nothing."""
        with transaction.atomic():
            imported = Import.objects.select_for_update().get(pk=self.imported.pk)
            if imported.leased_by != self.worker or imported.position != start:
                raise LostLease
            staged = {
                r.position: r
                for r in ImportRow.objects.filter(
                    community=imported.community_id,
                    imported=imported,
                    position__range=(start, start + len(rows) - 1),
                )
            }
            items = [i for n, row in enumerate(rows, start) if (i := item_of(row, n, staged.get(n)))]
            batch = Batch(self.imported.community, items, self.at, imported.pk, self.memory)
            handling.apply(batch)
            _keep_results(imported, items, staged)
            imported.state, imported.position, imported.tries = State.RUNNING, start + len(rows), 0
            imported.leased_until = self.now() + LEASE
            imported.save()
        self.imported.position, self.imported.results = imported.position, imported.results
        if self.progress:
            self.progress(imported.position)

    def _end(self, state: State) -> None:
        """The file and every text quoted from it are gone; what was found stays, without names and numbers."""
        with transaction.atomic():
            ImportRow.objects.filter(community=self.imported.community_id, imported=self.imported).update(
                enclosed=None
            )
            self.imported.state, self.imported.finished_at = state, self.now()
            self.imported.leased_until, self.imported.leased_by = None, ""
            self.imported.save()
        uploads.drop(uploads.place(self.imported.id))


def batches(reading: Reading, position: int) -> Iterator[tuple[int, list[Row]]]:
    """Rows from `position` on, cut where the door changes: a household is never split between two transactions."""
    stream = iter(reading)
    for _skipped in islice(stream, position):
        pass
    start, rows = position, list[Row]()
    for row in stream:
        if (len(rows) >= AT_ONCE and _door(row) != _door(rows[-1])) or len(rows) >= AT_MOST:
            yield start, rows
            start, rows = start + len(rows), []
        rows.append(row)
    if rows:
        yield start, rows


def _door(row: Row) -> tuple[str, ...]:
    return tuple(row.values.get(k, "") for k in ("compound", "building", "unit", "room"))


def item_of(row: Row, position: int, staged: ImportRow | None) -> Item | None:
    """The row with what was found later and what a person decided; None for titles, notes and empty rows."""
    if row.role not in ("data", "vacant"):
        return None
    if staged is None:
        return Item(row, position, row.outcome)
    _who, defects = read(staged)
    decisions = {d["kind"]: d["decision"] for d in staged.defects if d.get("decision")}
    row.defects = [_decided(row, d, decisions.get(d.kind, "")) for d in defects]
    outcome = row.outcome if row.role == "vacant" else outcome_of(row.defects)
    if "skip" in decisions.values():
        outcome = Outcome.SKIP
    return Item(row, position, outcome, decisions)


def _decided(row: Row, defect: Defect, decision: str) -> Defect:
    """An accepted suggestion becomes a repair; an accepted row is no longer held."""
    if decision != "accept":
        return defect
    if defect.field == ROW:
        return defect._replace(action=Action.KEEP)
    if defect.suggested:
        row.values[defect.field] = defect.suggested
        return defect._replace(action=Action.REPAIR, value=defect.suggested)
    return defect._replace(action=Action.KEEP, value=defect.written)


def _keep_results(imported: Import, items: list[Item], staged: dict[int, ImportRow]) -> None:
    changed = []
    for item in items:
        result = item.result or Result.HELD
        imported.results[result] = imported.results.get(result, 0) + 1
        row = staged.get(item.position)
        if row is None and item.why:
            row = ImportRow(
                id=uuid7(), community_id=imported.community_id, imported=imported, position=item.position,
                sheet=item.row.sheet[:60], number=item.row.number, outcome=item.outcome,
            )  # fmt: skip
        if row:
            row.result, row.target, row.why = result, item.target, item.why[:200]
            changed.append(row)
    ImportRow.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["id"], update_fields=["result", "target", "why"]
    )
