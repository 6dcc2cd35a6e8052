"""Finds every msgid that linli asks the catalogue for: in Python, in templates and in browser scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

SKIPPED = {"tests", "migrations", "vendor", "__pycache__"}
# Which arguments of a call are context, singular and plural.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
IN_TEMPLATE = re.compile(r"\b(?:_|n?p?gettext)\((?=u?['\"])")
IN_SCRIPT = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


class Msgid(NamedTuple):
    """What is asked for; two uses of one text are one entry."""

    context: str | None
    text: str
    plural: str | None = None


class Use(NamedTuple):
    """One place that asks. `where` is `path:line`, relative to the checkout."""

    msgid: Msgid
    where: str


def uses(root: Path) -> Iterator[Use]:
    """Every use below `root`/linli. Raises SyntaxError for a file that cannot be read as what it is."""
    for path in sorted((root / "linli").rglob("*")):
        place = path.relative_to(root)
        if SKIPPED.isdisjoint(place.parts) and (read := READERS.get(path.suffix)):
            for msgid, line in read(path.read_text(encoding="utf-8"), str(place)):
                yield Use(msgid, f"{place}:{line}")


def in_python(source: str, origin: str) -> Iterator[tuple[Msgid, int]]:
    for node in ast.walk(ast.parse(source, origin)):
        if isinstance(node, ast.Call) and (msgid := asked(node)):
            yield msgid, node.lineno


def asked(call: ast.Call) -> Msgid | None:
    """The msgid of a call to gettext and its kin; None for other calls and for what was marked elsewhere."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if name not in CALLS:
        return None
    context, text, plural = (literal(call, position) for position in CALLS[name])
    return Msgid(context, text, plural) if text else None


def literal(call: ast.Call, position: int | None) -> str | None:
    if position is None or position >= len(call.args):
        return None
    argument = call.args[position]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def in_template(source: str, origin: str) -> Iterator[tuple[Msgid, int]]:
    """Django writes a template as a look-alike of Python for xgettext, which we read without xgettext."""
    lookalike = templatize(source, origin=origin)
    for found in IN_TEMPLATE.finditer(lookalike):
        call = first_call(lookalike[found.start() :])
        if call and (msgid := asked(call)):
            yield msgid, lookalike.count("\n", 0, found.start()) + 1


def first_call(text: str) -> ast.Call | None:
    """The call at the start of `text`, whatever follows it."""
    for end in re.finditer(r"\)", text):
        try:
            node = ast.parse(text[: end.end()], mode="eval").body
        except SyntaxError:  # a bracket inside the string
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def in_script(source: str, origin: str) -> Iterator[tuple[Msgid, int]]:
    del origin
    for found in IN_SCRIPT.finditer(source):
        yield Msgid(None, ast.literal_eval(found[1])), source.count("\n", 0, found.start()) + 1


READERS = {".py": in_python, ".html": in_template, ".txt": in_template, ".js": in_script}
