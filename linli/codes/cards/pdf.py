"""A PDF file written as it goes: pages leave the memory at once, fonts and the table of objects come last.

Only what cards need: pages of one size, drawings used again and again, embedded fonts, black. PDF 1.7 (ISO 32000-1).
"""

from __future__ import annotations

import zlib
from array import array
from datetime import datetime
from typing import BinaryIO

from linli.codes.cards.typeface import Typeface

_BRANCH = 200
"""Pages below one node of the tree of pages."""

_TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}
endcmap CMapName currentdict /CMap defineresource pop end end"""


class PdfFile:
    """A file of pages `wide` × `high` points; `title` and `at` are all that it says of itself."""

    def __init__(self, file: BinaryIO, *, title: str, at: datetime, wide: float, high: float) -> None:
        self._file = file
        self._at = 0
        self._places = array("Q", [0])
        self._root, self._pages, self._resources, self._info = (self.reserve() for _ in range(4))
        self._box = f"[0 0 {wide:.3f} {high:.3f}]"
        self._drawings: dict[str, int] = {}
        self._branches: list[tuple[int, int]] = []
        self._branch, self._kids = self.reserve(), list[int]()
        self.pages = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        said = (b"\xfe\xff" + title.encode("utf-16-be")).hex()
        self._put(self._info, f"<< /Title <{said}> /Producer (linli) /CreationDate (D:{at:%Y%m%d%H%M%S}Z) >>")
        self._put(self._root, f"<< /Type /Catalog /Pages {self._pages} 0 R /Lang (zh-CN) >>")

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._places.append(0)
        return len(self._places) - 1

    def page(self, content: bytes) -> None:
        """A page with this content."""
        page, stream = self.reserve(), self.stream("", content)
        self._put(page, f"<< /Type /Page /Parent {self._branch} 0 R /Contents {stream} 0 R >>")
        self._kids.append(page)
        self.pages += 1
        if len(self._kids) == _BRANCH:
            self._close_branch()

    def drawing(self, name: str, content: bytes) -> None:
        """Something drawn on many pages, there as `/name Do`."""
        words = (
            f"/Type /XObject /Subtype /Form /BBox [-2000 -2000 4000 4000] /Resources {self._resources} 0 R"
        )
        self._drawings[name] = self.stream(words, content)

    def stream(self, words: str, raw: bytes, *, effort: int = 1) -> int:
        """An object with a packed body; its number."""
        number, packed = self.reserve(), zlib.compress(raw, effort)
        self._open(number, f"<< {words} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode())
        self._write(packed)
        self._write(b"\nendstream\nendobj\n")
        return number

    def finish(self, faces: dict[str, Typeface]) -> None:
        """Write the fonts by the names the contents used, the tree of pages and the table of objects."""
        fonts = " ".join(f"/{name} {self._font(name, face)} 0 R" for name, face in faces.items())
        drawings = " ".join(f"/{name} {number} 0 R" for name, number in self._drawings.items())
        self._put(self._resources, f"<< /Font << {fonts} >> /XObject << {drawings} >> >>")
        self._close_branch()
        kids = " ".join(f"{branch} 0 R" for branch, _count in self._branches)
        words = f"/Kids [{kids}] /Count {self.pages} /MediaBox {self._box} /Resources {self._resources} 0 R"
        self._put(self._pages, f"<< /Type /Pages {words} >>")
        self._close()

    def _close_branch(self) -> None:
        if self._kids:
            kids = " ".join(f"{page} 0 R" for page in self._kids)
            words = f"/Parent {self._pages} 0 R /Kids [{kids}] /Count {len(self._kids)}"
            self._put(self._branch, f"<< /Type /Pages {words} >>")
            self._branches.append((self._branch, len(self._kids)))
            self._branch, self._kids = self.reserve(), []

    def _close(self) -> None:
        begin, count = self._at, len(self._places)
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode())
        for start in range(1, count, 1000):
            rows = self._places[start : start + 1000]
            self._write(
                "".join(f"{p:010} 00000 n \n" if p else "0000000000 65535 f \n" for p in rows).encode()
            )
        words = f"/Size {count} /Root {self._root} 0 R /Info {self._info} 0 R"
        self._write(f"trailer\n<< {words} >>\nstartxref\n{begin}\n%%EOF\n".encode())

    def _font(self, name: str, face: Typeface) -> int:
        """A composite font: glyph numbers in, characters out when text is copied."""
        file = face.cut()
        program = self.stream(f"/Length1 {len(file)}", file, effort=6)
        base = f"LINLIX+{face.face.value}"
        descriptor, descendant, font = self.reserve(), self.reserve(), self.reserve()
        self._put(
            descriptor,
            f"<< /Type /FontDescriptor /FontName /{base} /Flags 4 /FontBBox [-200 -300 1200 1100] /ItalicAngle 0 "
            f"/Ascent 880 /Descent -120 /CapHeight 733 /StemV 90 /FontFile2 {program} 0 R >>",
        )
        widths = " ".join(f"{face.advance(n):.0f}" for n in range(len(face.used)))
        self._put(
            descendant,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{base} /CIDToGIDMap /Identity /DW 1000 "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /W [0 [{widths}]] >>",
        )
        said = self.stream("", _to_unicode(face), effort=6)
        self._put(
            font,
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {said} 0 R >>",
        )
        return font

    def _put(self, number: int, body: str) -> None:
        self._open(number, body.encode())
        self._write(b"\nendobj\n")

    def _open(self, number: int, body: bytes) -> None:
        self._places[number] = self._at
        self._write(f"{number} 0 obj\n".encode() + body)

    def _write(self, raw: bytes) -> None:
        self._file.write(raw)
        self._at += len(raw)


def _to_unicode(face: Typeface) -> bytes:
    rows = [
        f"<{n:04X}> <{used.character.encode('utf-16-be').hex().upper()}>"
        for n, used in enumerate(face.used)
        if used.character
    ]
    blocks = (rows[n : n + 100] for n in range(0, len(rows), 100))
    ranges = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return _TO_UNICODE.format(ranges=ranges).encode()
