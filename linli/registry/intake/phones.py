"""Phone numbers as people write them: several in a cell, with their owner, with dashes, or a word for none."""

import re

from linli.registry.intake import words
from linli.registry.intake.cells import Reader
from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import plain, tight

_MOBILE = r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)"
_LANDLINE = r"(?<!\d)\(?(0(?:10|2\d|[3-9]\d{2}))\)?[- ]?(\d{7,8})(?!\d)"
_SERVICE = r"(?<!\d)([48]00)[- ]?(\d{3})[- ]?(\d{4})(?!\d)"
_PHONE = re.compile(f"{_MOBILE}|{_LANDLINE}|{_SERVICE}")


def phones(field: str = "phone") -> Reader:
    """One or more phone numbers; several are joined by 、. Landlines keep their area code: 0355-9990103."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        if (
            len(written) == 11
            and written.isascii()
            and written.isdigit()
            and written[0] == "1"
            and written[1] in "3456789"
        ):
            if isinstance(raw, str):
                return Cell(written)
            return Cell(written, (Defect(f"{field}_number_cell", field, Action.REPAIR, written, written),))
        return _odd_phone(field, written)

    return read


def _odd_phone(field: str, written: str) -> Cell:
    text = plain(written.replace("\n", "、"))
    if tight(text) in words.NONE or not text:
        return Cell("", (Defect(f"{field}_word_for_none", field, Action.REPAIR, written),)) if text else EMPTY
    text = re.sub(r"[‐‑‒–—―−]|(?<=\d)[.·](?=\d)", "-", text)
    found = [_number(m) for m in _PHONE.finditer(text)]
    rest = _PHONE.sub(" ", text)
    value = "、".join(dict.fromkeys(found))
    defects: list[Defect] = []
    if re.search(r"\d[\d -]{3,}\d", rest):
        defects.append(_lost_phone(field, written, rest, value))
    if found and value != written:
        defects.insert(
            0, Defect(_phone_kind(field, written, rest, found), field, Action.REPAIR, written, value)
        )
    if not found and not defects:
        defects.append(Defect(f"{field}_unreadable", field, Action.REVIEW, written))
    if defects and defects[-1].action is Action.REVIEW:
        value = written
    return Cell(value, tuple(defects))


def _number(m: re.Match[str]) -> str:
    if m[1]:
        return re.sub(r"\D", "", m[1])
    return f"{m[2]}-{m[3]}" if m[2] else f"{m[4]}-{m[5]}-{m[6]}"


def _lost_phone(field: str, written: str, rest: str, value: str) -> Defect:
    digits = max(re.findall(r"\d+", re.sub(r"(?<=\d)[- ](?=\d)", "", rest)), key=len)
    if len(digits) in (7, 8) and digits[0] not in "01" and not value:
        return Defect(f"{field}_without_area_code", field, Action.REVIEW, written)
    kind = "too_short" if len(digits) < 11 else "too_long"
    return Defect(f"{field}_{kind}", field, Action.DROP, written, value)


def _phone_kind(field: str, written: str, rest: str, found: list[str]) -> str:
    """The most telling reason why the written text is not the number."""
    tests = (
        ("full_width", any("\uff10" <= c <= "\uff19" for c in written)),
        ("two_other_separator", len(found) > 1),
        ("with_owner", bool(re.search(r"[^\W\d_]", re.sub("[或和及]", "", rest)))),
        ("plus_86", bool(re.match(r"\s*(?:\+|00)?86", written))),
        ("dashes", "-" in written),
    )
    return f"{field}_" + next((kind for kind, holds in tests if holds), "spaces")
