"""XML parts read with expat: document types and entities are refused, nothing is expanded."""

import re
from collections.abc import Iterator
from typing import IO, Any, NoReturn
from xml.parsers import expat

from linli.registry.intake.report import Unreadable

CHUNK = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Element = tuple[str, dict[str, str]]


def local_name(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_: object) -> NoReturn:
    raise Unreadable("xml_entities")


def parser() -> Any:  # the stubs hide the parser's type
    """An expat parser that refuses document types and entities (billion laughs, XXE)."""
    made = expat.ParserCreate()
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    made.ExternalEntityRefHandler = _refuse
    made.buffer_text = True
    made.buffer_size = CHUNK
    return made


def elements(stream: IO[bytes]) -> Iterator[Element]:
    """The start tags of a small part (workbook, relations, styles), local names."""
    found: list[Element] = []
    p = parser()
    p.StartElementHandler = lambda name, attrs: found.append((local_name(name), attrs))
    feed(p, stream)
    return iter(found)


def feed(p: Any, stream: IO[bytes]) -> None:
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        p.Parse(chunk, False)
    p.Parse(b"", True)


def unescaped(text: str) -> str:
    """`_x000D_` is how Excel writes a control character."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
