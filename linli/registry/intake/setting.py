"""What a reader may ask about the world outside the file: the community's names, its ledger, the timetable."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from linli.base.clock import local


@dataclass(frozen=True, slots=True)
class Name:
    """A compound or a station as it is officially called, and the short names people use."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the ledger knows him. `birth` is `2007-09-30` or ''."""

    name: str
    compound: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    birth: str = ""


def _nobody(*_: str) -> Known | None:
    return None


def _no_answer(*_: str) -> bool | None:
    return None


def _nothing(*_: str) -> str:
    return ""


@dataclass(frozen=True)
class Setting:
    """Answers the caller supplies. Every default means: do not know, so say nothing about it.

    `as_of` is aware UTC, the moment the file is read; files speak the wall clock of the community.
    """

    as_of: datetime
    community: str = ""  # 香阅四季社区
    area: tuple[
        str, ...
    ] = ()  # what may stand before a compound: 山西省, 长治市, 潞州区, 五马街道; () = anything
    compounds: tuple[Name, ...] = ()
    stations: tuple[Name, ...] = ()
    person_by_id: Callable[[str], Known | None] = field(default=_nobody)  # identity number
    person_by_phone: Callable[[str, str], Known | None] = field(default=_nobody)  # name, phone
    dwelling: Callable[[str, str, str, str], bool | None] = field(
        default=_no_answer
    )  # compound … room: exists?
    timetable: Callable[[str, str], str] = field(default=_nothing)  # service, day -> `2022-04-14 18:52`
    volunteer: Callable[[str, str], bool | None] = field(default=_no_answer)  # name, phone: on the list?
    tube: Callable[[str], str | None] = field(
        default=_nothing
    )  # code -> sampled at; None: no such tube; '': no answer

    @property
    def wall(self) -> datetime:
        """`as_of` on the community's wall clock, without a zone, as files write it."""
        return local(self.as_of).replace(tzinfo=None, microsecond=0)
