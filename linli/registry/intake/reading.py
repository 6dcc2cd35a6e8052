"""Opens a file, recognises what it is, and delivers its rows with every defect, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from linli.registry.intake import layout, table
from linli.registry.intake.files import KINDS, Kind
from linli.registry.intake.household import carry
from linli.registry.intake.layout import Header
from linli.registry.intake.places import Names
from linli.registry.intake.report import Finding, Row, Unreadable
from linli.registry.intake.rows import comparison
from linli.registry.intake.setting import Setting
from linli.registry.intake.settle import split_room
from linli.registry.intake.table import RawRow
from linli.registry.intake.text import tight
from linli.registry.intake.words import VACANT


@dataclass(frozen=True)
class Recognised:
    """What a file is: its kind, the columns found, columns nobody knows (they are not imported), columns missing."""

    kind: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def title(self) -> str:
        """What people call such a file, in the language active now."""
        return KINDS[self.kind].title


def recognise(path: Path) -> Recognised:
    """Tells the kind of a file by its columns, never by its name. Raises Unreadable."""
    raw = table.rows(path)
    best: tuple[float, Kind, Header] | None = None
    something = False
    for batch in layout.header_rows(_heads(raw)):
        something = something or any(any(c is not None for c in row.cells) for row in batch)
        for kind in KINDS.values():
            found = layout.find(batch, kind.aliases)
            if found and set(kind.required) <= found[1].keys():
                score = _score(kind, found[1])
                if best is None or score > best[0]:
                    best = (score, kind, found[1])
        if best:
            break
    if not something:
        raise Unreadable("empty", name=path.name)
    if best is None:
        raise Unreadable("unknown_kind", name=path.name)
    _, kind, header = best
    keys = header.keys()
    missing = tuple(
        c.names[0] for c in kind.columns if c.key not in keys and c.key not in ("no", "old_no", "note")
    )
    return Recognised(kind.key, tuple(header.columns.values()), tuple(header.unknown), missing)


def _score(kind: Kind, header: Header) -> float:
    """Columns matched, and against a kind that leaves many of the file's columns unexplained."""
    return len(header.columns) - 2 * len(header.unknown) + len(header.columns) / len(kind.columns)


def _heads(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """The first rows of each sheet; stops reading a sheet's rows as soon as the batch is complete."""
    sheet, count = None, 0
    for row in rows:
        if row.sheet != sheet:
            sheet, count = row.sheet, 0
        count += 1
        if count <= layout.HEADER_WITHIN:
            yield row
        elif count == layout.HEADER_WITHIN + 1:
            yield RawRow(f"{row.sheet}\0", 0, [])
            sheet = row.sheet


class Reading:
    """One pass over a file. Iterate once; then `later` holds the findings on rows that were already delivered."""

    def __init__(
        self, path: Path, setting: Setting, kind: str | None = None, recognised: Recognised | None = None
    ) -> None:
        self.path, self.setting = path, setting
        self.recognised = recognised or recognise(path)
        if kind and kind != self.recognised.kind:
            raise Unreadable(
                "wrong_kind", name=path.name, expected=KINDS[kind].title, found=self.recognised.title
            )
        self.kind = KINDS[self.recognised.kind]
        self.readers = self.kind.readers(setting)
        self.names = Names(setting.compounds)
        self.comparison = comparison(self.kind.key)
        self.later: list[Finding] = []

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.comparison.close()

    def __iter__(self) -> Iterator[Row]:
        """Every row of the file in order, judged. Findings on earlier rows are collected in `later`."""
        rows = self._sheets(table.rows(self.path))
        for row in carry(rows) if self.kind.households else rows:
            if row.role in ("data", "vacant"):
                self.kind.settle(row, self.setting)
                self.later.extend(self.comparison.see(row))
                row.judge()
            yield row

    def _sheets(self, raw: Iterator[RawRow]) -> Iterator[Row]:
        """Splits the stream into sheets and finds each one's header; a sheet without one is reported and skipped."""
        sheet: str | None = None
        held: list[RawRow] = []
        columns: _Columns | None = None
        for row in raw:
            if row.sheet != sheet:
                yield from self._begin(held)[0] if columns is None else ()
                sheet, held, columns = row.sheet, [], None
            if columns is None:
                held.append(row)
                if len(held) == layout.HEADER_WITHIN:
                    first, columns = self._begin(held)
                    held = []
                    yield from first
            else:
                yield columns.read(row)
        if columns is None:
            yield from self._begin(held)[0]

    def _begin(self, held: list[RawRow]) -> tuple[list[Row], "_Columns"]:
        found = layout.find(held, self.kind.aliases)
        if found is None or not set(self.kind.required) & found[1].keys():
            rows = [Row(r.sheet, r.number, "title" if r.cells else "blank") for r in held]
            return rows, _Columns(self, Header({}, {}))
        at, header = found
        columns = _Columns(self, header)
        rows = [
            Row(r.sheet, r.number, "title" if any(c is not None for c in r.cells) else "blank")
            for r in held[:at]
        ]
        rows += [Row(r.sheet, r.number, "header") for r in held[at : at + header.rows]]
        return rows + [columns.read(r) for r in held[at + header.rows :]], columns


class _Columns:
    """Reads the rows of one sheet with the readers of its columns."""

    def __init__(self, reading: Reading, header: Header) -> None:
        self.header = header
        self.plan = [(i, key, reading.readers[key]) for i, key in sorted(header.columns.items())]
        self.keys = [key for _, key, _ in self.plan]
        self.name_at = next((i for i, key, _ in self.plan if key == "name"), -1)
        self.households = reading.kind.households
        self.reading = reading

    def read(self, row: RawRow) -> Row:
        cells_ = row.cells
        role = "note" if not self.plan else layout.role_of(cells_, self.header)
        made = Row(row.sheet, row.number, role)
        if role != "data":
            return made
        values, defects, width = made.values, made.defects, len(cells_)
        for i, key, reader in self.plan:
            value, found = reader(cells_[i] if i < width else None)
            values[key] = value
            if found:
                defects.extend(found)
        if self.households:
            self._household(made)
        return made

    def _household(self, row: Row) -> None:
        split_room(row)
        if (
            not row.values.get("id_no")
            and tight(row.values.get("name", "")) in VACANT
            and not row.values.get("relation")
        ):
            row.role = "vacant"
            row.defects = [d for d in row.defects if d.field in ("building", "unit", "room", "compound")]
        if not row.values.get("compound") and (name := self.reading.names.within(row.sheet)):
            row.values["compound"] = name


def open_file(
    path: Path, setting: Setting, kind: str | None = None, recognised: Recognised | None = None
) -> Reading:
    """Opens a file for reading. `kind` is what the user says it is; None: told by its columns.

    `recognised` is what `recognise` said of this very file, so that it is not asked twice.

    Raises Unreadable with a sentence for the user: empty, too big, password, old .xls, damaged, unknown or wrong kind.
    """
    return Reading(path, setting, kind, recognised)
