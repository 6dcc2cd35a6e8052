"""A journey repeated, corrected or called off by a later row, and companions with rows of their own."""

import re
from datetime import timedelta
from typing import NamedTuple

from linli.registry.intake import moments, words
from linli.registry.intake.arrivals import SMALL_HOURS
from linli.registry.intake.comparison import Comparison
from linli.registry.intake.digests import Place
from linli.registry.intake.report import ROW, Action, Defect, Row
from linli.registry.intake.settle import usable_id

_CANCEL = re.compile(words.CANCEL)
_CORRECT = re.compile(words.CORRECT)


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
        eta, known = moments.parsed(row.values.get("eta", "")), moments.parsed(trip.eta)
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
