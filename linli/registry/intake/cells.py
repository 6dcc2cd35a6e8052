"""Readers of single cells: names, phones, words, doors, plates, free text."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from linli.registry.intake import words
from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Formula, Raw, text_of
from linli.registry.intake.text import arabic, han_number, is_han, plain, tight, visible

Reader = Callable[[Raw], Cell]

_DOTS = re.compile(r"(?<=\w)[•・．.‧∙⋅･●。᛫⸱·﹒](?=\w)")
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<[^>]*>?", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<\s*[a-zA-Z/!?%]|\{\{|\{%|<%|\$\{|&#|javascript:", re.IGNORECASE)
_REMARK = re.compile(r"\s*(?:[((【\[][^))】\]]*[))】\]]?|[*＊※★☆√#△▲]+)\s*$")
_SEPARATORS = re.compile(r"[、,，;；/／\\|+＋&\n\r\s和及]+")
_MOBILE = r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)"
_LANDLINE = r"(?<!\d)\(?(0(?:10|2\d|[3-9]\d{2}))\)?[- ]?(\d{7,8})(?!\d)"
_SERVICE = r"(?<!\d)([48]00)[- ]?(\d{3})[- ]?(\d{4})(?!\d)"
_PHONE = re.compile(f"{_MOBILE}|{_LANDLINE}|{_SERVICE}")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"([{_PROVINCES}])([A-Z])([A-Z0-9]{{5,6}})(?![A-Z0-9])")


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
        shape = _inert_shape(text)
        if not shape:
            return Cell(visible(text).strip())
        value = str(text)
        return Cell(value, (Defect(f"{field}_{shape}", field, Action.INERT, value, value),))

    return read


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
    if isinstance(written, Formula) or formula_like(written.strip()):
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
    return Cell(value, tuple(Defect(kind, field, Action.REPAIR, written, value) for kind in found))


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
    text = re.sub(r"[‐‑‒–—―−]", "-", text)
    found = [_number(m) for m in _PHONE.finditer(text)]
    rest = _PHONE.sub(" ", text)
    value = "、".join(dict.fromkeys(found))
    defects: list[Defect] = []
    if re.search(r"\d", rest):
        defects.append(_lost_phone(field, written, rest, value))
    if found and value != written:
        defects.insert(
            0, Defect(_phone_kind(field, written, rest, found), field, Action.REPAIR, written, value)
        )
    if not found and not defects:
        defects.append(Defect(f"{field}_unreadable", field, Action.REVIEW, written))
        value = written
    return Cell(value, tuple(defects))


def _number(m: re.Match[str]) -> str:
    if m[1]:
        return re.sub(r"\D", "", m[1])
    return f"{m[2]}-{m[3]}" if m[2] else f"{m[4]}-{m[5]}-{m[6]}"


def _lost_phone(field: str, written: str, rest: str, value: str) -> Defect:
    digits = max(re.findall(r"\d+", re.sub(r"(?<=\d)[- ](?=\d)", "", rest)), key=len)
    kind = "too_short" if len(digits) < 11 else "too_long"
    return Defect(f"{field}_{kind}", field, Action.DROP, written, value)


def _phone_kind(field: str, written: str, rest: str, found: list[str]) -> str:
    """The most telling reason why the written text is not the number."""
    tests = (
        ("full_width", any("\uff10" <= c <= "\uff19" for c in written)),
        ("two_other_separator", len(found) > 1),
        ("with_owner", bool(re.search(r"[^\s\d、,;/()+-]", rest))),
        ("plus_86", bool(re.match(r"\s*(?:\+|00)?86", written))),
        ("dashes", "-" in written),
    )
    return f"{field}_" + next((kind for kind, holds in tests if holds), "spaces")


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


_sex = word("sex", words.SEX)


def yes_no(
    field: str, yes: str, no: str, words_yes: frozenset[str], words_no: frozenset[str], hint: str
) -> Reader:
    """Ticks, crosses, letters and words become `yes` or `no`; `hint` is a pattern that means yes inside a text."""

    def read(raw: Raw) -> Cell:
        if raw is None:
            return EMPTY
        written = text_of(raw)
        key = re.sub(r"[((].*$", "", tight("1" if raw is True else "0" if raw is False else written))
        if not key:
            return EMPTY
        negative = key in words_no or bool(re.search("[未没不无]|老[年人]机", key))
        if not negative and not (key in words_yes or re.search(hint, key)):
            return Cell(written, (Defect(f"{field}_unknown", field, Action.REVIEW, written),))
        value = no if negative else yes
        return Cell(
            value,
            () if value == written else (Defect(f"{field}_word", field, Action.REPAIR, written, value),),
        )

    return read


smartphone = yes_no(
    "smartphone", "有", "无", words.YES, words.NO, "^有|智能|华为|小米|苹果|oppo|vivo|荣耀|iphone|红米"
)
training = yes_no("training", "是", "否", words.TRAINED, words.UNTRAINED, "已|过|训|参加|合格")


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
    if re.fullmatch(r"\d", key):
        return key
    if re.search(r"[未没不无]|禁忌|免|^[×x/-]$", key):
        return "0"
    if "加强" in key:
        return "4" if re.search("第?[二2][次针剂]加强|加强[二2]", key) else "3"
    number = re.search(r"(\d|[一二两三四五六])(?:[针剂次支]|$)", key)
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
    value = arabic(_DOOR_WORDS.sub("", text.replace(" ", ""))).upper().lstrip("0") or text
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z-]{0,11}", value):
        return Cell(text, (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
    if number:
        kind = "number_cell"
    else:
        kind = "full_width" if any("\uff10" <= c <= "\uff19" for c in written) else "word"
    if value == written and not number:
        return Cell(value)
    return Cell(value, (Defect(f"{field}_{kind}", field, Action.REPAIR, written, value),))


def plate(raw: Raw) -> Cell:
    """A number plate: province, letter, five or six characters, without spaces and dots."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    m = _PLATE.search(_compact_plate(written))
    if m is None:
        return Cell(written, (Defect("plate_unreadable", "plate", Action.REVIEW, written),))
    value = "".join(m.groups())
    return Cell(
        value, () if value == written else (Defect("plate_spelling", "plate", Action.REPAIR, written, value),)
    )


