"""A printed page, or several: selectable text that never loses a character, rules, fields, stamp place, QR, footer.

Coordinates are millimetres from the upper left corner, type sizes are points, `y` of a text is its base line.
Ink is black only (DeviceGray, so a printer uses K alone); `gray` runs from 0 black to 1 white.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Literal

import segno

from linli.codes import fonts
from linli.codes.fonts import Face, Run
from linli.codes.lines import MM, fit, largest, lines, width

Align = Literal["left", "center", "right"]

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 18.0, 192.0
DOT = 25.4 / 300
"""Millimetres of one dot of a 300 dpi printer: QR modules are whole dots, so no module is blurred."""
QR_LARGEST = 15
"""The highest QR version worth printing: above it a telephone of ten years ago hesitates."""

_LABEL, _QUIET = 8.0, 0.35


class Page:
    """A page being written, after `turn` the next; the same calls with the same `at` give the same bytes.

    A4; with `small` A5, for papers that say where everything stands themselves (`footer` and `watermark` are A4's).
    """

    def __init__(self, *, at: datetime, title: str, author: str, small: bool = False) -> None:
        from fpdf import FPDF  # a third of a start of linli to load, so it waits for the first page

        self._pdf = FPDF(unit="mm", format=(148, 210) if small else "A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(at)
        self._pdf.set_lang("zh-CN")
        self._pdf.set_title(title)
        self._pdf.set_author(author)
        self._pdf.set_producer("linli")
        self._pdf.add_page()
        self._added: set[Face] = set()

    def turn(self) -> None:
        """Go on with another page of the same file."""
        self._pdf.add_page()

    def finish(self) -> bytes:
        """The PDF file, with the fonts it used embedded and cut to the characters it used."""
        return bytes(self._pdf.output())

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        gray: float = 0,
        align: Align = "left",
    ) -> None:
        """One line at `x` (its left end, middle or right end). What no font has becomes a box with its number."""
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        x -= shift * width(text, size, bold=bold)
        for run in fonts.runs(text, bold=bold):
            self._run(x, y, run, size, gray)
            x += width(run.text, size, bold=bold)

    def fitted(
        self,
        x: float,
        y: float,
        text: str,
        room: float,
        *,
        most: float,
        least: float,
        bold: bool = False,
        rows: int = 2,
        gray: float = 0,
        align: Align = "left",
        down: bool = False,
    ) -> None:
        """`text` as large as it fits in `room` mm on one line, else on several, smaller until they are `rows`.

        The last base line is `y` and more lines grow upwards; with `down` the first is, and they grow downwards.
        """
        size, cut = fit(text, room, rows=rows, most=most, least=least, bold=bold)
        y -= 0 if down else (len(cut) - 1) * size * MM * 1.18
        for index, line in enumerate(cut):
            self.text(x, y + index * size * MM * 1.18, line, size, bold=bold, gray=gray, align=align)

    def paragraph(
        self, x: float, y: float, text: str, room: float, size: float, *, bold: bool = False, gray: float = 0
    ) -> float:
        """Text on as many lines as it needs, from base line `y` down; returns the base line after them."""
        for line in lines(text, room, size, bold=bold):
            self.text(x, y, line, size, bold=bold, gray=gray)
            y += size * MM * 1.45
        return y

    @staticmethod
    def paragraph_height(text: str, room: float, size: float, *, bold: bool = False) -> float:
        """The millimetres that `paragraph` goes down."""
        return len(lines(text, room, size, bold=bold)) * size * MM * 1.45

    def label(self, x: float, y: float, chinese: str, english: str = "") -> None:
        """The quiet name of a field: 车辆 Vehicle."""
        self.text(x, y, chinese, _LABEL, gray=_QUIET)
        self.text(x + width(chinese, _LABEL) + 1.4, y, english, _LABEL - 1.2, gray=_QUIET)

    def field(
        self,
        x: float,
        y: float,
        room: float,
        label: tuple[str, str],
        value: str,
        *,
        size: float = 12,
        bold: bool = False,
    ) -> None:
        """A label with its value below, on two lines if need be; an empty value leaves a line to write on."""
        self.label(x, y, *label)
        if value:
            self.fitted(
                x, y + 2 + size * 0.31, value, room, most=size, least=size * 0.85, bold=bold, down=True
            )
        else:
            self.rule(x, y + 7, x + room * 0.85, y + 7, thick=0.15)

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, *, thick: float = 0.2, gray: float = 0
    ) -> None:
        self._pdf.set_draw_color(round(gray * 255))
        self._pdf.set_line_width(thick)
        self._pdf.line(x1, y1, x2, y2)

    def frame(
        self, x: float, y: float, wide: float, high: float, *, thick: float = 0.2, gray: float = 0
    ) -> None:
        self._pdf.set_draw_color(round(gray * 255))
        self._pdf.set_line_width(thick)
        self._pdf.rect(x, y, wide, high)

    def knot(self, x: float, y: float, *, filled: bool) -> None:
        """A stop on the custody line: a ring, filled where the journey ends."""
        self._pdf.set_draw_color(0)
        self._pdf.set_fill_color(0 if filled else 255)
        self._pdf.set_line_width(0.5)
        self._pdf.circle(x=x, y=y, radius=1.5, style="DF")

    def stamp_place(self, x: float, y: float, *, across: float = 40, words: str = "公章处") -> None:
        """A dashed circle around (x, y) for a seal; 40 mm is the seal of a residents' committee."""
        self._pdf.set_draw_color(140)
        self._pdf.set_line_width(0.25)
        self._pdf.set_dash_pattern(dash=1.6, gap=1.4)
        self._pdf.circle(x=x, y=y, radius=across / 2)
        self._pdf.set_dash_pattern()
        self.text(x, y - across / 2 + 7, words, 9, gray=0.5, align="center")

    def drawing(self, x: float, y: float, wide: float, strokes: Sequence[Sequence[tuple[int, int]]]) -> None:
        """A signature drawn on a sheet 600 units wide, as lines within `wide` mm; (x, y) is its upper left corner."""
        scale = wide / 600
        for stroke in strokes:
            points = [(x + px * scale, y + py * scale) for px, py in stroke]
            for (x1, y1), (x2, y2) in pairwise([*points, points[-1]] if len(points) == 1 else points):
                self.rule(x1, y1, x2, y2, thick=0.5)

    def signature_line(self, x: float, y: float, room: float, words: str) -> None:
        """Words, a line to sign on, and a blank date, on one base line that ends at x + room."""
        start, end = x + width(words, 9) + 1.5, x + room - 31
        self.text(x, y, words, 9)
        self.rule(start, y + 0.8, end, y + 0.8, thick=0.15)
        for right, unit in ((x + room - 18, "年"), (x + room - 9, "月"), (x + room, "日")):
            self.text(right, y, unit, 9, align="right")

    def qr(self, x: float, y: float, content: str, *, across: float) -> float:
        """A QR symbol, level M, no wider than `across` mm with its quiet zone of 4; returns its width.

        Raises ValueError if `content` needs more than version QR_LARGEST or a module below 4 dots (0.34 mm).
        """
        code = segno.make(segments(content), error="m", micro=False, boost_error=False)  # type: ignore[arg-type]
        modules = code.symbol_size(border=4)[0]
        dots = int(across / DOT / modules)
        if int(code.version) > QR_LARGEST or dots < 4:
            raise ValueError(f"a QR of version {code.version} is too dense for {across} mm")
        module = dots * DOT
        x, y = round(x / DOT) * DOT, round(y / DOT) * DOT
        self._modules(x + 4 * module, y + 4 * module, module, [bytes(row) for row in code.matrix])
        return modules * module

    def _modules(self, x: float, y: float, module: float, matrix: list[bytes]) -> None:
        """One path for all modules: a viewer that smooths edges draws no seams between rows."""
        from fpdf.drawing import PaintedPath
        from fpdf.drawing_primitives import DeviceGray

        path = PaintedPath()
        path.style.fill_color, path.style.stroke_color = DeviceGray(0), None
        for left, top, wide in _bars(matrix):
            path.rectangle(x + left * module, y + top * module, wide * module, module)
        with self._pdf.drawing_context() as drawing:
            drawing.add_item(path, clone=False)

    def watermark(self, words: str) -> None:
        """Large pale words across the page; call it first, so that everything stays readable above it."""
        size = 300 / width(words, 1, bold=True) * 0.72
        with self._pdf.rotation(50, x=WIDTH / 2, y=HEIGHT / 2):
            self.text(
                WIDTH / 2, HEIGHT / 2 + size * MM / 3, words, size, bold=True, gray=0.86, align="center"
            )

    def footer(self, left: str, right: str) -> None:
        self.rule(LEFT, 285, RIGHT, 285, thick=0.15, gray=0.4)
        self.text(LEFT, 289.5, left, 7.5, gray=_QUIET)
        self.text(RIGHT, 289.5, right, 7.5, gray=_QUIET, align="right")

    def _run(self, x: float, y: float, run: Run, size: float, gray: float) -> None:
        if run.face is None:
            self._box(x, y, run.text, size)
            return
        self._use(run.face, size)
        self._pdf.set_text_color(round(gray * 255))
        with self._thickened(size * run.embolden, gray) if run.embolden else _as_it_is():
            self._pdf.text(x, y, run.text)

    def _use(self, face: Face, size: float) -> None:
        if face not in self._added:
            self._pdf.add_font(face.value, fname=face.path)
            self._added.add(face)
        self._pdf.set_font(face.value, size=size)

    @contextmanager
    def _thickened(self, stroke: float, gray: float) -> Iterator[None]:
        """A stroke around the outline: the weight of bold for a face that has none."""
        from fpdf.enums import TextMode

        with self._pdf.local_context(text_mode=TextMode.FILL_STROKE):
            self._pdf.set_draw_color(round(gray * 255))
            self._pdf.set_line_width(stroke)  # points: fpdf2 writes it unscaled into a text
            yield

    def _box(self, x: float, y: float, character: str, size: float) -> None:
        """A box as wide as a hanzi with the code point below, so that a reader can look the character up."""
        side = size * MM
        self.frame(x + side * 0.08, y - side * 0.8, side * 0.84, side * 0.72, thick=side * 0.05)
        number = f"U+{ord(character):04X}"
        small = largest(number, side * 0.96, most=size * 0.3, least=1)
        self.text(x + side / 2, y + side * 0.16, number, small, align="center")


def segments(content: str) -> list[tuple[str, int | None]]:
    """`content` as QR segments: digits after # in numeric mode, what stands before in whatever mode it needs."""
    head, mark, tail = content.rpartition("#")
    if not (tail.isascii() and tail.isdigit()):
        return [(content, None)]
    return [(head + mark, None), (tail, segno.consts.MODE_NUMERIC)]


def _bars(matrix: list[bytes]) -> Iterator[tuple[int, int, int]]:
    """(column, row, length) of every horizontal row of dark modules."""
    for row, cells in enumerate(matrix):
        column = 0
        while column < len(cells):
            end = column
            while end < len(cells) and cells[end]:
                end += 1
            if end > column:
                yield column, row, end - column
            column = end + 1


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield
