"""Readers of people: names, phone numbers, companions."""

import re
import unicodedata

from linli.registry.intake import words
from linli.registry.intake.cells import Reader, formula_like
from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Formula, Raw, text_of
from linli.registry.intake.text import han_number, is_han, plain, tight, visible

_DOTS = re.compile(r"(?<=\w)[•・．.‧∙⋅･●。᛫⸱·﹒](?=\w)")
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<[^>]*>?", re.IGNORECASE | re.DOTALL)
_REMARK = re.compile(
    r"\s*(?:[(\uff08【\[][^)\uff09】\]]*[)\uff09】\]]?|[*＊※★☆√#△▲]+)\s*$|^[(\uff08【\[][^)\uff09】\]]*[)\uff09】\]]\s*"
)
_NOT_ONE_NAME = re.compile(r"[\d、,，;；/\\&+|?？=_]")


def name(field: str = "name") -> Reader:
    """A person's name: padding, invisible marks, dots, remarks; rare characters and Latin names stay."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        if written.isalpha() and written.isprintable():
            return Cell(written)
        return _odd_name(field, written)

    return read


def _odd_name(field: str, written: str) -> Cell:
    if isinstance(written, Formula) or formula_like(visible(written).strip()):
        return Cell(str(written), (Defect(f"{field}_formula", field, Action.INERT, written, str(written)),))
    if "<" in written or "{{" in written:
        clean = _spaced(_TAG.sub("", written))
        return Cell(written, (Defect(f"{field}_markup", field, Action.INERT, written, written, clean),))
    found: list[str] = []
    value = _spaced(visible(written.replace("\t", " ")))
    if value != written:
        found.append(f"{field}_invisible_mark" if _has_invisible(written) else f"{field}_inner_space")
    for kind, better in (
        (f"{field}_dot_spelling", _dotted(value)),
        (f"{field}_with_remark", _without_remark(_dotted(value))),
    ):
        if better != value:
            found.append(kind)
            value = better
    bare = "".join(c for c in value if not _pictorial(c))
    if bare != value:
        shown = _spaced(written)
        return Cell(shown, (Defect(f"{field}_emoji", field, Action.REVIEW, written, "", _spaced(bare)),))
    if _NOT_ONE_NAME.search(value):
        return Cell(_spaced(written), (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
    return Cell(value, tuple(Defect(kind, field, Action.REPAIR, written, value) for kind in found))


def title(raw: Raw) -> Cell:
    """The name of a shop: digits, dots and brackets belong to it; only padding and invisible marks go."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    if formula_like(visible(written).strip()) or "<" in written or "{{" in written:
        return _odd_name("name", written)
    value = " ".join(visible(written.replace("\t", " ")).split())
    kind = "name_invisible_mark" if _has_invisible(written) else "name_inner_space"
    return Cell(value, () if value == written else (Defect(kind, "name", Action.REPAIR, written, value),))


def _pictorial(c: str) -> bool:
    return unicodedata.category(c) in ("So", "Sk", "Cs", "Co") or c in "\ufe0f\u200d"


def _has_invisible(written: str) -> bool:
    return any(c in "\t\u00a0" or unicodedata.category(c) in ("Cf", "Cc") for c in written)


def _spaced(text: str) -> str:
    """No space beside a Chinese character, single spaces between Latin words."""
    parts = text.split()
    joined = parts[0] if parts else ""
    for part in parts[1:]:
        joined += part if is_han(joined[-1]) or is_han(part[0]) else " " + part
    return joined


def _dotted(text: str) -> str:
    return _DOTS.sub("·", text) if any(is_han(c) for c in text) else text


def _without_remark(text: str) -> str:
    return text if words.unnamed(text) else _REMARK.sub("", text) or text


def companions(raw: Raw) -> Cell:
    """Who travels along: `1人:王伟贵`, several names joined by 、; a bare count stays `2人`.

    A count that does not fit the names is for a person: nobody must be lost or invented.
    """
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = plain(written)
    if not text:
        return EMPTY
    if tight(text) in words.NONE or tight(text) in _ALONE:
        return Cell("", (Defect("companions_word_for_none", "companions", Action.REPAIR, written),))
    names = [n for n in map(_person, re.split(r"[、,;\s/:]+", _COUNT.sub("、", text))) if n]
    told = _told(text)
    if (not names and not told) or (names and told and told != len(names)):
        return Cell(written, (Defect("companions_unreadable", "companions", Action.REVIEW, written),))
    value = f"{len(names)}人:{'、'.join(names)}" if names else f"{told}人"
    if value == written:
        return Cell(value)
    return Cell(value, (Defect("companions_word", "companions", Action.REPAIR, written, value),))


def _told(text: str) -> int | None:
    """The number of people a text tells; None if it tells none."""
    m = re.search(r"(\d+|[一二两三四五六七八九十]+)\s*[人名位口]", text)
    if m is None:
        return None
    return int(m[1]) if m[1].isascii() and m[1].isdigit() and len(m[1]) < 4 else han_number(m[1])


_COUNT = re.compile(r"(?:共|等|同行)*\s*(?:\d+|[一二两三四五六七八九十]+)\s*[人名位口](?:同行)?")
_TOGETHER = re.compile(
    r"^(?:同行人?员?|[与和同携带跟偕及])+|(?:同行|一同|一起|随行)(?:返回|返乡|返长)?$|[()]"
)
_ALONE = frozenset(["本人", "独自", "自己", "独自一人", "单独", "仅本人", "一人", "本人一人"])
_KIN = re.compile(r"^(?:妻子|丈夫|儿子|女儿|母亲|父亲|爱人|老婆|老公|孩子|家属)")


def _person(text: str) -> str:
    """与王芳同行 → 王芳, 妻子王芳 → 王芳; '' when only the kinship is left."""
    return _KIN.sub("", _TOGETHER.sub("", text))
