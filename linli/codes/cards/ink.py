"""What is drawn on a sheet, as PDF operators in points from the lower left: text in the faces it needs, rules, symbols.

Ink is black only (DeviceGray 0), so that a printer uses K alone.
"""

from __future__ import annotations

from typing import NamedTuple

from linli.codes import fonts
from linli.codes.cards.masking import SIZE
from linli.codes.cards.typeface import Typeface, outlines
from linli.codes.fonts import Face
from linli.codes.lines import MM

POINT = 1 / MM
"""Points in a millimetre."""

_SYMBOL = f"BI /IM true /W {SIZE} /H {SIZE} /BPC 1 /D [1 0] ID ".encode()


class Glyph(NamedTuple):
    """A character as it is drawn: font name, glyph number in hex, width in thousandths, stroke that makes it bold."""

    font: str
    code: str
    wide: float
    stroke: float


class Ink:
    """The characters of one file; every character is looked up once."""

    def __init__(self) -> None:
        self.faces: dict[str, Typeface] = {}
        self._known: tuple[dict[str, Glyph], dict[str, Glyph]] = ({}, {})

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Millimetres of `text` at `size` points."""
        known = self._known[bold]
        try:
            return sum([known[c].wide for c in text]) * size * MM / 1000
        except KeyError:
            self._meet(text, bold)
            return self.width(text, size, bold=bold)

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, squeeze: float = 1.0
    ) -> str:
        """One line; (x, y) in millimetres is the left end of its base line. `squeeze` makes it narrower."""
        known = self._known[bold]
        if not all(map(known.__contains__, text)):
            self._meet(text, bold)
        parts, font, codes = [f"BT {x * POINT:.2f} {y * POINT:.2f} Td {100 * squeeze:.0f} Tz"], "", ""
        for character in text:
            glyph = known[character]
            if glyph.font != font:
                if codes:
                    parts.append(f"<{codes}> Tj")
                parts.append(f"/{glyph.font} {size:.2f} Tf {_weight(glyph.stroke * size)}")
                font, codes = glyph.font, ""
            codes += glyph.code
        return " ".join(parts) + f" <{codes}> Tj ET\n" if text else ""

    def _meet(self, text: str, bold: bool) -> None:
        """Look up characters not met before. What no face has becomes the box of a missing glyph, never nothing."""
        for character in text:
            if character not in self._known[bold]:
                self._known[bold][character] = self._found(character, bold)

    def _found(self, character: str, bold: bool) -> Glyph:
        if not fonts.visible(character):
            return Glyph(f"F{self._typeface(Face.REGULAR).face.name}", "", 0.0, 0.0)
        face = next((f for f in fonts.chain(bold=bold) if outlines(f).glyph_of(ord(character))), None)
        typeface = self._typeface(face or Face.REGULAR)
        number = typeface.take(character)
        stroke = fonts.stroke(face) if bold and face else 0.0
        return Glyph(f"F{typeface.face.name}", f"{number:04X}", typeface.advance(number), stroke)

    def _typeface(self, face: Face) -> Typeface:
        name = f"F{face.name}"
        if name not in self.faces:
            self.faces[name] = Typeface(face)
        return self.faces[name]


def _weight(stroke: float) -> str:
    return f"2 Tr {stroke:.2f} w" if stroke else "0 Tr"


def rule(x1: float, y1: float, x2: float, y2: float, *, thick: float = 0.2) -> str:
    """A line between two points in millimetres."""
    ends = " ".join(f"{v * POINT:.2f}" for v in (x1, y1))
    return f"{thick * POINT:.2f} w {ends} m {x2 * POINT:.2f} {y2 * POINT:.2f} l S\n"


def frame(x: float, y: float, wide: float, high: float, *, thick: float = 0.2) -> str:
    """The outline of a box; (x, y) is its lower left corner."""
    box = " ".join(f"{v * POINT:.2f}" for v in (x, y, wide, high))
    return f"{thick * POINT:.2f} w {box} re S\n"


def symbol(x: float, y: float, side: float, rows: bytes) -> bytes:
    """A QR symbol without its quiet zone, `side` millimetres wide; (x, y) is its lower left corner."""
    s = f"{side * POINT:.3f}"
    return f"q {s} 0 0 {s} {x * POINT:.3f} {y * POINT:.3f} cm ".encode() + _SYMBOL + rows + b" EI Q\n"


def at(x: float, y: float, name: str) -> str:
    """The drawing `name` with its origin at (x, y) millimetres."""
    return f"q 1 0 0 1 {x * POINT:.3f} {y * POINT:.3f} cm /{name} Do Q\n"
