"""From a file to its preview: every row is read, what was found is staged, nothing of the register changes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from linli.base.ids import uuid7
from linli.base.masks import mask_name
from linli.registry import spool, uploads, vault
from linli.registry.bulk import Bulk
from linli.registry.doors import compound_names
from linli.registry.imports import OPEN, Import, ImportRow, State
from linli.registry.intake import (
    Action,
    Defect,
    Finding,
    Outcome,
    Reading,
    Recognised,
    Row,
    Setting,
    Unreadable,
    open_file,
    outcome_of,
    recognise,
)
from linli.registry.kinds import handling_of
from linli.registry.places import Community
from linli.registry.quiet import undisturbed

log = logging.getLogger(__name__)

AT_ONCE = 1000
STAGED = Bulk(ImportRow)
TELLING = (Outcome.CREATE, Outcome.SKIP, Outcome.DWELLING_ONLY)
"""Outcomes of rows in which nothing was found."""

Progress = Callable[[int], None]


class Bringer(NamedTuple):
    """Who brings a file: the account, or the command line's name for it."""

    id: UUID | None
    shown_name: str


def receive(
    chunks: Iterable[bytes],
    *,
    community: Community,
    name: str,
    bringer: Bringer,
    at: datetime,
    kind: str = "",
    lease: Mapping[str, Any] = MappingProxyType({}),
) -> Import:
    """Keep a file for checking. The same file again while it is still open is the same import. Raises TooBig.

    `lease` (of `running.lease`) keeps it for whoever checks it at once, so that the worker does not take it.
    """
    import_id = uuid7()
    kept = uploads.keep(chunks, uploads.place(import_id))
    with transaction.atomic():
        made, is_new = Import.objects.get_or_create(
            community=community,
            digest=kept.digest,
            state__in=OPEN,
            defaults={
                "id": import_id, "kind": kind, "name": Path(name).name[-120:], "size": kept.size, "uploaded_at": at,
                "uploaded_by": bringer.id, "uploaded_name": bringer.shown_name[:60], **lease, "state": State.RECEIVED,
            },
        )  # fmt: skip
    if not is_new:
        uploads.drop(uploads.place(import_id))
    return made


def setting_for(imported: Import) -> Setting:
    """What the reader may ask, as of the upload: checking and importing read the same file alike."""
    community = imported.community
    answers: dict[str, Any] = {}
    if (handling := handling_of(imported.kind)) and handling.answers:
        answers |= handling.answers(community, imported.uploaded_at)
    return Setting(
        as_of=imported.uploaded_at,
        community=community.name,
        compounds=compound_names(community),
        **answers,
    )


def opened(imported: Import, recognised: Recognised | None = None) -> Reading:
    """The file of an import, to be read once. Raises Unreadable."""
    return open_file(uploads.place(imported.id), setting_for(imported), imported.kind or None, recognised)


def checked_rows(imported: Import, start: int = 0) -> Iterator[Row]:
    """The rows from position `start` on as they were checked; the file is read again where the spool does not help.

    Defects are not in them (but after a reading again): what was found is staged. Raises Unreadable.
    """
    position = start
    try:
        for row in spool.rows(imported.id, start):
            yield row
            position += 1
        if position < imported.total:
            raise spool.Damaged(f"ends at row {position}")
    except spool.Damaged as damage:
        log.warning("import %s: spool missing or damaged (%s), reading the file again", imported.pk, damage)
        with opened(imported) as reading:
            yield from islice(reading, position, None)


def preview(imported: Import) -> None:
    """Read the whole file and stage what was found. Safe to repeat: what an earlier attempt staged is replaced."""
    for _read in previewing(imported):
        pass


def previewing(imported: Import) -> Iterator[int]:
    """`preview` with a breath after every thousand rows: yields how many were read. Exhaust it."""
    try:
        yield from _stage(imported, _recognised(imported))
    except Unreadable as error:
        imported.state, imported.trouble = State.FAILED, str(error)[:300]
        imported.finished_at = imported.uploaded_at
        uploads.forget(imported.id)
    imported.leased_until, imported.leased_by = None, ""
    imported.save()


def _recognised(imported: Import) -> Recognised:
    """Tell the kind by the columns, before the answers that this kind needs are chosen."""
    found = recognise(uploads.place(imported.id))
    imported.kind = imported.kind or found.kind
    imported.unknown_columns, imported.missing_columns = list(found.unknown), list(found.missing)
    return found


def _stage(imported: Import, recognised: Recognised) -> Iterator[int]:
    """Rows go into the spool, what was found in them into the database; the spool is on disk before it counts."""
    tally = Tally()
    ImportRow.objects.filter(community=imported.community_id, imported=imported).delete()
    with opened(imported, recognised) as reading, spool.writing(imported.id) as kept:
        stream = enumerate(reading)
        while rows := _some(imported, stream, kept, tally):
            yield rows
        with transaction.atomic():
            for sheet, number, findings in _together(reading.later):
                _add(imported, sheet, number, findings, tally)
    imported.total, imported.position = tally.total, 0
    imported.counts = {"outcome": tally.outcomes, "kind": tally.kinds}
    imported.state = State.PREVIEWED
    imported.tries = 0


def _some(imported: Import, stream: Iterator[tuple[int, Row]], kept: spool.Spool, tally: Tally) -> int:
    """The next thousand rows; how many were read by now, 0 at the end."""
    with undisturbed():
        some = list(islice(stream, AT_ONCE))
        for _n, row in some:
            kept.add(row)
        STAGED.insert([_staged(imported, n, row) for n, row in some if tally.see(row)])
    return some[-1][0] + 1 if some else 0


