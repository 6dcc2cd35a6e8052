"""Where a line of Chinese and Latin text may end, and how large it may be to fit: measuring, no drawing."""

import re
from collections.abc import Iterator

from linli.codes import fonts

MM = 25.4 / 72
"""Millimetres in a typographic point."""

_PIECE = re.compile(r"[ -~À-ɏ]+ ?|[㐀-鿿]{2,}·|.", re.DOTALL)
"""Latin text, a part of a name up to its ·, or a single character."""
_WORD = re.compile(r"[^ ]+ *| +")
_NOT_FIRST = set("、。,.,;:;:!?!?)】》」』”’)]}…—·%℃")
_NOT_LAST = set("(【《「『“‘([{#")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide `text` is in millimetres at `size` points."""
    return fonts.width(text, size, bold=bold) * MM


def lines(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """`text` cut into lines no wider than `room` millimetres, punctuation where Chinese typography wants it.

    A line feed always ends a line. Nothing is lost but the spaces at line ends.
    """
    parts = [list(_pieces(part, room, size, bold)) for part in text.split("\n")]
    return [line for pieces in parts for line in _wrapped(pieces, room, size, bold)]


def largest(text: str, room: float, *, most: float, least: float, bold: bool = False) -> float:
    """The largest size in points between `least` and `most` at which `text` fits on one line of `room` mm."""
    wide = width(text, most, bold=bold)
    return most if wide <= room else max(least, most * room / wide)


def fit(
    text: str, room: float, *, rows: int, most: float, least: float, bold: bool = False
) -> tuple[float, list[str]]:
    """(size, lines): one line if it fits at `least` or more, else up to `rows`, smaller until they suffice."""
    size = largest(text, room, most=most, least=least, bold=bold)
    cut = lines(text, room, size, bold=bold)
    while len(cut) > rows and size > 4:
        size *= 0.94
        cut = lines(text, room, size, bold=bold)
    return size, _balanced(text, room, size, bold, cut)


def _balanced(text: str, room: float, size: float, bold: bool, cut: list[str]) -> list[str]:
    """The same number of lines, as even as they get: no line with one last character."""
    if len(cut) < 2 or "\n" in text:
        return cut
    pieces = list(_pieces(text, room, size, bold))
    for narrower in (room * share / 20 for share in range(10, 20)):
        tried = _wrapped(pieces, narrower, size, bold)
        if len(tried) <= len(cut):
            return tried
    return cut


def _pieces(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """What must not be cut, with the punctuation that clings to it."""
    held = ""
    for piece in _atoms(text, room, size, bold):
        clings = held and (piece[0] in _NOT_FIRST or held[-1] in _NOT_LAST)
        if clings and width(held + piece, size, bold=bold) <= room:
            held += piece
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held


def _atoms(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """Hanzi one by one, Latin word by word; a word wider than the line character by character."""
    for match in _PIECE.finditer(text):
        for word in _WORD.findall(match.group()):
            yield from word if width(word.rstrip(), size, bold=bold) > room else (word,)


def _wrapped(pieces: list[str], room: float, size: float, bold: bool) -> list[str]:
    found = [""]
    for piece in pieces:
        if found[-1] and width((found[-1] + piece).rstrip(), size, bold=bold) > room:
            found.append("")
        found[-1] += piece
    return [line.rstrip() for line in found]
