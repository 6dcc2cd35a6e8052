"""Lists as people write them: `白菜 2 斤` for what is wanted, `1 2 12.50` for what was bought; every fault at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.matters.supplies.models import SupplyLine
from linli.matters.supplies.money import Fen, fen

MOST_LINES, MOST_NAME = 30, 80
"""Things on one list, letters of one name: more is another order."""

_ROWS = re.compile(r"[\n\r;;、]+|[,,](?!\d)")
_KEEP, _SWAP = (
    re.compile(r"不换|no substitute", re.IGNORECASE),
    re.compile(r"可换|substitute ok", re.IGNORECASE),
)
"""What a row says in either language about something else in its place."""
_AMOUNT = re.compile(
    r"^(?P<name>.+?)\s*[xX×*]?\s*(?<![\d.])(?P<n>\d{1,3})(?![\d.])\s*(?P<unit>[^\d\s.]{0,6})$"
)
_NAMED = re.compile(r"^(\d{1,2})\D.*:")
"""`1 白菜:` in front of what was bought of it: for the eye only."""
_BOUGHT = re.compile(
    r"^(?P<row>\d{1,2})[.)]?\s+(?P<got>\d{1,3})(?:\s+(?P<price>[\d.]+)(?:元)?)?(?:\s+(?P<took>\D.*))?$"
)


class Unreadable(ValueError):
    """A list that cannot be taken; `faults` says all of what is wrong, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Wanted:
    """One thing asked for. `substitute` is None where the row does not say."""

    name: str
    quantity: int = 1
    unit: str = ""
    substitute: bool | None = None


@dataclass(frozen=True)
class Bought:
    """What the shopper brings of one line: how much, for how much altogether, and what was taken instead."""

    got: int
    fen: Fen
    took: str = ""


def wanted(text: str) -> list[Wanted]:
    """What is asked for, a thing a row; without a number it is one of it. Raises Unreadable."""
    rows = [row for part in _ROWS.split(unicodedata.normalize("NFKC", text)) if (row := part.strip(" .。-·"))]
    faults = []
    if not rows:
        faults.append(_("请写要买什么,一行一样"))
    if len(rows) > MOST_LINES:
        faults.append(_("一张单最多 %(most)d 样,请分成两张") % {"most": MOST_LINES})
    found = [_wanted(row) for row in rows]
    faults += [_("「%(name)s」要几份没看懂") % {"name": w.name[:20]} for w in found if not w.quantity]
    faults += [
        _("「%(name)s…」太长,请写短些") % {"name": w.name[:20]} for w in found if len(w.name) > MOST_NAME
    ]
    if faults:
        raise Unreadable(faults)
    return found


def _wanted(row: str) -> Wanted:
    swap = False if _KEEP.search(row) else True if _SWAP.search(row) else None
    plain = _SWAP.sub("", _KEEP.sub("", row)).strip(" ()[]")
    said = _AMOUNT.match(plain)
    if said is None:
        return Wanted(plain or row, substitute=swap)
    return Wanted(said["name"].strip(" ()"), int(said["n"]), said["unit"].strip("()"), swap)


def bought(text: str, lines: Iterable[SupplyLine]) -> dict[int, Bought]:
    """Rows `1 [name:] got price [substitute]` by position; what is not named was not to be had. Raises Unreadable."""
    known = {line.position: line for line in lines}
    found: dict[int, Bought] = {}
    faults: list[str] = []
    for row in re.split(r"[\n\r;;]+", unicodedata.normalize("NFKC", text)):
        if not row.strip():
            continue
        said = _BOUGHT.match(_NAMED.sub(r"\1 ", row.strip()))
        line = known.get(int(said["row"])) if said else None
        if said is None or line is None or line.position in found:
            faults.append(_("「%(row)s」没看懂:写行号、数量、元,例如 1 2 12.50") % {"row": row.strip()[:30]})
        elif fault := _fault(line, said.groupdict()):
            faults.append(fault)
        elif int(said["got"]):
            found[line.position] = Bought(int(said["got"]), fen(said["price"]), (said["took"] or "").strip())
    if faults:
        raise Unreadable(faults)
    return found


def _fault(line: SupplyLine, said: Mapping[str, str | None]) -> str:
    """What is wrong with one row that names a line; '' when it stands."""
    about = {"row": line.position, "name": line.name, "most": line.open}
    got = int(said["got"] or 0)
    if not got:
        return ""
    if got > line.open:
        return _("第 %(row)d 样「%(name)s」只要 %(most)d 份") % about
    if said["took"] and not line.substitute:
        return _("第 %(row)d 样「%(name)s」住户说不换") % about
    if len(said["took"] or "") > MOST_NAME:
        return _("第 %(row)d 样「%(name)s」换的东西名字太长") % about
    try:
        fen(said["price"])
    except ValueError:
        return _("第 %(row)d 样「%(name)s」一共多少元没看懂") % about
    return ""


def to_buy(lines: Iterable[SupplyLine]) -> str:
    """What a shopper's answer begins with: every row with its number, name and quantity, the price still to be written."""
    return "\n".join(f"{line.position} {line.name}:{line.open} " for line in lines if line.open)
