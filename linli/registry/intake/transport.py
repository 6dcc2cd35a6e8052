"""Readers of what moves: number plates, seats, a volunteer's car, trains and flights."""

import re

from linli.registry.intake import words
from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import arabic, plain, tight

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"([{_PROVINCES}])([A-Z])([A-Z0-9]{{5,6}})(?![A-Z0-9])")


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
    return re.sub(rf"(?<=[A-Z{_PROVINCES}])[\s·•.・\-_]+(?=[A-Z0-9])", "", plain(written).upper())


def vehicle(raw: Raw) -> Cell:
    """A volunteer's car: plate and seats, `晋DY0109 4座`."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = _compact_plate(written)
    m = _PLATE.search(text.replace("· ", ""))
    if m is None:
        if tight(written) in words.NONE or re.match("[无没否]", text):
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


_SEATS = re.compile(
    r"[((]?(?:含|不含|包括|不包括|带)?(?:司机|驾驶员)?[))]?(?P<rated>核载|核定载客|限载)?(?:可坐|可载|准乘|乘客)?"
    r"(?P<n>[0-9]{1,2})(?:\.0)?(?:\+[12])?(?:人座|座位|个座位|个座|座|人|位)?车?"
    r"[,，]?[((]?(?:含|不含|包括|不包括|带)?(?:司机|驾驶员)?[))]?"
)
_WITH_DRIVER = re.compile("(?<!不)(?:含|包括|带)(?:司机|驾驶)")


def seats(raw: Raw) -> Cell:
    """Places for passengers: 6+1 → 6, 7座(含司机) → 6, 核载7人 → 6. What is no number of seats is for a person."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    text = arabic(tight(written))
    m = _SEATS.fullmatch(text)
    count = int(m["n"]) - bool(m["rated"] or _WITH_DRIVER.search(text)) if m else 0
    if not 0 < count < 80:
        return Cell(written, (Defect("seats_unreadable", "seats", Action.REVIEW, written),))
    if str(count) == written and isinstance(raw, str):
        return Cell(written)
    return Cell(str(count), (Defect("seats_word", "seats", Action.REPAIR, written, str(count)),))


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
