"""Addresses of the community: compounds and their short names, destinations as they are pushed, station spellings."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.setting import Name
from linli.registry.intake.text import arabic, plain, tight

_HAN = "[一二三四五六七八九十]"
_DASH = re.compile("[‐‑‒–—―−]+")
_DWELLING = re.compile(
    rf"[\s,、]*(?P<b>\d{{1,3}}|[A-Z]|{_HAN}{{1,3}})\s*(?:号楼|栋|幢|座|#|楼|-)"
    rf"(?:\s*(?P<u>\d{{1,2}}|[A-Z]|{_HAN}{{1,2}})\s*(?:单元|门|-))?"
    r"(?:\s*(?P<r>\d{2,5})\s*(?:室|号|户|房)?)?\s*$"
)
_YOURS = re.compile(r"^(?:[你贵本我该]社区|[你贵本我该]小区|本地|社区内)?$")
_ADMIN = re.compile(r"(?:省|自治区|市|县|街道|街道办事处|镇|乡|社区|居委会|办事处|[,、\s])")


class Spot(NamedTuple):
    """A destination as read. `how` is ours, none (no compound named), typo (one letter off) or elsewhere."""

    how: str
    compound: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def text(self) -> str:
        """香阅四季A区3号楼2单元1101, as far as it is known."""
        unit = f"{self.unit}单元" if self.unit else ""
        building = f"{self.building}号楼" if self.building else ""
        return f"{self.compound}{building}{unit}{self.room}"


class Names:
    """Finds the official name for what people write: by alias, by letters left out, by one letter too many."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._known = {tight(word): n.name for n in names for word in (n.name, *n.aliases)}
        self.find = lru_cache(4096)(self._find)

    def _find(self, text: str) -> str:
        """The one official name that `text` can mean; '' if none or several."""
        key = tight(text)
        if key in self._known:
            return self._known[key]
        if len(key) < 2:
            return ""
        near = {name for word, name in self._known.items() if _within(key, word)}
        return near.pop() if len(near) == 1 else ""

    def exact(self, text: str) -> str:
        """The official name of a name or alias; '' for anything else."""
        return self._known.get(tight(text), "")

    def typo(self, text: str) -> str:
        """The one name that differs from `text` in exactly one letter; ''."""
        key = tight(text)
        near = {
            name
            for word, name in self._known.items()
            if len(word) == len(key)
            and len(key) > 2
            and sum(a != b for a, b in zip(word, key, strict=True)) == 1
        }
        return near.pop() if len(near) == 1 else ""

    def within(self, text: str) -> str:
        """The longest known name that is part of `text`; ''."""
        key = tight(text)
        found = [word for word in self._known if word in key]
        return self._known[max(found, key=len)] if found else ""


def _within(key: str, word: str) -> bool:
    """Letters of the name left out (香阅B区), or one letter too many (纺织厂小区)."""
    if len(key) < len(word):
        return 2 * len(key) >= len(word) - 1 and _in_order(key, word)
    return len(key) == len(word) + 1 and len(word) > 2 and _in_order(word, key)


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(c in rest for c in letters)


class Addresses:
    """Reads destinations for one community."""

    def __init__(self, compounds: tuple[Name, ...], community: str) -> None:
        self.names = Names(compounds)
        self.community = tight(community)
        self.read = lru_cache(8192)(self._read)

    def _read(self, written: str) -> Spot:
        text = _DASH.sub("-", plain(written)).upper()
        m = _DWELLING.search(text)
        front = text[: m.start()] if m else text
        building, unit, room = (arabic(m["b"]), arabic(m["u"] or ""), m["r"] or "") if m else ("", "", "")
        how, compound = self._compound(front)
        return Spot(how, compound, building, unit, room)

    def _compound(self, front: str) -> tuple[str, str]:
        pieces = self._pieces(front)
        if pieces is None:
            return "elsewhere", ""
        if not pieces or _YOURS.match(pieces[0]):
            return "none", ""
        for finder, how in ((self.names.find, "ours"), (self.names.typo, "typo")):
            for piece in pieces:
                if compound := finder(piece):
                    return how, compound
        return "elsewhere", ""

    def _pieces(self, front: str) -> list[str] | None:
        """What may be the compound's name, longest first; None when another community is named before it."""
        key = tight(front).upper()
        if self.community:
            key = key.replace(self.community.upper(), ",")
        other = re.search(r"([^,省市县区道镇乡]{1,8})(?:社区|居委会)", key)
        if other and not _YOURS.match(f"{other[1]}社区"):
            return None
        rest = _ADMIN.split(key)[-1] if not _YOURS.match(key) else key
        pieces = [rest]
        if "区" in rest[:-1]:
            pieces.append(rest[rest.index("区") + 1 :])
        return [p.strip("()·,.-") for p in pieces if p.strip("()·,.-")]


class CompoundReader:
    """Reads a compound column: an official name, an alias, or text that is kept (下沉干部 lives elsewhere)."""

    def __init__(self, names: Names, field: str) -> None:
        self.names, self.field = names, field

    def __call__(self, raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        value = self.names.find(written)
        if not value:
            text = plain(written)
            return Cell(text)
        return Cell(
            value,
            ()
            if value == written
            else (Defect(f"{self.field}_alias", self.field, Action.REPAIR, written, value),),
        )


class StationReader:
    """Reads a station column against the stations of the city; without a list only the spelling is made plain."""

    def __init__(self, stations: tuple[Name, ...]) -> None:
        self.names = Names(stations)
        self.known = bool(stations)

    def __call__(self, raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        text = tight(written)
        if not text:
            return EMPTY
        value = self._find(text) if self.known else plain(written)
        if not value:
            return Cell(written, (Defect("station_unknown", "station", Action.REVIEW, written),))
        return Cell(
            value,
            () if value == written else (Defect("station_word", "station", Action.REPAIR, written, value),),
        )

    def _find(self, text: str) -> str:
        short = re.sub(r"\([^)]*\)|高铁|动车|火车|铁路|民航|客运(?!站)", "", text)
        for candidate in (text, short, short + "站", short.removesuffix("站") + "站", short + "机场"):
            if exact := self.names.exact(candidate):
                return exact
        return self.names.find(short)


def split_door(room: str) -> tuple[str, str, str] | None:
    """`3-2-1101` or 3号楼2单元1101室 in a room column is building, unit and room; None if it is no such thing."""
    m = _DWELLING.search(_DASH.sub("-", plain(room)).upper())
    return (arabic(m["b"]), arabic(m["u"]), m["r"]) if m and m["u"] and m["r"] else None


def destination_kind(written: str, spot: Spot) -> str:
    """Why a destination that was read is not written in full."""
    if any("\uff10" <= c <= "\uff19" for c in written):
        return "destination_full_width"
    if re.search("[省市]", written) or "," in written or "，" in written:
        return "destination_long"
    if not written.startswith(spot.compound):
        return "destination_alias"
    return (
        "destination_han_numerals"
        if re.search("[一二三四五六七八九十]+(?:号楼|栋|单元)", written)
        else "destination_dashes"
    )