def _compact_plate(written: str) -> str:
    return re.sub(r"(?<=[A-Z])[\s·•.・\-_]+(?=[A-Z0-9])", "", plain(written).upper())


def vehicle(raw: Raw) -> Cell:
    """A volunteer's car: plate and seats, `晋DY0109 4座`."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = _compact_plate(written)
    m = _PLATE.search(text.replace("· ", ""))
    if m is None:
        if tight(written) in words.NONE or re.match("[无没]", text):
            return (
                Cell("", (Defect("vehicle_word_for_none", "vehicle", Action.REPAIR, written),))
                if text
                else EMPTY
            )
        return Cell(written, (Defect("vehicle_without_plate", "vehicle", Action.REVIEW, written),))
    seats = re.search(r"(\d{1,2})\s*[座人]", arabic(text[m.end() :]))
    value = "".join(m.groups()) + (f" {seats[1]}座" if seats else "")
    return Cell(
        value, () if value == written else (Defect("vehicle_word", "vehicle", Action.REPAIR, written, value),)
    )


def seats(raw: Raw) -> Cell:
    """Places for passengers: 6+1 → 6, 7座(含司机) → 6."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = arabic(tight(written))
    m = re.search(r"\d{1,2}", text)
    if m is None or not 0 < int(m[0]) < 80:
        return Cell(written, (Defect("seats_unreadable", "seats", Action.REVIEW, written),))
    with_driver = bool(re.search("(?<!不)(?:含|包括|带)(?:司机|驾驶)|核载", text))
    value = str(int(m[0]) - with_driver)
    return Cell(
        value,
        ()
        if value == written and isinstance(raw, str)
        else (Defect("seats_word", "seats", Action.REPAIR, written, value),),
    )


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


_venue_word = word("type", words.VENUE, kind="type_everyday_word")


def service(raw: Raw) -> Cell:
    """A train or flight number: g9411, G 9411, 9411次 → upper case, no spaces, no 次."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = re.sub(r"(?:次列车|次|航班|列车|高铁|动车)", "", tight(written).upper())
    if not re.fullmatch(r"(?:[A-Z]{1,2}|\d[A-Z]|[A-Z]\d)?\d{1,5}", text):
        return (
            Cell(written, (Defect("service_unreadable", "service", Action.REVIEW, written),))
            if text
            else EMPTY
        )
    return Cell(
        text,
        () if text == written else (Defect("service_spelling", "service", Action.REPAIR, written, text),),
    )


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


def companions(raw: Raw) -> Cell:
    """Who travels along: `1人:王伟贵`, several names joined by 、; a bare count stays `2人`."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = plain(written)
    if tight(text) in words.NONE or not text:
        return (
            Cell("", (Defect("companions_word_for_none", "companions", Action.REPAIR, written),))
            if text
            else EMPTY
        )
    names = [n for n in map(_person, re.split(r"[、,;\s/:]+", _COUNT.sub("、", text))) if n]
    count = re.search(r"(\d+|[一二两三四五六七八九十]+)\s*[人名位口]", text)
    if not names and count is None:
        return Cell(written, (Defect("companions_unreadable", "companions", Action.REVIEW, written),))
    value = (
        f"{len(names)}人:{'、'.join(names)}"
        if names
        else f"{han_number(count[1]) or count[1]}人"
        if count
        else ""
    )
    if value == written:
        return Cell(value)
    return Cell(value, (Defect("companions_word", "companions", Action.REPAIR, written, value),))


_COUNT = re.compile(r"(?:共|等|同行)*\s*(?:\d+|[一二两三四五六七八九十]+)\s*[人名位口](?:同行)?")
_TOGETHER = re.compile(r"^(?:同行人?员?|[与和同携带跟偕及])+|(?:同行|一同|一起|随行)(?:返回|返乡|返长)?$|[()]")
_KIN = re.compile(r"^(?:妻子|丈夫|儿子|女儿|母亲|父亲|爱人|老婆|老公|孩子|家属)")


def _person(text: str) -> str:
    """与王芳同行 → 王芳, 妻子王芳 → 王芳; '' when only the kinship is left."""
    return _KIN.sub("", _TOGETHER.sub("", text))
