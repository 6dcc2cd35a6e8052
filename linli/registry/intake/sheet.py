"""Cells of an .xlsx file, row by row, with expat: no entity, no formula is ever expanded, memory stays constant."""

import string
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import product

from linli.registry.intake.markup import integer, parser, unescaped
from linli.registry.intake.report import Formula, Raw

MAX_COLUMNS = 512
MAX_TEXT = 1 << 20  # characters in one cell; Excel itself stops at 32,767


class Sheet:
    """The expat callbacks of one worksheet."""

    def __init__(self, shared: Callable[[int], str], dates: frozenset[int], epoch: datetime) -> None:
        self.shared, self.dates, self.epoch = shared, dates, epoch
        self.ready: list[tuple[int, list[Raw]]] = []
        self.row: list[Raw] = []
        self.number = 0
        self.column = -1
        self.kind, self.style = "n", 0
        self.text: list[str] = []
        self.formula = ""
        self.listening = False
        self.in_data = False
        self.phonetic = False
        self.parser = parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def take(self) -> list[tuple[int, list[Raw]]]:
        taken, self.ready = self.ready, []
        return taken

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attrs)
        elif name in ("v", "t", "f"):
            self.listening = self.in_data and not self.phonetic
            self.text = []
        elif name == "row":
            self.number = integer(attrs.get("r")) or self.number + 1
            self.row, self.column = [], -1
        elif name == "rPh":
            self.phonetic = True
        elif name == "sheetData":
            self.in_data = True

    def _start_cell(self, attrs: dict[str, str]) -> None:
        at = attrs.get("r")
        self.column = _COLUMNS.get(at.rstrip("0123456789"), MAX_COLUMNS) if at else self.column + 1
        self.kind, self.style = attrs.get("t", "n"), integer(attrs.get("s"))
        self.formula = ""
        self.value: list[str] = []

    def characters(self, data: str) -> None:
        if self.listening:
            self.text.append(data)

    def end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in ("v", "t"):
            if self.listening:
                self.value.extend(self.text)
            self.listening = False
        elif name == "f":
            self.formula = "=" + "".join(self.text) if self.listening else ""
            self.listening = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.ready.append((self.number, self.row))
        elif name == "rPh":
            self.phonetic = False
        elif name == "sheetData":
            self.in_data = False

    def _end_cell(self) -> None:
        text = "".join(self.value)
        value: Raw = self._typed(text[:MAX_TEXT]) if text else None
        if value is None and self.formula:
            value = Formula(self.formula)
        if value is None or self.column >= MAX_COLUMNS:
            return
        row = self.row
        missing = self.column - len(row)
        if missing > 0:
            row.extend([None] * missing)
        row[self.column :] = [value]

    def _typed(self, text: str) -> Raw:
        kind = self.kind
        if kind == "s":
            return self.shared(integer(text)) or None
        if kind == "n":
            return self._number(text)
        if kind == "b":
            return text == "1"
        if kind == "d":
            return _iso(text)
        return None if kind == "e" else unescaped(text)

    def _number(self, text: str) -> Raw:
        try:
            number = int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return text
        if self.style not in self.dates:
            return number
        return _moment(number, self.epoch)


def _moment(serial: float, epoch: datetime) -> Raw:
    """A date serial as date and time; below one day it is a time. What is no date stays a number."""
    if not 0 <= serial < 2958466:  # NaN fails too
        return serial
    if serial < 1:
        return (epoch + timedelta(seconds=round(serial * 86400))).time()
    if epoch.year == 1899 and serial < 60:  # the 29 February 1900 that never was
        serial += 1
    return epoch + timedelta(seconds=round(serial * 86400))


def _iso(text: str) -> Raw:
    try:
        return time.fromisoformat(text) if ":" in text and "-" not in text else datetime.fromisoformat(text)
    except ValueError:
        return text


_LETTERS = string.ascii_uppercase
_COLUMNS = {
    letters: index
    for index, letters in enumerate([*_LETTERS, *(a + b for a, b in product(_LETTERS, repeat=2))])
    if index < MAX_COLUMNS
}
"""A, B … Z, AA …: every column that is read."""