class Tally:
    """What a file holds, counted while it passes."""

    def __init__(self) -> None:
        self.total = 0
        self.outcomes: dict[str, int] = {}
        self.kinds: dict[str, dict[str, Any]] = {}
        self._runs: list[
            tuple[str, int, int]
        ] = []  # sheet, first number, its position: rows mostly follow on

    def see(self, row: Row) -> bool:
        """Count a row; whether there is something to stage."""
        run = self._runs[-1] if self._runs else ("", 0, 0)
        if not self._runs or run[0] != row.sheet or row.number - run[1] != self.total - run[2]:
            self._runs.append((row.sheet, row.number, self.total))
        self.total += 1
        self.outcome(row.outcome, 1)
        for defect in row.defects:
            self.defect(defect)
        return bool(row.defects) or row.outcome not in TELLING

    def position(self, sheet: str, number: int) -> int:
        """Where in the stream a row stood that was seen."""
        run = next(r for r in reversed(self._runs) if r[0] == sheet and r[1] <= number)
        return run[2] + number - run[1]

    def outcome(self, outcome: Outcome, n: int) -> None:
        self.outcomes[outcome.value] = self.outcomes.get(outcome.value, 0) + n

    def defect(self, defect: Defect) -> None:
        kept = self.kinds.setdefault(
            defect.kind,
            {"n": 0, "action": defect.action.value, "field": defect.field, "asks": 0, "offers": 0},
        )
        kept["n"] += 1
        kept["asks"] += asks(defect)
        kept["offers"] += bool(asks(defect) and defect.suggested)


def asks(defect: Defect) -> bool:
    """Whether a person has to decide about it."""
    return defect.action is Action.REVIEW or (defect.action is Action.LOOKUP and not defect.value)


def _staged(imported: Import, position: int, row: Row) -> ImportRow:
    made = STAGED.new(
        community_id=imported.community_id, imported_id=imported.id, position=position,
        sheet=row.sheet[:60], number=row.number, outcome=row.outcome,
    )  # fmt: skip
    write(made, row.defects, who=mask_name(row.values.get("name", "") or row.values.get("driver", "")))
    return made


def write(made: ImportRow, defects: list[Defect], *, who: str) -> None:
    """Put defects into a staged row: what they are in clear, what they quote encrypted."""
    decisions = {(d["kind"], d["field"]): d["decision"] for d in made.defects if d.get("decision")}
    made.defects = [
        {
            "kind": d.kind, "field": d.field, "action": d.action.value, "other": d.other, "other_sheet": d.other_sheet,
            **({"decision": chosen} if (chosen := decisions.get((d.kind, d.field))) else {}),
        }
        for d in defects
    ]  # fmt: skip
    made.kinds = " " + " ".join(dict.fromkeys(d.kind for d in defects))[:398] + " "
    made.asks = any(asks(d) for d in defects)
    texts = json.dumps(
        {"who": who, "texts": [[d.written, d.value, d.suggested] for d in defects]}, ensure_ascii=False
    )
    made.enclosed = vault.enclose(texts, about=made.id)


def read(made: ImportRow) -> tuple[str, list[Defect]]:
    """Whom a staged row is about (masked), and its defects; without their texts once those are erased."""
    kept: dict[str, Any] = {"who": "", "texts": []}
    if made.enclosed:
        kept = json.loads(vault.disclose(bytes(made.enclosed), about=made.id))
    quoted: list[list[str]] = kept["texts"] + [["", "", ""]] * len(made.defects)
    found = []
    for d, (written, value, suggested) in zip(made.defects, quoted, strict=False):
        action = Action(d["action"])
        found.append(
            Defect(d["kind"], d["field"], action, written, value, suggested, d["other"], d["other_sheet"])
        )
    return str(kept["who"]), found


def _together(later: list[Finding]) -> Iterator[tuple[str, int, list[Defect]]]:
    by_row: dict[tuple[str, int], list[Defect]] = {}
    for finding in later:
        by_row.setdefault((finding.sheet, finding.number), []).append(finding.defect)
    for (sheet, number), defects in by_row.items():
        yield sheet, number, defects


def _add(imported: Import, sheet: str, number: int, findings: list[Defect], tally: Tally) -> None:
    """What later rows said of an earlier one may change what becomes of it."""
    position = tally.position(sheet, number)
    made = ImportRow.objects.filter(
        community=imported.community_id, imported=imported, position=position
    ).first() or _clean_row(imported, sheet, number, position)
    who, defects = read(made) if made.enclosed else ("", [])
    before = Outcome(made.outcome)
    write(made, [*defects, *findings], who=who)
    if before is not Outcome.DWELLING_ONLY:
        made.outcome = outcome_of([*defects, *findings])
    tally.outcome(before, -1)
    tally.outcome(Outcome(made.outcome), 1)
    for finding in findings:
        tally.defect(finding)
    made.save()


def _clean_row(imported: Import, sheet: str, number: int, position: int) -> ImportRow:
    """A row in which nothing was found until a later one spoke of it."""
    return STAGED.new(
        community_id=imported.community_id, imported_id=imported.id, position=position, sheet=sheet[:60],
        number=number, outcome=Outcome.CREATE,
    )  # fmt: skip
