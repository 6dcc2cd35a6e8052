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
    r"(?:\s*(?P<r>\d{2,5}|[零〇一二三四五六七八九十百]{2,5})\s*(?:室|号|户|房)?)?\s*$"
)
_GENERIC = frozenset(["小区", "社区", "家属院", "公寓", "花园"])
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
        meant = self.meant(text)
        return meant.pop() if len(meant) == 1 else ""

    def meant(self, text: str) -> set[str]:
        """Every official name that `text` can mean: itself, an ending, letters left out, one letter too many."""
        key = tight(text)
        for candidate in (key, key.replace("小区", "")):
            if candidate in self._known:
                return {self._known[candidate]}
        if len(key) < 2 or key in _GENERIC:
            return set()
        return {name for word, name in self._known.items() if word.endswith(key) or _within(key, word)}

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

    def __init__(self, compounds: tuple[Name, ...], community: str, area: tuple[str, ...] = ()) -> None:
        self.names = Names(compounds)
        self.own = tuple(tight(word) for word in (community, *area) if word)
        self.strict = bool(area)
        self.read = lru_cache(8192)(self._read)

    def _read(self, written: str) -> Spot:
        text = _DASH.sub("-", plain(written)).upper()
        m = _DWELLING.search(text)
        front = text[: m.start()] if m else text
        building, unit, room = (
            (arabic(m["b"]), arabic(m["u"] or ""), arabic(m["r"] or "")) if m else ("", "", "")
        )
        how, compound = self._compound(tight(front))
        return Spot(how, compound, building, unit, room)

    def _compound(self, front: str) -> tuple[str, str]:
        rest = front
        for word in self.own:
            rest = rest.replace(word, ",")
        rest = rest.strip(",、()·.- ")
        if _YOURS.match(rest):
            return "none", ""
        pieces = self._pieces(rest)
        for piece in pieces:
            if compound := self.names.find(piece):
                return "ours", compound
        for piece in pieces:
            if compound := self.names.typo(piece):
                return "typo", compound
        return ("none" if any(len(self.names.meant(p)) > 1 for p in pieces) else "elsewhere"), ""

    def _pieces(self, rest: str) -> list[str]:
        """What may be the compound's name; nothing when another community or another area is named before it."""
        other = re.search(r"([^,省市县区道镇乡]{1,8})(?:社区|居委会)", rest)
        if other and not _YOURS.match(f"{other[1]}社区"):
            return []
        last = re.split("[,、]", rest)[-1]
        if self.strict:
            return [last]
        tail = _ADMIN.split(last)[-1]
        found = [tail, tail[tail.index("区") + 1 :]] if "区" in tail[:-1] else [tail]
        return [p for p in (f.strip("()·.-") for f in found) if p]


class CompoundReader:
    """Reads a compound column: an official name, an alias, or text that is kept (下沉干部 lives elsewhere).

    Where the rows are homes of the community, a name it does not know `asks`: a person says that it is a new compound.
    """

    def __init__(self, names: Names, field: str, *, asks: bool = False) -> None:
        self.names, self.field, self.asks = names, field, asks

    def __call__(self, raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        value = self.names.find(written)
        if not value:
            text = plain(written)
            unknown = Defect(f"{self.field}_unknown", self.field, Action.REVIEW, written, "", text)
            return Cell(text, (unknown,) if self.asks and text else ())
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
    if re.search("[省市]|街道", written) or "," in written or "，" in written:
        return "destination_long"
    if not written.startswith(spot.compound):
        return "destination_alias"
    return (
        "destination_han_numerals"
        if re.search("[一二三四五六七八九十]+(?:号楼|栋|单元)", written)
        else "destination_dashes"
    )
