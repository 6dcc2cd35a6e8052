"""What only a comparison of rows can tell: the same person twice, a number copied down, a trip changed or called off."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from linli.registry.intake import dates, words
from linli.registry.intake.digests import Digests, Place
from linli.registry.intake.report import ROW, Action, Defect, Finding, Row
from linli.registry.intake.settle import SMALL_HOURS, usable_id

_MARRIED = re.compile("嫁|婚")
_AWAY = re.compile(words.AWAY)
_CANCEL = re.compile(words.CANCEL)
_CORRECT = re.compile(words.CORRECT)


class Comparison:
    """Sees every row once, in order. Findings on the row at hand are added to it, those on earlier rows returned."""

    def __init__(self) -> None:
        self.seen = Digests()
        self.sheets: list[str] = []
        self.earlier: list[Finding] = []

    def see(self, row: Row) -> list[Finding]:
        """Compares `row` with all rows before it."""
        if not self.sheets or self.sheets[-1] != row.sheet:
            self.sheets.append(row.sheet)
        self.earlier = []
        if row.role == "data":
            self.compare(row)
        return self.earlier

    def compare(self, row: Row) -> None:
        """Filled in by each kind of file."""

    def close(self) -> None:
        self.seen.close()

    def here(self, row: Row, who: int = 0, where: int = 0) -> Place:
        return Place(len(self.sheets) - 1, row.number, who, where)

    def sheet(self, place: Place, row: Row) -> str:
        """The name of the other row's sheet, '' when it is the same one."""
        name = self.sheets[place.sheet]
        return "" if name == row.sheet else name

    def add(self, row: Row, kind: str, action: Action, place: Place, *, field: str = ROW) -> None:
        """A defect of `row` that has to do with the row at `place`."""
        written = "" if field == ROW else row.values.get(field, "")
        row.defects.append(Defect(kind, field, action, written, "", "", place.number, self.sheet(place, row)))

    def tell(self, place: Place, row: Row, kind: str, action: Action) -> None:
        """A finding on an earlier row: `row` is the one that it has to do with."""
        sheet = self.sheets[place.sheet]
        other_sheet = "" if sheet == row.sheet else row.sheet
        self.earlier.append(
            Finding(sheet, place.number, Defect(kind, ROW, action, "", "", "", row.number, other_sheet))
        )


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


class Listed(Comparison):
    """Volunteers, venues, vehicles: the same record again when any of its keys was seen."""

    def __init__(self, keys: Callable[[dict[str, str]], list[tuple[str, ...]]]) -> None:
        super().__init__()
        self.keys = keys

    def compare(self, row: Row) -> None:
        digests = [self.seen.of(*key) for key in self.keys(row.values) if all(key)]
        first = next((p for d in digests if (p := self.seen.get(d))), None)
        if first:
            self.add(row, "listed_twice", Action.MERGE, first)
            self.tell(first, row, "listed_twice_original", Action.KEEP)
        for digest in digests:
            self.seen.put(digest, first or self.here(row))


def _volunteer_keys(v: dict[str, str]) -> list[tuple[str, ...]]:
    return [("call", v.get("name", ""), phone) for phone in v.get("phone", "").split("、")]


def _venue_keys(v: dict[str, str]) -> list[tuple[str, ...]]:
    address = v.get("address", "")
    phones = [("call", address, p) for p in v.get("phone", "").split("、")]
    return [("name", address, v.get("name", "")), ("manager", address, v.get("manager", "")), *phones]


def _vehicle_keys(v: dict[str, str]) -> list[tuple[str, ...]]:
    return [("plate", v.get("plate", ""))]


class Trip(NamedTuple):
    """The latest word on one person's journey."""

    place: Place
    service: str
    eta: str
    called_off: bool = False


