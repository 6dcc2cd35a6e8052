"""The same resident twice, a number copied down, a damaged number: what only a comparison of rows can tell."""

import re

from linli.registry.intake import words
from linli.registry.intake.comparison import Comparison
from linli.registry.intake.digests import Digests, Place
from linli.registry.intake.report import Action, Row
from linli.registry.intake.settle import usable_id

_MARRIED = re.compile("嫁|婚")
_AWAY = re.compile(words.AWAY)


class Residents(Comparison):
    """The same number and name is one person; the same number and another name is an error; names alone say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.damaged, self.away = Digests(), Digests()
        self.above: int = 0  # digest of the number in the data row before

    def close(self) -> None:
        super().close()
        self.damaged.close()
        self.away.close()

    def compare(self, row: Row) -> None:
        values = row.values
        name = values.get("name", "")
        who = self.seen.of("name", name)
        door = (
            values.get("compound", ""),
            values.get("building", ""),
            values.get("unit", ""),
            values.get("room", ""),
        )
        where = self.seen.of("door", *door)
        number = usable_id(row)
        id_digest = self.seen.of("id", number) if number else 0
        marks = self._marks(name, values.get("phone", ""), where)
        place = self.here(row, who, where)
        if number:
            self._with_number(row, id_digest, marks, place)
        elif values.get("id_no") or any(d.field == "id_no" and d.action is Action.DROP for d in row.defects):
            self._with_damaged(row, marks, place)
        self.above = id_digest
        for mark in marks:
            self.seen.put(mark, place)

    def _marks(self, name: str, phone: str, where: int) -> list[int]:
        """Name and door, name and phone: what a person is known by when the number is damaged."""
        if not name or words.unnamed(name):
            return []
        marks = [self.seen.of("at", name, str(where))]
        return marks + [self.seen.of("call", name, p) for p in phone.split("、") if p]

    def _with_number(self, row: Row, id_digest: int, marks: list[int], place: Place) -> None:
        first = self.seen.get(id_digest)
        away = bool(_AWAY.search(row.values.get("note", "")))
        if first is None:
            self.seen.put(id_digest, place)
            if away:
                self.away.put(id_digest, place)
            again = next((p for m in marks if (p := self.damaged.get(m))), None)
            if again:
                self.add(row, "twice_with_damaged_id", Action.REVIEW, again)
                self.tell(again, row, "twice_with_damaged_id_original", Action.KEEP)
        elif first.who == place.who:
            self._same_person(row, first, place, turned=not away and self.away.get(id_digest) == first)
        else:
            kind = "id_copied_from_row_above" if self.above == id_digest else "id_used_twice"
            self.add(row, kind, Action.REVIEW, first, field="id_no")
            row.defects = [d for d in row.defects if d.kind != "sex_contradicts_id"]

    def _same_person(self, row: Row, first: Place, place: Place, *, turned: bool) -> None:
        """`turned`: the earlier row says that the person lives elsewhere, so this row is the one that counts."""
        kind = "married_in" if _MARRIED.search(row.values.get("note", "")) else "two_compounds"
        if first.where == place.where:
            kind, turned = "same_household_twice", False
        here, there = (f"{kind}_original", kind) if turned else (kind, f"{kind}_original")
        self.add(row, here, Action.KEEP if turned else Action.MERGE, first)
        self.tell(first, row, there, Action.MERGE if turned else Action.KEEP)

    def _with_damaged(self, row: Row, marks: list[int], place: Place) -> None:
        first = next((p for m in marks if (p := self.seen.get(m))), None)
        if first:
            self.add(row, "twice_with_damaged_id", Action.REVIEW, first)
            self.tell(first, row, "twice_with_damaged_id_original", Action.KEEP)
        for mark in marks:
            self.damaged.put(mark, place)
