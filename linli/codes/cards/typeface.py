"""Fonts of linli/codes/faces for a PDF that names glyphs as it goes and learns at its end which of them it needed.

Each character is looked up once, in the order of `linli.codes.fonts`; its glyph gets the next number of its face, and at
the end a TrueType file of just these glyphs is put together from the outlines as they are.
Tables and composite glyphs: OpenType 1.9, `glyf`, `loca`, `cmap` formats 4 and 12.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from linli.codes.fonts import Face

_WORDS, _MORE, _SCALE, _XY, _TWO = 0x0001, 0x0020, 0x0008, 0x0040, 0x0080


class Outlines:
    """The tables of one face, read once per process."""

    def __init__(self, face: Face) -> None:
        from fontTools.ttLib import TTFont

        with TTFont(face.path, lazy=True) as font:
            tables = {
                tag: font.reader[tag] for tag in ("head", "hhea", "maxp", "hmtx", "loca", "glyf", "cmap")
            }
        self.head, self.hhea, self.maxp = tables["head"], tables["hhea"], tables["maxp"]
        self.units: int = struct.unpack_from(">H", self.head, 18)[0]
        self._glyf: bytes = tables["glyf"]
        self._hmtx: bytes = tables["hmtx"]
        long = struct.unpack_from(">h", self.head, 50)[0]
        self._loca = _numbers("I" if long else "H", tables["loca"])
        self._step = 1 if long else 2
        self._long: int = struct.unpack_from(">H", self.hhea, 34)[0]
        self.glyph_of = _lookup(tables["cmap"])

    def glyph(self, number: int) -> bytes:
        """The outline of a glyph as it stands in the file."""
        return self._glyf[self._loca[number] * self._step : self._loca[number + 1] * self._step]

    def measure(self, number: int) -> tuple[int, int]:
        """(advance, left side bearing) in units of the em."""
        if number < self._long:
            return struct.unpack_from(">Hh", self._hmtx, 4 * number)
        advance = struct.unpack_from(">H", self._hmtx, 4 * (self._long - 1))[0]
        return advance, struct.unpack_from(">h", self._hmtx, 2 * (self._long + number))[0]


@cache
def outlines(face: Face) -> Outlines:
    """20 to 100 ms the first time."""
    return Outlines(face)


def _numbers(kind: str, raw: bytes) -> array[int]:
    found = array(kind, raw)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _lookup(cmap: bytes) -> Callable[[int], int]:
    """Glyph number by code point, 0 for none, from the widest table for Unicode."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    tables = [struct.unpack_from(">HHI", cmap, 4 + 8 * n)[2] for n in range(count)]
    kinds = {struct.unpack_from(">H", cmap, at)[0]: at for at in tables}
    return _groups(cmap, kinds[12]) if 12 in kinds else _segments(cmap, kinds[4])


def _groups(cmap: bytes, at: int) -> Callable[[int], int]:
    count = struct.unpack_from(">I", cmap, at + 12)[0]
    rows = _numbers("I", cmap[at + 16 : at + 16 + 12 * count])
    starts, ends, glyphs = rows[0::3], rows[1::3], rows[2::3]

    def find(point: int) -> int:
        n = bisect_left(ends, point)
        return glyphs[n] + point - starts[n] if n < count and starts[n] <= point else 0

    return find


def _segments(cmap: bytes, at: int) -> Callable[[int], int]:
    length, _language, double = struct.unpack_from(">HHH", cmap, at + 2)
    words, n = _numbers("H", cmap[at + 14 : at + length]), double // 2
    ends, starts = words[:n], words[n + 1 : 2 * n + 1]
    deltas, offsets = words[2 * n + 1 : 3 * n + 1], words[3 * n + 1 : 4 * n + 1]

    def find(point: int) -> int:
        segment = bisect_left(ends, point) if point < 0xFFFF else n
        if segment >= n or starts[segment] > point:
            return 0
        if not offsets[segment]:
            return point + deltas[segment] & 0xFFFF
        place = 3 * n + 1 + segment + offsets[segment] // 2 + point - starts[segment]
        return words[place] + deltas[segment] & 0xFFFF if words[place] else 0

    return find


class Used(NamedTuple):
    """A glyph that is needed: its number in the face, the character that asked for it ("" for a part of another)."""

    glyph: int
    character: str


class Typeface:
    """The glyphs of one face that a file needs, numbered as they come; 0 is the box of a missing character."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self._outlines = outlines(face)
        self.used = [Used(0, "")]
        self._numbers = {0: 0}

    def take(self, character: str) -> int:
        """The number of the character's glyph in this file: a box where the face has none, copied as the character."""
        self.used.append(Used(self._outlines.glyph_of(ord(character)), character))
        return len(self.used) - 1

    def advance(self, number: int) -> float:
        """In thousandths of the type size."""
        return self._outlines.measure(self.used[number].glyph)[0] * 1000 / self._outlines.units

    def cut(self) -> bytes:
        """A TrueType file of the glyphs taken; parts of composite glyphs are taken along."""
        glyphs: list[bytes] = []
        while len(glyphs) < len(self.used):
            glyphs.append(self._renumbered(self._outlines.glyph(self.used[len(glyphs)].glyph)))
        padded = [glyph + b"\0" * (-len(glyph) % 4) for glyph in glyphs]
        places = [0]
        for glyph in padded:
            places.append(places[-1] + len(glyph))
        measures = [self._outlines.measure(used.glyph) for used in self.used]
        o = self._outlines
        return _assembled({
            "glyf": b"".join(padded),
            "head": o.head[:8] + bytes(4) + o.head[12:50] + struct.pack(">h", 1) + o.head[52:],
            "hhea": o.hhea[:34] + struct.pack(">H", len(measures)) + o.hhea[36:],
            "hmtx": b"".join(struct.pack(">Hh", *measure) for measure in measures),
            "loca": struct.pack(f">{len(places)}I", *places),
            "maxp": o.maxp[:4] + struct.pack(">H", len(self.used)) + o.maxp[6:],
        })  # fmt: skip

    def _renumbered(self, glyph: bytes) -> bytes:
        """A composite glyph with its parts by their numbers here; a simple one as it is."""
        if len(glyph) < 10 or glyph[0] < 128:
            return glyph
        changed = bytearray(glyph)
        for at in _parts(glyph):
            part: int = struct.unpack_from(">H", glyph, at)[0]
            if part not in self._numbers:
                self._numbers[part] = len(self.used)
                self.used.append(Used(part, ""))
            struct.pack_into(">H", changed, at, self._numbers[part])
        return bytes(changed)


def _parts(glyph: bytes) -> Iterator[int]:
    """Where in a composite glyph the numbers of its parts stand."""
    at, flags = 10, _MORE
    while flags & _MORE:
        flags = struct.unpack_from(">H", glyph, at)[0]
        yield at + 2
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _XY else 8 if flags & _TWO else 0


def _assembled(tables: dict[str, bytes]) -> bytes:
    """A TrueType file of these tables, with their sums."""
    count = len(tables)
    power = 1 << count.bit_length() - 1
    head = struct.pack(">IHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power))
    at, entries, bodies = 12 + 16 * count, [], []
    for tag, body in tables.items():
        padded = body + b"\0" * (-len(body) % 4)
        entries.append(struct.pack(">4sIII", tag.encode(), _sum(padded), at, len(body)))
        bodies.append(padded)
        at += len(padded)
    return head + b"".join(entries) + b"".join(bodies)


def _sum(padded: bytes) -> int:
    return sum(_numbers("I", padded)) & 0xFFFFFFFF
