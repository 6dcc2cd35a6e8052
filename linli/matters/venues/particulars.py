"""What a venue is called, where it is, who answers for it: as told by an application, or as the register says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linli.loops.pack import Pack
from linli.matters.venues.models import VenueFile
from linli.registry.models import Venue

OWNER = "venue_file"
"""Whose telephone it is in the vault until the venue is in the register."""


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """One venue as it is told: `kind` is one of the pack's classes, `hours` are [["08:00", "22:00"], …] local time."""

    name: str
    kind: str
    address: str
    manager: str
    checker: str
    hours: list[list[str]]
    phone: str = ""

    @property
    def of_register(self) -> Mapping[str, Any]:
        """The columns of `registry.Venue`."""
        return {key: getattr(self, key) for key in ("name", "kind", "address", "manager", "hours")}


def of(file: VenueFile) -> Particulars:
    """As it is now; without the telephone, which is no screen's to show."""
    said: VenueFile | Venue = file.venue or file
    return Particulars(
        name=said.name,
        kind=said.kind,
        address=said.address,
        manager=said.manager,
        hours=list(said.hours),
        checker=file.checker,
    )


def hours_words(hours: list[list[str]]) -> str:
    """`08:00–12:00 14:00–22:00`."""
    return " ".join("–".join(span) for span in hours)


def classes(pack: Pack) -> list[str]:
    """The classes of venues the pack knows, in its order."""
    return list(pack.get("venue.classes"))
