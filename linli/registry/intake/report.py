"""What a reader says about a file: defects of cells, findings about rows, and the row itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple, NewType

from linli.registry.intake import sentences


class Formula(str):
    """The text of a formula, with its equals sign, that was stored without a result. Never evaluated."""

    __slots__ = ()


Raw = str | int | float | bool | date | time | None
"""A cell as the file holds it; `datetime` is a `date`, a `Formula` is a `str`."""

FieldName = NewType("FieldName", str)


class Action(StrEnum):
    """What was done, or is to be done, with a defective cell or row."""

    REPAIR = "repair"  # the value was put right; nothing is lost
    KEEP = "keep"  # unusual, and right as it is
    REVIEW = "review"  # a person must look; the written text stays
    LOOKUP = "lookup"  # filled from another source, or to be filled
    DROP = "drop"  # the cell cannot be used and is stored empty; the row stays
    INERT = "inert"  # stored as that text, never evaluated or rendered
    MERGE = "merge"  # the same record again: no second one
    SUPERSEDE = "supersede"  # replaces an earlier row
    SUPERSEDED = "superseded"  # replaced by a later row
    CANCEL = "cancel"  # calls an earlier row off
    REFER = "refer"  # belongs to another community: hand back with a receipt
    ALERT = "alert"  # at once, to a person
    RESAMPLE = "resample"  # the sample must be taken again


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    REVIEW_CELL = "review_cell"  # created, with a flag on a cell
    MERGE = "merge"
    REVIEW = "review"  # held until a person decides
    SUPERSEDE = "supersede"
    SUPERSEDED = "superseded"
    CANCEL = "cancel"
    REFER = "refer"
    ALERT = "alert"
    RESAMPLE = "resample"
    DWELLING_ONLY = "dwelling_only"  # the dwelling, without a person
    SKIP = "skip"


ROW = "(row)"
"""The field name of a defect that concerns the whole row."""


class Defect(NamedTuple):
    """One thing that is not as it should be. `written` is what the file says, `value` what is stored.

    `suggested` is offered to a person and never stored by itself. `other` is the number of the row it has to
    do with (same sheet unless `other_sheet` says otherwise), 0 for none.
    """

    kind: str
    field: str
    action: Action
    written: str = ""
    value: str = ""
    suggested: str = ""
    other: int = 0
    other_sheet: str = ""

    @property
    def sentence(self) -> str:
        """In the reader's language: what is wrong, and what to do next."""
        return sentences.sentence(self.kind, self)


class Cell(NamedTuple):
    """A cell as read: canonical text ('' = nothing known) and what had to be done to get there."""

    value: str
    defects: tuple[Defect, ...] = ()


EMPTY = Cell("")


_OPEN = (Action.REVIEW, Action.LOOKUP)


@dataclass(slots=True)
class Row:
    """One row of a file. `number` counts from 1 as a spreadsheet shows it (in a CSV: records).

    `role` is data, vacant, title, header, repeated_header, subtotal, blank or note; only data and vacant rows
    carry `values`. Every value is canonical text: dates `2021-12-05`, moments `2022-04-14 01:05` on the
    community's wall clock, lists joined by `、`, '' for nothing known.
    """

    sheet: str
    number: int
    role: str
    values: dict[str, str] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)
    continues: bool = False  # household cells are empty here and were carried down
    outcome: Outcome = Outcome.SKIP

    def sure(self, name: str) -> str:
        """The value, or '' while a person has to look at it: what may be stored without a flag."""
        return "" if self.flagged(name) else self.values.get(name, "")

    def flagged(self, name: str) -> bool:
        """Whether `name` waits for a person or for another source."""
        return bool(self.defects) and any(
            d.field == name and not d.value and d.action in _OPEN for d in self.defects
        )

    def judge(self) -> None:
        """Sets `outcome` from the role and the defects: what is said of the row outweighs what is said of a cell."""
        if self.role == "vacant":
            self.outcome = Outcome.DWELLING_ONLY
        elif self.role == "data":
            self.outcome = outcome_of(self.defects)


_WEIGHT = (
    Action.SUPERSEDED,
    Action.REFER,
    Action.CANCEL,
    Action.SUPERSEDE,
    Action.MERGE,
    Action.REVIEW,
    Action.ALERT,
    Action.RESAMPLE,
)


def outcome_of(defects: list[Defect]) -> Outcome:
    """The outcome of a data row with these defects."""
    of_row = {d.action for d in defects if d.field == ROW}
    for action in _WEIGHT:
        if action in of_row:
            return Outcome(action.value)
    open_cells = any(d.action is Action.REVIEW and d.field != ROW for d in defects)
    return Outcome.REVIEW_CELL if open_cells else Outcome.CREATE


class Finding(NamedTuple):
    """A defect of a row that was delivered earlier, or of the row at hand, found by comparing rows."""

    sheet: str
    number: int
    defect: Defect


class Unreadable(Exception):
    """The file cannot be read at all. `str()` is a sentence for the person who brought it."""

    def __init__(self, kind: str, **detail: object) -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail

    def __str__(self) -> str:
        return sentences.refusal(self.kind, self.detail)


def text_of(raw: Raw) -> str:
    """A cell as a person would read it: what `Defect.written` shows."""
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return raw.isoformat(" ")
    if isinstance(raw, date | time):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw)


def counted(rows: Iterator[Row]) -> dict[str, int]:
    """How many rows have each outcome; reads the stream to its end."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    return counts
