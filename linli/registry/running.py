"""A confirmed import on its way into the register: batch after batch, each one transaction with its position.

A kill leaves nothing half done: what was not committed is as if it had not begun, and the next run goes on behind
the last batch. One import at a time in a community; the lease says who has it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.loops.shred import record
from linli.registry import uploads
from linli.registry.doubts import settle_doubts
from linli.registry.imports import Import, ImportRow, State
from linli.registry.intake import Action, Defect, Outcome, Row, Unreadable, outcome_of
from linli.registry.intake.report import ROW
from linli.registry.kinds import Batch, Handling, Item, Result, handling_of
from linli.registry.quiet import undisturbed
from linli.registry.result_file import write_result
from linli.registry.staging import STAGED, Progress, checked_rows, previewing, read

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""A worker that dies holding an import blocks it for at most this long; each batch renews it."""
AT_ONCE, AT_MOST = 1000, 2000
"""Rows of a batch: at least, and at most when a household never ends."""
MOST_TRIES = 3
BREATH = 0.4
"""Seconds of one call: the clock and the outbox of the same worker must not wait for a large file."""


RESULT_DAYS = 7
"""So long a result file may be fetched; then it is gone, with the names and numbers in it."""


class LostLease(Exception):
    """Another worker has the import now."""


_underway: dict[str, Work] = {}
"""What each worker of this process has in hand: the file stays open between two calls."""


def run_pending(at: datetime, worker: str, *, seconds: float = BREATH) -> int:
    """Go on with the import in hand, or take the oldest that waits; returns after about `seconds`.

    1 when there was something to do, so the worker comes back at once after its more urgent passes; 0 when not.
    """
    work = _underway.pop(worker, None)
    if work is None:
        imported = claim(at, worker)
        if imported is None:
            return erase_old(at)
        work = Work(imported, at=at, worker=worker)
    if work.go_on(at, seconds=seconds):
        _underway[worker] = work
    return 1


def lease(at: datetime, worker: str) -> dict[str, Any]:
    """What says that an import is in this worker's hands."""
    return {"leased_until": at + LEASE, "leased_by": worker}