class Pushed(Comparison):
    """Later rows repeat, correct or call off earlier ones; companions may have rows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.trips: dict[int, Trip] = {}
        self.names: dict[int, Place] = {}  # name, service and day of a row
        self.awaited: dict[int, Place] = {}  # the same of a companion named in a row

    def compare(self, row: Row) -> None:
        keys = self._keys(row)
        trip = next((self.trips[k] for k in keys if k in self.trips), None)
        note = row.values.get("note", "")
        here = Trip(self.here(row), row.values.get("service", ""), row.values.get("eta", ""))
        if _CANCEL.search(note):
            here = self._cancel(row, trip, here)
        elif trip and not trip.called_off:
            here = self._again(row, trip, here, note)
        for key in keys:
            self.trips[key] = here
        self._companions(row)

    def _keys(self, row: Row) -> list[int]:
        number, name = usable_id(row), row.values.get("name", "")
        keys = [self.seen.of("id", number)] if number else []
        if number or not name:
            return keys
        return [self.seen.of("call", name, p) for p in row.values.get("phone", "").split("、") if p]

    def _cancel(self, row: Row, trip: Trip | None, here: Trip) -> Trip:
        _forget_past(row)
        if trip is None:
            row.defects.append(Defect("cancelled", ROW, Action.CANCEL))
            return here._replace(called_off=True)
        self.add(row, "cancelled", Action.CANCEL, trip.place)
        self.tell(trip.place, row, "cancelled_by_later_row", Action.SUPERSEDED)
        self._day_before(row, trip)
        return here._replace(called_off=True)

    def _again(self, row: Row, trip: Trip, here: Trip, note: str) -> Trip:
        _forget_past(row)
        same = trip.service == here.service and (trip.eta == here.eta or self._day_before(row, trip))
        if same and not _CORRECT.search(note):
            self.add(row, "repeated", Action.MERGE, trip.place)
            self.tell(trip.place, row, "repeated_by_later_row", Action.KEEP)
            return trip
        if _CORRECT.search(note):
            self.add(row, "corrected", Action.SUPERSEDE, trip.place)
            self.tell(trip.place, row, "corrected_by_later_row", Action.SUPERSEDED)
            return here
        self.add(row, "changed_without_word", Action.REVIEW, trip.place)
        return here

    def _day_before(self, row: Row, trip: Trip) -> bool:
        """The same train in the small hours, one day before what an earlier row says."""
        eta, known = dates.parsed(row.values.get("eta", "")), dates.parsed(trip.eta)
        if not eta or not known or trip.service != row.values.get("service") or eta.hour >= SMALL_HOURS:
            return False
        if known - eta != timedelta(days=1):
            return False
        if not row.flagged("eta"):
            row.defects.append(Defect("eta_wrong_day", "eta", Action.REVIEW, row.values["eta"], "", trip.eta))
        return True

    def _companions(self, row: Row) -> None:
        service, day = row.values.get("service", ""), row.values.get("eta", "")[:10]
        own = self.seen.of("trip", row.values.get("name", ""), service, day)
        here = self.here(row)
        self.names[own] = here
        if waiting := self.awaited.pop(own, None):
            self._party(row, waiting)
        for name in row.values.get("companions", "").partition(":")[2].split("、"):
            digest = self.seen.of("trip", name, service, day)
            if name and (other := self.names.get(digest)):
                self._party(row, other)
            elif name:
                self.awaited[digest] = here

    def _party(self, row: Row, other: Place) -> None:
        self.add(row, "companion_also_listed", Action.KEEP, other)
        self.tell(other, row, "companion_also_listed", Action.KEEP)


def _forget_past(row: Row) -> None:
    """A row that speaks of a trip already known is not late news."""
    row.defects = [d for d in row.defects if d.kind != "already_past"]


class Trains(Comparison):
    """Publications of one train: repeats, and updates that arrive behind newer ones."""

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[int, str] = {}

    def compare(self, row: Row) -> None:
        v = row.values
        published = v.get("published", "")
        train = self.seen.of("train", v.get("service", ""), v.get("scheduled", ""))
        whole = self.seen.of(
            "row", *(v.get(k, "") for k in ("service", "scheduled", "published", "expected", "status"))
        )
        first = self.seen.get(whole)
        if first:
            self.add(row, "repeated", Action.MERGE, first)
        elif published and published < self.newest.get(train, ""):
            row.defects.append(Defect("out_of_order", ROW, Action.KEEP, published))
        self.newest[train] = max(published, self.newest.get(train, ""))
        self.seen.put(whole, self.here(row))


class Results(Comparison):
    """Results of one tube: the same again, or one that contradicts."""

    def compare(self, row: Row) -> None:
        code, word = row.values.get("tube", ""), row.values.get("result", "")
        if not code:
            return
        digest, who = self.seen.of("tube", code), self.seen.of("result", word)
        first = self.seen.get(digest)
        if first is None:
            self.seen.put(digest, self.here(row, who))
        elif first.who == who:
            self.add(row, "repeated", Action.MERGE, first)
            self.tell(first, row, "repeated_original", Action.KEEP)
        else:
            row.defects = [d for d in row.defects if d.action is not Action.ALERT]
            self.add(row, "conflicting", Action.REVIEW, first)
            self.tell(first, row, "conflicting_original", Action.REVIEW)


_COMPARISONS: dict[str, Callable[[], Comparison]] = {
    "register": Residents,
    "volunteers": lambda: Listed(_volunteer_keys),
    "venues": lambda: Listed(_venue_keys),
    "vehicles": lambda: Listed(_vehicle_keys),
    "pushed": Pushed,
    "trains": Trains,
    "lab": Results,
}


def comparison(kind: str) -> Comparison:
    """A fresh comparison for one reading of a file of this kind. Close it."""
    return _COMPARISONS[kind]()
