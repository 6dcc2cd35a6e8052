"""The same 5,000 cards by what one would take instead: run by bench/cards.py, each in a process of its own.

    python bench/cards_rivals.py fpdf2|reportlab|reportlab-segno|typst|weasyprint CARDS.json FONTS OUT.pdf

Each draws what linli draws on a card (symbol at level Q, name, door, code, office, telephone), ten to an A4, in its own
usual way, with the regular face only: no list, no separator, no fallback for rare characters, so a little less work.
Nothing of linli is imported: they are started by a Python that has only them.
"""

from __future__ import annotations

import html
import io
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

MM = 72 / 25.4
LEFT, TOP, WIDE, HIGH, GAP, SIDE = 17.9, 7.5, 85.6, 54.0, 3.0, 38.2
TEXT = 40.5
LINES = ((44, 8.5), (27, 18), (15, 12), (9, 13), (4, 8))
"""(millimetres above the lower edge, points) of office, name, door, code, telephone."""

Row = dict[str, str]


def said(row: Row) -> list[str]:
    """The five lines of a card."""
    return ["香阅四季社区", row["name"], row["door"], row["code"], "丢了请打 0355-9990001"]


def corner(place: int) -> tuple[float, float]:
    """The upper left corner of a card, in millimetres from the upper left of the sheet."""
    return LEFT + place % 2 * (WIDE + GAP), TOP + place // 2 * (HIGH + GAP)


def fpdf2(rows: list[Row], fonts: Path, out: Path) -> None:
    """fpdf2 with segno's matrix as rectangles."""
    import segno
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.add_font("noto", fname=fonts / "regular.ttf")
    for n, row in enumerate(rows):
        if n % 10 == 0:
            pdf.add_page()
        x, y = corner(n % 10)
        matrix, module = segno.make(row["url"], error="q", boost_error=False, micro=False).matrix, SIDE / 41
        for r, line in enumerate(matrix):
            c = 0
            while c < len(line):
                end = c
                while end < len(line) and line[end]:
                    end += 1
                if end > c:
                    pdf.rect(x + (c + 4) * module, y + 8 + (r + 4) * module, (end - c) * module, module, "F")
                c = end + 1
        for text, (up, size) in zip(said(row), LINES, strict=True):
            pdf.set_font("noto", size=size)
            pdf.text(x + TEXT, y + HIGH - up, text)
    pdf.output(str(out))


def reportlab(rows: list[Row], fonts: Path, out: Path) -> None:
    """reportlab with its own QR widget."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    def draw(pdf, url: str, x: float, y: float) -> None:  # type: ignore[no-untyped-def]
        widget = QrCodeWidget(url, barLevel="Q", barWidth=SIDE * MM, barHeight=SIDE * MM)
        drawing = Drawing(SIDE * MM, SIDE * MM)
        drawing.add(widget)
        renderPDF.draw(drawing, pdf, x, y)

    _reportlab(rows, fonts, out, draw)


def reportlab_segno(rows: list[Row], fonts: Path, out: Path) -> None:
    """reportlab with segno's matrix as rectangles."""
    import segno

    def draw(pdf, url: str, x: float, y: float) -> None:  # type: ignore[no-untyped-def]
        module, path = SIDE * MM / 41, pdf.beginPath()
        for r, line in enumerate(segno.make(url, error="q", boost_error=False, micro=False).matrix):
            for c, dark in enumerate(line):
                if dark:
                    path.rect(x + (c + 4) * module, y + (36 - r) * module, module, module)
        pdf.drawPath(path, stroke=0, fill=1)

    _reportlab(rows, fonts, out, draw)


def _reportlab(rows: list[Row], fonts: Path, out: Path, draw: Callable[..., None]) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("noto", str(fonts / "regular.ttf")))
    pdf = Canvas(str(out), pagesize=(210 * MM, 297 * MM), pageCompression=1)
    for n, row in enumerate(rows):
        if n and n % 10 == 0:
            pdf.showPage()
        x, y = corner(n % 10)
        draw(pdf, row["url"], x * MM, (297 - y - 8 - SIDE) * MM)
        for text, (up, size) in zip(said(row), LINES, strict=True):
            pdf.setFont("noto", size)
            pdf.drawString((x + TEXT) * MM, (297 - y - HIGH + up) * MM, text)
    pdf.save()


def typst(rows: list[Row], fonts: Path, out: Path) -> None:
    """typst, the symbols as SVG of segno."""
    import segno
    import typst as compiler

    folder = out.parent
    parts = ['#set page(width: 210mm, height: 297mm, margin: 0mm)\n#set text(font: "Noto Sans SC")\n']
    for n, row in enumerate(rows):
        x, y = corner(n % 10)
        drawn = io.BytesIO()
        segno.make(row["url"], error="q", boost_error=False, micro=False).save(drawn, kind="svg", border=4)
        (folder / f"{n}.svg").write_bytes(drawn.getvalue())
        parts.append(f'#place(dx: {x}mm, dy: {y + 8}mm, image("{n}.svg", width: {SIDE}mm))\n')
        for text, (up, size) in zip(said(row), LINES, strict=True):
            words = json.dumps(text, ensure_ascii=False)
            place = f"dx: {x + TEXT}mm, dy: {y + HIGH - up - size / MM}mm"
            parts.append(f"#place({place}, text(size: {size}pt, {words}))\n")
        if n % 10 == 9 and n + 1 < len(rows):
            parts.append("#pagebreak()\n")
    (folder / "cards.typ").write_text("".join(parts))
    compiler.compile(str(folder / "cards.typ"), output=str(out), font_paths=[str(fonts)])


def weasyprint(rows: list[Row], fonts: Path, out: Path) -> None:
    """WeasyPrint, the symbols as SVG of segno in data addresses."""
    import segno
    from weasyprint import HTML  # type: ignore[import-not-found]

    style = (
        f"@font-face{{font-family:noto;src:url(file://{fonts}/regular.ttf)}}"
        "@page{size:A4;margin:0}body{margin:0;font-family:noto}"
        "section{position:relative;height:297mm;break-after:page}section *{position:absolute}"
    )
    parts = [f"<style>{style}</style>"]
    for n, row in enumerate(rows):
        x, y = corner(n % 10)
        parts.append("<section>" if n % 10 == 0 else "")
        code = segno.make(row["url"], error="q", boost_error=False, micro=False).svg_data_uri(border=4)
        parts.append(f'<img style="left:{x}mm;top:{y + 8}mm;width:{SIDE}mm" src="{html.escape(code)}">')
        parts += [
            f'<b style="left:{x + TEXT}mm;top:{y + HIGH - up - 4}mm;font-size:{size}pt">{html.escape(text)}</b>'
            for text, (up, size) in zip(said(row), LINES, strict=True)
        ]
        parts.append("</section>" if n % 10 == 9 else "")
    HTML(string="".join(parts)).write_pdf(out)


WAYS: dict[str, Callable[[list[Row], Path, Path], None]] = {
    "fpdf2": fpdf2,
    "reportlab": reportlab,
    "reportlab-segno": reportlab_segno,
    "typst": typst,
    "weasyprint": weasyprint,
}


def main() -> None:
    """One way; CPU seconds of this process and its peak memory as JSON."""
    way, cards, fonts, out = sys.argv[1:]
    rows = json.loads(Path(cards).read_text())
    WAYS[way](rows, Path(fonts), Path(out))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    print(json.dumps({"cpu": seconds, "mb": used.ru_maxrss / 1024, "size": os.path.getsize(out) / 2**20}))  # noqa: PTH202


if __name__ == "__main__":
    main()