def claim(at: datetime, worker: str) -> Import | None:
    """Take the oldest import that nobody works on, in a community where none is being brought in."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    busy = Import.objects.filter(leased_until__gt=at).values("community_id")
    for waiting in Import.objects.waiting().filter(free).exclude(community_id__in=busy)[:10]:
        mine = lease(at, worker) | {"tries": waiting.tries + 1}
        if Import.objects.filter(free, pk=waiting.pk, state=waiting.state).update(**mine):
            return Import.objects.select_related("community").get(pk=waiting.pk)
    return None


def _give_up(imported: Import, at: datetime) -> None:
    fresh = Import.objects.get(pk=imported.pk)
    if fresh.tries >= MOST_TRIES:
        fresh.state, fresh.finished_at = State.FAILED, at
        uploads.forget(fresh.id)
        ImportRow.objects.filter(community=fresh.community_id, imported=fresh).update(enclosed=None)
        fresh.trouble = _("导入到第 %(n)d 行时出错。已导入的都保留;请把编号 %(id)s 告诉维护人员") % {
            "n": fresh.position + 1,
            "id": str(fresh.pk)[-8:],
        }
    fresh.leased_until, fresh.leased_by = None, ""
    fresh.save()


class Work:
    """One attempt at one import: to check it, or to bring it in from its position to the end."""

    def __init__(self, imported: Import, *, at: datetime, worker: str) -> None:
        self.imported, self.at, self.worker = imported, at, worker
        self.memory: dict[str, Any] = {}
        self._steps = self._check() if imported.state == State.RECEIVED else self._bring_all_in()

    def to_the_end(self, progress: Progress | None = None) -> None:
        """Every step without a pause, as the command line does it. The lease is renewed by the time that passes."""
        began = time.monotonic()
        while self.go_on(self.at + timedelta(seconds=time.monotonic() - began), seconds=0):
            if progress:
                progress(self.done)
        if progress:
            progress(self.done)

    def go_on(self, at: datetime, *, seconds: float) -> bool:
        """Steps for about so long, at least one. False at the end. A fault gives the import back and is raised."""
        began, self.at = time.monotonic(), at
        try:
            for _step in self._steps:
                if time.monotonic() - began >= seconds:
                    return True
        except LostLease:
            log.warning("import %s: another worker has it", self.imported.pk)
        except Exception as error:
            log.error(
                "import %s: %s at row %d", self.imported.pk, type(error).__name__, self.imported.position
            )
            _give_up(self.imported, at)
            raise
        return False

    @property
    def done(self) -> int:
        """Rows behind us."""
        return int(self.memory.get("read", 0)) or self.imported.position

    def _check(self) -> Iterator[None]:
        for rows in previewing(self.imported):
            self.memory["read"] = rows
            mine = Import.objects.filter(pk=self.imported.pk, leased_by=self.worker)
            if not mine.update(leased_until=self.at + LEASE):
                raise LostLease
            yield

    def _bring_all_in(self) -> Iterator[None]:
        """Every batch that is still to do, then the result file and the tidying."""
        handling = handling_of(self.imported.kind)
        try:
            if handling is None:
                raise Unreadable("unknown_kind", name=self.imported.name)
            if self.imported.position < self.imported.total:
                stream = checked_rows(self.imported, self.imported.position)
                for start, rows in batches(stream, self.imported.position):
                    self._bring_in(handling, start, rows)
                    yield
        except Unreadable as error:
            self.imported.trouble = str(error)[:300]
            self._end(State.FAILED)
            return
        write_result(self.imported)
        self._end(State.DONE)

    def _bring_in(self, handling: Handling, start: int, rows: list[Row]) -> None:
        """One batch, its results and the new position: all of it or nothing."""
        with undisturbed(), transaction.atomic():
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
            imported.leased_until = self.at + LEASE
            imported.save()
        self.imported.position, self.imported.results = imported.position, imported.results

    def _end(self, state: State) -> None:
        """The file and every text quoted from it are gone; what was found stays, without names and numbers."""
        with transaction.atomic():
            ImportRow.objects.filter(community=self.imported.community_id, imported=self.imported).update(
                enclosed=None
            )
            self.imported.state, self.imported.finished_at = state, self.at
            self.imported.leased_until, self.imported.leased_by = None, ""
            self.imported.save()
        uploads.forget(self.imported.id)


def erase_old(at: datetime) -> int:
    """Result files that were kept long enough, and files of previews nobody came back to. Returns how many."""
    old = Q(finished_at__lte=at - timedelta(days=RESULT_DAYS)) | Q(
        state=State.PREVIEWED, uploaded_at__lte=at - timedelta(days=RESULT_DAYS)
    )
    some = list(Import.objects.filter(old, erased_at=None)[:20])
    for imported in some:
        with transaction.atomic():
            ImportRow.objects.filter(community=imported.community_id, imported=imported).update(enclosed=None)
            changes: dict[str, Any] = {"erased_at": at}
            if imported.state == State.PREVIEWED:
                changes |= {"state": State.DROPPED, "finished_at": at}
            Import.objects.filter(pk=imported.pk, state=imported.state).update(**changes)
            record("import_file", 1, community_id=imported.community_id, rule=f"{RESULT_DAYS} days", at=at)
        uploads.forget(imported.id)
        uploads.drop(uploads.result_place(imported.id))
    return len(some)


def batches(stream: Iterable[Row], position: int) -> Iterator[tuple[int, list[Row]]]:
    """Rows from `position` on, cut where the door changes: a household is never split between two transactions."""
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
    known, new = list[ImportRow](), list[ImportRow]()
    older = (Result.UPDATED, Result.UNCHANGED)  # of a record that is new no older file can have spoken
    spoken_of = [i.target for i in items if i.target and i.result in older]
    settle_doubts(spoken_of, community_id=imported.community_id, but=imported.pk)
    for item in items:
        result = item.result or Result.HELD
        imported.results[result] = imported.results.get(result, 0) + 1
        row = staged.get(item.position)
        if row is None and item.why:
            row = STAGED.new(
                community_id=imported.community_id, imported_id=imported.id, position=item.position,
                sheet=item.row.sheet[:60], number=item.row.number, outcome=item.outcome,
            )  # fmt: skip
        if row:
            row.result, row.target, row.why = result, item.target, item.why[:200]
            (new if row._state.adding else known).append(row)
    STAGED.insert(new)
    STAGED.update(known, ("result", "target", "why"))
