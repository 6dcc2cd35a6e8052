"""Where the table begins in a sheet: header rows, groups, and what every other row is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from linli.registry.intake.report import Formula, Raw, text_of
from linli.registry.intake.table import RawRow
from linli.registry.intake.text import tight

HEADER_WITHIN = 40  # rows of a sheet in which its header must stand
_SUBTOTAL = re.compile(r"^(?:本页|本栋|本单元)?(?:小计|合计|总计|累计|共计)[::]?$")
_TOTAL_LINE = re.compile(r"^(?:小计|合计|总计|累计|共计)")
_NOTE = re.compile(
    r"^[(【]?(?:说明|注|备注|填表|填报|制表|审核|联系人|单位负责人|负责人|社区\(盖章|盖章|填写要求|温馨提示|以下空白|以上)[^a-z]*[::.)】]?"
)
_LABEL_NOISE = re.compile(r"[\s*＊::]+|\([^)]*\)|^[0-9]+[.、]")


def label(raw: Raw) -> str:
    """A header cell as the aliases are compared: without spaces, stars and remarks in brackets."""
    return _LABEL_NOISE.sub("", tight(text_of(raw))) if raw is not None else ""


@dataclass
class Header:
    """The columns of a sheet: position → key, and what could not be matched."""

    columns: dict[int, str]
    labels: dict[int, str]  # position -> lowest label, for repeated headers
    unknown: list[str] = field(default_factory=list)
    rows: int = 1

    def keys(self) -> set[str]:
        return set(self.columns.values())


def match(rows: list[list[Raw]], aliases: dict[str, str]) -> Header:
    """Reads one or two header rows: a cell of the upper row is the group of the cells below it."""
    upper = [label(c) for c in rows[0]]
    lower = [label(c) for c in rows[1]] if len(rows) > 1 else []
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    columns: dict[int, str] = {}
    labels: dict[int, str] = {}
    unknown: list[str] = []
    group = ""
    for i, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
        group = top or group
        name = bottom or top
        if not name:
            continue
        labels[i] = name
        tries = (group + bottom, bottom) if bottom else (top,)
        key = next((aliases[t] for t in tries if t in aliases), "")
        if key and key not in columns.values():
            columns[i] = key
        else:
            unknown.append(group + bottom if bottom and group != bottom else name)
    return Header(columns, labels, unknown, len(rows))


def find(rows: list[RawRow], aliases: dict[str, str]) -> tuple[int, Header] | None:
    """The best header among the first rows of a sheet and its index; None if fewer than two columns match."""
    best: tuple[int, Header] | None = None
    for i, row in enumerate(rows):
        if sum(1 for c in row.cells if isinstance(c, str)) < 2:
            continue
        options = [match([row.cells], aliases)]
        if i + 1 < len(rows) and rows[i + 1].number == row.number + 1:
            options.append(match([row.cells, rows[i + 1].cells], aliases))
        for header in options:
            if len(header.columns) >= 2 and (best is None or len(header.columns) > len(best[1].columns)):
                best = (i, header)
    return best


def header_rows(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The first rows of each sheet, for `find`."""
    sheet, batch = None, list[RawRow]()
    for row in rows:
        if row.sheet != sheet:
            if batch:
                yield batch
            sheet, batch = row.sheet, []
        if len(batch) < HEADER_WITHIN:
            batch.append(row)
    if batch:
        yield batch


def role_of(cells: list[Raw], header: Header) -> str:
    """What a row below the header is: data, blank, subtotal, repeated_header or note."""
    filled = [
        (i, c) for i, c in enumerate(cells) if c is not None and not (isinstance(c, str) and not c.strip())
    ]
    if not filled:
        return "blank"
    if len(filled) <= 4:
        return _short_role(filled, header)
    first, value = filled[0]
    if not isinstance(value, str):
        return "data"
    if label(value) == header.labels.get(first) and _repeats(filled, header):
        return "repeated_header"
    return "subtotal" if _TOTAL_LINE.match(tight(value)) else "data"


def _short_role(filled: Sequence[tuple[int, Raw]], header: Header) -> str:
    """The role of a row with one to four filled cells, where notes and totals are found."""
    first, value = filled[0]
    text = tight(text_of(value))
    total = any(_SUBTOTAL.match(tight(text_of(c))) for _, c in filled[:2] if isinstance(c, str))
    if total or any(isinstance(c, Formula) and _is_total(c) for _, c in filled) or _TOTAL_LINE.match(text):
        return "note" if len(filled) == 1 and not total else "subtotal"
    if _NOTE.match(text) and header.columns.get(first) != "name":
        return "note"
    if len(filled) == 1:
        return "data" if header.columns.get(first) == "name" and len(text) < 12 else "note"
    return "repeated_header" if _repeats(filled, header) else "data"


def _repeats(filled: Sequence[tuple[int, Raw]], header: Header) -> bool:
    same = sum(1 for i, c in filled if label(c) == header.labels.get(i))
    return same >= 2 and same * 2 > len(filled)


def _is_total(formula: str) -> bool:
    return bool(re.match(r"=(?:COUNTA?|SUM|SUBTOTAL|COUNTIF)\(", formula, re.IGNORECASE))
