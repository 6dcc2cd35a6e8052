"""The input files with their truth, and the answers a community's own records would give."""

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from linli.registry.intake import Known, Name, Row, Setting, open_file, outcome_of
from linli.registry.intake.identity import born
from linli.registry.intake.settle import usable_id

INPUTS = Path(__file__).parents[1] / "inputs"
AS_OF = datetime(2022, 4, 14, 0, 30, tzinfo=UTC)  # 08:30 in Changzhi
Key = tuple[str, int]


def setting() -> Setting:
    """What is known before any file was read."""
    compounds = (*(Name(f"香阅四季{x}区") for x in "ABC"), Name("纺织小区"))
    stations = (Name("长治东站"), Name("长治站"), Name("长治机场"))
    return Setting(as_of=AS_OF, community="香阅四季社区", compounds=compounds, stations=stations)


@dataclass
class Read:
    """A file as it was read: rows by key, with late findings applied."""

    kind: str
    rows: dict[Key, Row] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def read(name: str, answers: Setting | None = None, folder: Path = INPUTS) -> Read:
    with open_file(folder / name, answers or setting()) as reading:
        found = Read(reading.recognised.kind, {}, reading.recognised.unknown)
        for row in reading:
            found.rows[row.sheet, row.number] = row
        for late in reading.later:
            row = found.rows[late.sheet, late.number]
            row.defects.append(late.defect)
            row.outcome = outcome_of(row.defects)
    return found


def table(name: str, folder: Path = INPUTS) -> Iterator[dict[str, str]]:
    """A truth table, gzipped or plain."""
    packed = folder / "truth" / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
    else:
        with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


@cache
def answers(folder: Path = INPUTS) -> Setting:
    """The setting after register, volunteers, timetable and sampling record were read: every look-up answered."""
    register, volunteers, trains = (
        read(f, None, folder) for f in ("居民台账.xlsx", "志愿者名单.xlsx", "到站时刻.csv")
    )
    by_id: dict[str, Known] = {}
    by_phone: dict[tuple[str, str], Known] = {}
    doors: set[tuple[str, str, str, str]] = set()
    for row in register.rows.values():
        v = row.values
        if row.role not in ("data", "vacant"):
            continue
        doors.add((v["compound"], v["building"], v["unit"], v["room"]))
        number = usable_id(row)
        birth = born(number) if number and len(number) == 18 else None
        known = Known(v["name"], v["compound"], v["building"], v["unit"], v["room"], str(birth or ""))
        if row.role == "data" and row.outcome in ("create", "review_cell"):
            if number:
                by_id[number] = known
            for phone in filter(None, v["phone"].split("、")):
                by_phone[v["name"], phone] = known
    helpers = {
        (r.values["name"], p)
        for r in volunteers.rows.values()
        if r.role == "data"
        for p in r.values["phone"].split("、")
    }
    times = {
        (r.values["service"], r.values["scheduled"][:10]): r.values["scheduled"]
        for r in trains.rows.values()
        if r.role == "data"
    }
    tubes = dict(_tubes(folder))
    return replace(
        setting(),
        person_by_id=by_id.get,
        person_by_phone=lambda name, phone: by_phone.get((name, phone)),
        dwelling=lambda *door: door in doors,
        timetable=lambda service, day: times.get((service, day), ""),
        volunteer=lambda name, phone: (name, phone) in helpers,
        tube=tubes.get,
    )


def _tubes(folder: Path) -> Iterator[tuple[str, str]]:
    packed = folder / "采样登记.csv.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "采样登记.csv").read_bytes()
    for line in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        yield line["试管编号"], line["采样时间"]


def planted(name: str, folder: Path = INPUTS) -> dict[tuple[Key, str], list[dict[str, str]]]:
    """(row, field) → what was planted there."""
    found: dict[tuple[Key, str], list[dict[str, str]]] = defaultdict(list)
    for line in table("planted", folder):
        if line["file"] == name:
            found[(line["sheet"], int(line["row"])), line["field"]].append(line)
    return found
