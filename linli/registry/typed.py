"""What somebody typed into the search box: a number, a door, or a name in one of its spellings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from linli.registry.intake import identity
from linli.registry.intake.text import arabic, dashed, plain
from linli.registry.names import pinyin_typed, tight

LONGEST = 60

_DOOR = re.compile(
    r"(?P<front>.*?)[\s,、]*(?<![0-9])(?P<b>[0-9]{1,3}|(?<![A-Z])[A-Z])\s*(?:号楼|栋|幢|座|#|楼|-)\s*"
    r"(?:(?P<u>[0-9]{1,2}|[A-Z])\s*(?:单元|门|-)\s*)?"
    r"(?P<r>[0-9]{0,5})\s*(?:室|号|户|房)?"
)
_TELLING = re.compile(r"[0-9].*(?:-|#)|号楼|栋|幢|单元|[0-9]座|[0-9]楼|座[0-9]")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})|([48]00)(\d{3})(\d{4})")


@dataclass(frozen=True)
class Typed:
    """Exactly one reading: an identity number, a telephone, its tail, a door (label prefix), or ways of a name."""

    number: str = ""
    phone: str = ""
    tail: str = ""
    door: str = ""
    compound: str = ""
    ways: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != Typed()


def read(text: str) -> Typed:
    """The reading of what was typed; an empty one when it can mean nothing."""
    line = plain(text[:LONGEST])
    compact = re.sub(r"[\s-]", "", line).upper()
    if re.fullmatch(r"\d{4}", compact) and compact == line:
        return Typed(tail=compact)
    if phone := _phone(compact):
        return Typed(phone=phone)
    if len(compact) >= 8 and (identity.valid(compact) or identity.type_of(compact)):
        return Typed(number=compact)
    return _door(line) or Typed(ways=_ways(unicodedata.normalize("NFC", text[:LONGEST])))


def _phone(compact: str) -> str:
    """A whole telephone number as the vault keeps it: 11 digits, or area code and number with a hyphen."""
    if mobile := _MOBILE.fullmatch(compact):
        return mobile[1]
    landline = _LANDLINE.fullmatch(compact)
    return "-".join(part for part in landline.groups() if part) if landline else ""


def _door(line: str) -> Typed | None:
    """`3-2-1101`, `3号楼2单元1101`, `A区三号楼`: what the labels of the doors meant begin with."""
    written = dashed(arabic(line)).upper()
    if not _TELLING.search(written) or (
        written != line.upper() and not _TELLING.search(dashed(line).upper())
    ):
        return None
    found = _DOOR.fullmatch(written)
    if found is None:
        return None
    unit = f"{found['u']}-" if found["u"] else ""
    front = found["front"].strip(" ,、-")
    return Typed(door=f"{found['b']}-{unit}{found['r']}", compound=front, ways=_ways(line) if front else ())


def _ways(text: str) -> tuple[tuple[str, str], ...]:
    """Which keys of a name begin so. Without a vowel it can only be initials, so they come first."""
    key = tight(text)
    if not key or key.isdigit():
        return ()
    if not key.isascii() and "ü" not in key:
        return (("name_key", key), ("given_key", key))
    key = pinyin_typed(text)
    spelled = (("pinyin", key), ("given_pinyin", key))
    initials = ("initials", key)
    return (*spelled, initials) if re.search("[aeiouv]", key) else (initials, *spelled)
