"""What a volunteer writes down at a door, read as changes: `2、3` moved out, `1 13900000000` has a new telephone.

read({"gone": "2", "come": "王小明 13900000000、李红"}, people=3)
→ ([Change("gone", number=2), Change("come", value="王小明", phone="13900000000"), Change("come", value="李红")], {})
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.matters.census.asks import KINDS
from linli.matters.census.words import listed
from linli.registry.changes import spelt_phone
from linli.registry.needs import NEEDS, key_of

_SEPARATORS = re.compile(r"[、,,;;。\n]+")
_NUMBERED = re.compile(r"\s*(\d{1,2})[\s.号::]+(.+?)\s*")
_NAMED = re.compile(r"\s*([^\d\s][^\d]*?)[\s::]*(\+?[\d -]{7,})?\s*")
_NO_LONGER = re.compile(r"^(?:不再是?|已不是|取消|no longer|-)\s*", re.I)
LONGEST_NAME = 50


@dataclass(frozen=True)
class Change:
    """One difference. `number` is the person's in the list; `value` a name or a class, which `ends` takes away."""

    kind: str
    number: int = 0
    value: str = ""
    phone: str = ""
    ends: bool = False


class Unreadable(ValueError):
    """A piece that cannot be meant; `str()` is a sentence for whoever wrote it."""


def read(given: Mapping[str, Any], *, people: int) -> tuple[list[Change], dict[str, str]]:
    """Every change, and every fault at once by the key it was told under. `people` is how many the list counts."""
    changes: list[Change] = []
    faults: dict[str, str] = {}
    for kind in KINDS:
        for piece in filter(str.strip, _SEPARATORS.split(str(given.get(kind) or ""))):
            try:
                changes.append(_counted(_READERS[kind](piece.strip()), people))
            except Unreadable as said:
                faults.setdefault(kind, str(said))
    return list(dict.fromkeys(changes)), faults


def _counted(change: Change, people: int) -> Change:
    if change.kind != "come" and not 1 <= change.number <= people:
        raise Unreadable(_("名单上没有第 %(n)d 个人") % {"n": change.number})
    return change


def _gone(piece: str) -> Change:
    if not piece.isdecimal():
        raise Unreadable(_("「%(piece)s」不是序号,只写名单上的序号") % {"piece": piece[:20]})
    return Change("gone", number=int(piece))


def _come(piece: str) -> Change:
    found = _NAMED.fullmatch(piece)
    phone = spelt_phone(found[2]) if found and found[2] else ""
    if not found or len(found[1]) > LONGEST_NAME or (found[2] and not phone):
        raise Unreadable(_("写成 姓名 电话,没有电话就只写姓名"))
    return Change("come", value=found[1].strip(), phone=phone)


def _phone(piece: str) -> Change:
    number, said = _numbered(piece)
    if not (phone := spelt_phone(said)):
        raise Unreadable(_("电话不对,写成 序号 电话"))
    return Change("phone", number=number, phone=phone)


def _name(piece: str) -> Change:
    number, said = _numbered(piece)
    if any(c.isdigit() for c in said) or len(said) > LONGEST_NAME:
        raise Unreadable(_("写成 序号 姓名"))
    return Change("name", number=number, value=said)


def _need(piece: str) -> Change:
    number, said = _numbered(piece)
    ends = bool(_NO_LONGER.match(said))
    kind = _class_of(_NO_LONGER.sub("", said))
    if kind not in NEEDS:
        known = listed(_(title) for title in NEEDS.values())
        raise Unreadable(_("类别写:%(known)s") % {"known": known})
    return Change("need", number=number, value=kind, ends=ends)


def _class_of(word: str) -> str:
    """The key of a class in Chinese or in the reader's language."""
    spoken = {_(title).casefold(): key for key, title in NEEDS.items()}
    return spoken.get(word.strip().casefold(), key_of(word))


def _numbered(piece: str) -> tuple[int, str]:
    found = _NUMBERED.fullmatch(piece)
    if not found:
        raise Unreadable(_("先写名单上的序号,空一格,再写内容"))
    return int(found[1]), found[2]


_READERS: dict[str, Callable[[str], Change]] = {
    "gone": _gone,
    "come": _come,
    "phone": _phone,
    "name": _name,
    "need": _need,
}
