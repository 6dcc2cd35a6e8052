"""The kinds of files an office holds: their columns by every usual name, and how each column is read."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from importlib import resources

from linli.registry.intake import (
    arrivals,
    cells,
    dates,
    hours,
    identity,
    moments,
    people,
    phones,
    sentences,
    settle,
    transport,
    words,
)
from linli.registry.intake.layout import label
from linli.registry.intake.places import CompoundReader, Names, StationReader
from linli.registry.intake.report import EMPTY, Action, Cell, Raw, Row, text_of
from linli.registry.intake.setting import Setting

FIRST_VACCINE = date(2020, 7, 1)  # the emergency use in China began on 22 July 2020
Making = Callable[[Setting], cells.Reader]


@dataclass(frozen=True)
class Column:
    """One column: its key in `Row.values`, how it is read, and every name it goes by (group and name together)."""

    key: str
    reader: Making
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of file. `required` columns must be there; `settle` puts right what only the whole row can tell."""

    key: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    settle: Callable[[Row, Setting], None]
    households: bool = False
    aliases: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.aliases.update({label(n): c.key for c in self.columns for n in c.names})

    @property
    def title(self) -> str:
        """What people call such a file, in the language active now."""
        return str(sentences.TITLES[self.key])

    def readers(self, setting: Setting) -> dict[str, cells.Reader]:
        """Key → reader; a cell that was read before costs one look-up."""
        return {c.key: _cached(c.reader(setting)) for c in self.columns}


def _cached(reader: cells.Reader) -> cells.Reader:
    """Remembers what was read; 1 and 1.0 and True are told apart."""
    remembered = lru_cache(4096, typed=True)(reader)

    def read(raw: Raw) -> Cell:
        return EMPTY if raw is None else remembered(raw)

    return read


def _as_is(raw: Raw) -> Cell:
    return Cell(text_of(raw).strip())


def _always(reader: cells.Reader) -> Making:
    return lambda _: reader


def _compound(setting: Setting) -> cells.Reader:
    return CompoundReader(Names(setting.compounds), "compound")


def _home(setting: Setting) -> cells.Reader:
    """The first file of an empty office says which compounds there are; later ones are held against them."""
    return CompoundReader(Names(setting.compounds), "compound", asks=bool(setting.compounds))


def _station(setting: Setting) -> cells.Reader:
    return StationReader(setting.stations)


def _last_dose(setting: Setting) -> cells.Reader:
    return partial(dates.day, field="last_dose", today=setting.wall.date(), earliest=FIRST_VACCINE)


def _moment(key: str) -> Making:
    return lambda setting: partial(moments.read_moment, field=key, anchor=setting.wall)


_READERS: dict[str, Making] = {
    "availability": _always(hours.availability),
    "batch": _moment("batch"),
    "building": _always(cells.door("building")),
    "companions": _always(people.companions),
    "compound": _compound,
    "destination": _always(_as_is),
    "doses": _always(cells.doses),
    "driver": _always(people.name("driver")),
    "eta": _always(_as_is),
    "expected": _always(_as_is),
    "groups": _always(cells.listed("groups", words.GROUP)),
    "head": _always(people.name("head")),
    "hours": _always(hours.opening),
    "id_no": _always(identity.read),
    "id_type": _always(cells.word("id_type", words.ID_TYPE, unknown=Action.KEEP)),
    "last_dose": _last_dose,
    "manager": _always(people.name("manager")),
    "name": _always(people.name()),
    "no": _always(_as_is),
    "phone": _always(phones.phones()),
    "plate": _always(transport.plate),
    "published": _moment("published"),
    "register.compound": _home,
    "relation": _always(cells.word("relation", words.RELATION)),
    "result": _always(cells.word("result", words.RESULT)),
    "roles": _always(cells.listed("roles", words.ROLE, unknown=Action.REVIEW)),
    "room": _always(cells.door("room")),
    "scheduled": _moment("scheduled"),
    "seats": _always(transport.seats),
    "service": _always(transport.service),
    "sex": _always(cells.sex),
    "shift": _always(hours.shift),
    "smartphone": _always(cells.smartphone),
    "station": _station,
    "status": _always(cells.word("status", words.STATUS)),
    "tenure": _always(cells.word("tenure", words.TENURE, unknown=Action.KEEP)),
    "tested_at": _moment("tested_at"),
    "training": _always(cells.training),
    "tube": _always(cells.tube),
    "type": _always(cells.venue_type),
    "unit": _always(cells.door("unit")),
    "vehicle": _always(transport.vehicle),
    "venues.name": _always(people.title),
}
"""How each column is read; whatever is not listed is free text."""


def _kinds() -> dict[str, Kind]:
    text = resources.files("linli.registry.intake").joinpath("columns.toml").read_text("utf-8")
    named = tomllib.loads(text)

    def columns(kind: str) -> tuple[Column, ...]:
        return tuple(Column(key, _reader(kind, key), _names(line)) for key, line in named[kind].items())

    made = (
        Kind(
            "register",
            columns("register"),
            ("name", "id_no", "room"),
            settle.resident,
            households=True,
        ),
        Kind("volunteers", columns("volunteers"), ("name", "roles"), settle.volunteer),
        Kind("venues", columns("venues"), ("type", "name", "address"), settle.venue),
        Kind("vehicles", columns("vehicles"), ("plate", "driver"), settle.vehicle),
        Kind("pushed", columns("pushed"), ("name", "eta", "destination"), arrivals.pushed),
        Kind("trains", columns("trains"), ("service", "scheduled"), settle.train),
        Kind("lab", columns("lab"), ("tube", "result"), settle.result),
    )
    return {k.key: k for k in made}


def _reader(kind: str, key: str) -> Making:
    return _READERS.get(f"{kind}.{key}") or _READERS.get(key) or _always(cells.free_text(key))


def _names(line: list[str] | dict[str, list[str]]) -> tuple[str, ...]:
    if isinstance(line, dict):
        return tuple(group + name for group in line["groups"] for name in line["names"])
    return tuple(line)


KINDS = _kinds()
"""register, volunteers, venues, vehicles, pushed, trains, lab."""
