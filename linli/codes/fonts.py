"""Which font draws which character: four faces and a fallback that ends in a visible box, never in nothing.

regular, bold   Noto Sans SC: GB 2312 and Latin, what nearly every page is written with, small and quick
more            the rest of Noto Sans SC: unified ideographs, Extension A, kana, hangul
rare1-3, compat Hanazono Mincho: Extensions B to F and compatibility ideographs, for names like 𠮷
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "faces"


class Face(Enum):
    """A font file of linli/codes/faces; the value is its name without the ending."""

    REGULAR = "regular"
    BOLD = "bold"
    MORE = "more"
    RARE1 = "rare1"
    RARE2 = "rare2"
    RARE3 = "rare3"
    COMPAT = "compat"

    @property
    def path(self) -> Path:
        return _FOLDER / f"{self.value}.woff"


_FALLBACK = (Face.MORE, Face.RARE1, Face.RARE2, Face.RARE3, Face.COMPAT)
_CHAIN = (Face.REGULAR, *_FALLBACK)
_BOLD_CHAIN = (Face.BOLD, *_FALLBACK)
_STROKE_MINCHO = 0.05  # its horizontal strokes are thin
_STROKE: dict[Face | None, float] = {Face.MORE: 0.032}


def chain(*, bold: bool = False) -> tuple[Face, ...]:
    """The faces asked for a character, in order."""
    return _BOLD_CHAIN if bold else _CHAIN


def stroke(face: Face) -> float:
    """The stroke, in parts of the type size, that makes a face without a bold cut look bold."""
    return 0.0 if face is Face.BOLD else _STROKE.get(face, _STROKE_MINCHO)


@dataclass(frozen=True)
class Metrics:
    """Advance widths of a face by code point, in thousandths of the type size."""

    widths: dict[int, float]


@dataclass(frozen=True)
class Run:
    """Neighbouring characters of one face; without a face, one character that no face can draw.

    `embolden` is the stroke, in parts of the type size, that makes a face without a bold cut look bold.
    """

    text: str
    face: Face | None
    embolden: float = 0.0


@cache
def metrics(face: Face) -> Metrics:
    """Read once per process and face: 10 to 150 ms."""
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        return Metrics({point: advances[name][0] * scale for point, name in font.getBestCmap().items()})


@cache
def face_of(character: str, *, bold: bool = False) -> Face | None:
    """The first face of the chain that has the character, None if none has."""
    return next((face for face in chain(bold=bold) if ord(character) in metrics(face).widths), None)


def missing(text: str) -> list[str]:
    """The characters of `text`, each once, in order, that no face can draw: they are printed as boxes."""
    return list(dict.fromkeys(c for c in visible(text) if face_of(c) is None))


def visible(text: str) -> str:
    """`text` without variation selectors: they choose a shape for the character before them."""
    return "".join(c for c in text if not _is_variation_selector(ord(c)))


def runs(text: str, *, bold: bool = False) -> Iterator[Run]:
    """`text` cut into runs, in order; joined they give `visible(text)`."""
    held: list[str] = []
    held_face: Face | None = None
    for character in visible(text):
        face = face_of(character, bold=bold)
        if held and (face is None or face is not held_face):
            yield _run(held, held_face, bold)
            held = []
        held.append(character)
        held_face = face
    if held:
        yield _run(held, held_face, bold)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide `text` is at type size `size`, in the unit of `size`; a box is as wide as a hanzi."""
    return sum(_advance(c, bold) for c in visible(text)) * size / 1000


def _advance(character: str, bold: bool) -> float:
    face = face_of(character, bold=bold)
    return 1000.0 if face is None else metrics(face).widths[ord(character)]


def _run(characters: list[str], face: Face | None, bold: bool) -> Run:
    return Run("".join(characters), face, embolden=stroke(face) if bold and face else 0.0)


def _is_variation_selector(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0x180B <= point <= 0x180D
