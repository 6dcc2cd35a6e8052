"""Readers of single cells: names, phones, words, doors, plates, free text."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from linli.registry.intake import words
from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Formula, Raw, text_of
from linli.registry.intake.text import arabic, han_number, plain, tight, visible

Reader = Callable[[Raw], Cell]

_MARKUP = re.compile(r"<\s*[a-zA-Z/!?%]|\{\{|\{%|<%|\$\{|&#|javascript:", re.IGNORECASE)
_SEPARATORS = re.compile(r"[、,，;；/／\\|+＋&\n\r\s和及]+")


def formula_like(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula when it comes from a CSV."""
    return (len(text) > 1 and text[0] in "=+-@＝＋－＠\t\r") or isinstance(text, Formula)


def _inert_shape(text: str) -> str:
    if isinstance(text, Formula):
        return "hyperlink_formula" if "HYPERLINK" in text.upper() else "formula"
    if formula_like(text):
        return {"@": "at_sum", "＠": "at_sum", "-": "minus", "－": "minus"}.get(text[0], "formula")
    if _MARKUP.search(text):
        return "markup"
    if "\n" in text or "\r" in text:
        return "line_breaks"
    return "long" if len(text) > 1000 else ""


def free_text(field: str) -> Reader:
    """Text that is stored as it is; what could be taken for a formula or markup is reported as inert."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        text = text_of(raw) if not isinstance(raw, str) else raw
        if text.isspace():
            return EMPTY
        seen = visible(text).strip()
        shape = _inert_shape(text) or _inert_shape(seen)  # an invisible mark may stand before the formula
        if not shape:
            return Cell(seen)
        value = str(text)
        return Cell(value, (Defect(f"{field}_{shape}", field, Action.INERT, value, value),))

    return read


def word(field: str, table: Mapping[str, str], *, unknown: Action = Action.REVIEW, kind: str = "") -> Reader:
    """A word out of a table. What the table lacks is reported with `unknown` (keep: stored as it is)."""
    kind = kind or f"{field}_word"

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        key = tight(written)
        if not key:
            return EMPTY
        term = table.get(key) or table.get(key.strip("()[]-—.。、,"))
        if term is None:
            defect = (
                (Defect(f"{field}_unknown", field, Action.REVIEW, written),)
                if unknown is Action.REVIEW
                else ()
            )
            return Cell(plain(written), defect)
        if term == written:
            return Cell(term)
        return Cell(term, (Defect(kind, field, Action.REPAIR, written, term),))

    return read


def sex(raw: Raw) -> Cell:
    """男 or 女. A formula without a result is read as empty; the identity number will tell."""
    if isinstance(raw, Formula):
        return Cell("", (Defect("sex_formula", "sex", Action.REPAIR, raw),))
    return _sex(raw)


_sex: Reader = word("sex", words.SEX)


def _yes_no(
    field: str, terms: tuple[str, str], known: tuple[frozenset[str], frozenset[str]], hint: str
) -> Reader:
    """Ticks, crosses, letters and words become one of `terms` (yes, no); `hint` is a pattern that means yes."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        key = re.sub(r"[((].*$", "", tight("1" if raw is True else "0" if raw is False else written))
        if not key:
            return EMPTY
        negative = key in known[1] or bool(re.search("[未没不无]|老[年人]机", key))
        if not negative and not (key in known[0] or re.search(hint, key)):
            return Cell(written, (Defect(f"{field}_unknown", field, Action.REVIEW, written),))
        value = terms[negative]
        return Cell(
            value,
            () if value == written else (Defect(f"{field}_word", field, Action.REPAIR, written, value),),
        )

    return read


smartphone: Reader = _yes_no(
    "smartphone", ("有", "无"), (words.YES, words.NO), "^有|智能|华为|小米|苹果|oppo|vivo|荣耀|iphone|红米"
)
training: Reader = _yes_no("training", ("是", "否"), (words.TRAINED, words.UNTRAINED), "已|过|训|参加|合格")


def doses(raw: Raw) -> Cell:
    """How many vaccine doses, '0' to '9'."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    key = tight(written)
    if not key:
        return EMPTY
    count = _doses(key)
    if count is None:
        return Cell(written, (Defect("doses_unknown", "doses", Action.REVIEW, written),))
    return Cell(
        count,
        ()
        if count == written and isinstance(raw, str)
        else (Defect("doses_word", "doses", Action.REPAIR, written, count),),
    )


def _doses(key: str) -> str | None:
    """The number of doses in a phrase; None where it says both that something was given and that it was not."""
    if re.fullmatch(r"[0-9](?:\.0)?", key):
        return key[0]
    negative = re.search(r"[未没不无]|禁忌|免打|免种|^[×x/-]$", key)
    number = re.search(r"([0-9]|[一二两三四五六])(?:[针剂次支]|$)", key)
    if negative:
        return None if number or "加强" in key or "全程" in key else "0"
    if "加强" in key:
        return "4" if re.search("第?[二2][次针剂]加强|加强[二2]", key) else "3"
    if number:
        return number[1] if number[1].isdigit() else str(han_number(number[1]))
    return "2" if re.search("全程|完成|全部", key) else None


def listed(field: str, table: Mapping[str, str], *, unknown: Action = Action.KEEP) -> Reader:
    """Several words in one cell, in the order written, joined by 、, each as the table's term."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        if tight(written) in words.NONE:
            return (
                Cell("", (Defect(f"{field}_word_for_none", field, Action.REPAIR, written),))
                if tight(written)
                else EMPTY
            )
        parts = [p for p in _SEPARATORS.split(plain(written.replace("\n", "、"))) if p]
        terms = [table.get(tight(p), p) for p in parts]
        value = "、".join(dict.fromkeys(terms))
        if unknown is Action.REVIEW and any(tight(p) not in table for p in parts):
            return Cell(written, (Defect(f"{field}_unknown", field, Action.REVIEW, written, "", value),))
        if value == written:
            return Cell(value)
        kind = "word" if terms != parts else "other_separator"
        return Cell(value, (Defect(f"{field}_{kind}", field, Action.REPAIR, written, value),))

    return read


_DOOR_WORDS = re.compile(r"^第|(?:号楼|号院|号|楼|栋|幢|座|#|单元|门|室|房间|房)+$")


def door(field: str) -> Reader:
    """A building, unit or room number: 三号楼 → 3, 1101室 → 1101, A座 → A."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        if isinstance(raw, str) and written.isascii() and written.isdigit() and written[0] != "0":
            return Cell(written)
        if isinstance(raw, date | datetime | time | bool | Formula):
            return Cell(written, (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
        return _odd_door(field, written, number=not isinstance(raw, str))

    return read


def _odd_door(field: str, written: str, *, number: bool) -> Cell:
    text = plain(written)
    if not text:
        return EMPTY
    bare = re.sub(r"(?<=\d)\.0$", "", text.replace(" ", "").replace("○", "〇"))
    value = arabic(_DOOR_WORDS.sub("", bare)).upper().lstrip("0") or text
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z-]{0,11}", value):
        if len(text) > 20 or "<" in text:
            return Cell(text, (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
        return Cell(text, (Defect(f"{field}_unusual", field, Action.KEEP, written, text),))
    spelled = "full_width" if any("\uff10" <= c <= "\uff19" for c in written) else "word"
    kind = "number_cell" if number else spelled
    if value == written and not number:
        return Cell(value)
    return Cell(value, (Defect(f"{field}_{kind}", field, Action.REPAIR, written, value),))


def venue_type(raw: Raw) -> Cell:
    """One of the 39 classes of the venue code catalogue; everyday words are translated."""
    found = _venue_word(raw)
    if not found.defects or found.defects[0].action is not Action.REVIEW:
        return found
    written, key = text_of(raw), tight(text_of(raw))
    inside = [w for w in words.VENUE if len(w) > 1 and w in key]
    if not inside:
        return found
    term = words.VENUE[max(inside, key=len)]
    return Cell(term, (Defect("type_everyday_word", "type", Action.REPAIR, written, term),))


_venue_word: Reader = word("type", words.VENUE, kind="type_everyday_word")


def tube(raw: Raw) -> Cell:
    """A barcode of twelve digits; a number cell loses the leading zero, a power of ten loses the code."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = plain(written)
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", text, re.IGNORECASE):
        return Cell("", (Defect("barcode_scientific", "tube", Action.DROP, written),))
    code = re.sub(r"[\s'’\-]", "", text)
    if code.isascii() and code.isdigit() and len(code) == 11:
        return Cell("0" + code, (Defect("barcode_lost_zero", "tube", Action.REPAIR, written, "0" + code),))
    if not (code.isascii() and code.isalnum()) or len(code) < 6:
        return Cell(written, (Defect("tube_unreadable", "tube", Action.REVIEW, written),))
    return Cell(
        code, () if code == written else (Defect("barcode_spaces", "tube", Action.REPAIR, written, code),)
    )
