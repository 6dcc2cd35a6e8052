"""Days and moments as people write them; what is impossible or implausible is for a person to look at."""

import re
from datetime import date, datetime, timedelta

from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import arabic, plain, tight
from linli.registry.intake.words import NONE

_DAY = re.compile(
    r"^(\d{4}|\d{2})\s*([-/.年、 ])\s*(\d{1,2})\s*[-/.月、 ]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}[:时].*)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NEVER_GIVEN = frozenset(["未接种", "未打", "没打", "没接种", "未种", "未注射", "无接种"])
_SERIAL = range(20000, 80000)  # day numbers of a spreadsheet from 1954 to 2119
_KINDS = {"、": "spelling", " ": "spelling", "/": "slashes", ".": "dots", "年": "han", "-": "dashes"}


def day(raw: Raw, *, field: str, today: date, earliest: date) -> Cell:
    """A date cell as `2021-12-05`. A day before `earliest` or after `today` is kept as written for review."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    if isinstance(raw, datetime | date):
        shown = raw.isoformat()[:10]
        return _plausible(
            raw.year,
            raw.month,
            raw.day,
            written=written,
            kind="cell",
            field=field,
            bounds=(earliest, today),
            iso=shown,
        )
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e6 and int(raw) in _SERIAL:
        at = date(1899, 12, 30) + timedelta(days=int(raw))
        return _plausible(
            at.year, at.month, at.day, written=written, kind="cell", field=field, bounds=(earliest, today)
        )
    return _text_day(written, field, (earliest, today))


def _text_day(written: str, field: str, bounds: tuple[date, date]) -> Cell:
    text = plain(written).rstrip("。.,")
    if not text or tight(text) in NONE:
        return Cell("", (Defect(f"{field}_word_for_none", field, Action.REPAIR, written),)) if text else EMPTY
    if tight(text) in _NEVER_GIVEN:
        return Cell("", (Defect(f"{field}_word_for_none", field, Action.REPAIR, written),))
    if len(text) == 5 and text.isascii() and text.isdigit() and int(text) in _SERIAL:
        return day(int(text), field=field, today=bounds[1], earliest=bounds[0])
    m = _COMPACT.match(text)
    if m:
        return _plausible(
            int(m[1]), int(m[2]), int(m[3]), written=written, kind="compact", field=field, bounds=bounds
        )
    m = _DAY.match(arabic(text))
    if m is None:
        return Cell(written, (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
    year = int(m[1]) if len(m[1]) == 4 else 2000 + int(m[1])
    return _plausible(
        year, int(m[3]), int(m[4]), written=written, kind=_KINDS[m[2]], field=field, bounds=bounds
    )


def _plausible(
    y: int, m: int, d: int, *, written: str, kind: str, field: str, bounds: tuple[date, date], iso: str = ""
) -> Cell:
    try:
        at = date(y, m, d)
    except ValueError:
        return Cell(written, (Defect(f"{_short(field)}_impossible", field, Action.REVIEW, written),))
    if not bounds[0] <= at <= bounds[1]:
        return _outside(at, written, field, bounds)
    value = iso or at.isoformat()
    return Cell(
        value,
        ()
        if value == written
        else (Defect(f"{_short(field)}_{kind}", field, Action.REPAIR, written, value),),
    )


def _short(field: str) -> str:
    """Kinds of the only plain date of the register are called date_…; others carry their field's name."""
    return "date" if field == "last_dose" else field


def _outside(at: date, written: str, field: str, bounds: tuple[date, date]) -> Cell:
    """A year nobody means (2221, 1221), or a day still to come."""
    years = range(bounds[0].year, bounds[1].year + 1)
    if at.year in years:
        return Cell(written, (Defect(f"{_short(field)}_out_of_range", field, Action.REVIEW, written),))
    ranked = sorted((sum(a != b for a, b in zip(str(at.year), str(y), strict=False)), y) for y in years)
    alone = ranked and (len(ranked) == 1 or ranked[0][0] < ranked[1][0])
    suggested = f"{ranked[0][1]}{at.isoformat()[4:]}" if alone and ranked[0][0] < 3 else ""
    return Cell(
        written, (Defect(f"{_short(field)}_year_typo", field, Action.REVIEW, written, "", suggested),)
    )
