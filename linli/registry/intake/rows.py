"""What only a comparison of rows can tell: the same person twice, a number copied down, a trip changed or called off."""

from collections.abc import Callable

from linli.registry.intake.comparison import Comparison
from linli.registry.intake.report import ROW, Action, Defect, Row
from linli.registry.intake.residents import Residents
from linli.registry.intake.trips import Pushed


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
