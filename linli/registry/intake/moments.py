"""Moments as people write them: arrivals in the small hours, no year, 25:05, 次日."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import arabic, plain, tight
from linli.registry.intake.words import NONE


class Moment(NamedTuple):
    """A moment as read: `at` on the wall clock (None: no day or no sense), whether a time was given, and the shape."""

    at: datetime | None
    timed: bool
    shape: str


_MOMENT = re.compile(
    r"^(?:(?:(?P<y>\d{4})\s*(?P<s>[-/.年])\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"
    r"|(?P<rel>今天|今日|今|明天|明日|明|后天|后日|昨天|昨日|昨)|(?P<d2>\d{1,2})[日号])?"
    r"[\sT,]*(?P<next>次日|第二天|翌日)?\s*"
    r"(?P<part>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜里|夜间|半夜|深夜|夜)?\s*"
    r"(?:(?P<H>\d{1,2})\s*(?:[:点时]\s*(?P<M>1刻|3刻|\d{1,2}|半|整|钟)?\s*分?(?::?\d{2}(?:\.\d+)?秒?)?))?\s*"
    r"(?:左右|前后|到达|抵达|到|抵)*$"
)
_STAMP = re.compile(r"^(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(\d{2})(?:\d{2})?$")
NEVER = 48 * 60  # minutes: later than any way of writing a time of the night
_FRACTIONS = {"半": 30, "1刻": 15, "3刻": 45}
_RELATIVE = {"昨": -1, "今": 0, "明": 1, "后": 2}


@lru_cache(8192)
def moment(text: str, anchor: datetime | None) -> Moment:
    """Reads `text`; `anchor` (the batch, the publication) tells the year and what 今晚 means."""
    text = arabic(plain(text))
    stamp = _STAMP.match(text)
    if stamp:
        y, mo, d, h, mi = map(int, stamp.groups())
        return Moment(_at(y, mo, d, h * 60 + mi), True, "compact")
    m = _MOMENT.match(text)
    if m is None or not text:
        return Moment(None, False, "unreadable")
    on, shape = _day_of(m, anchor)
    if m["H"] is None:
        return Moment(_at(*on, 0) if on else None, False, "time_missing" if on else "unreadable")
    minutes, night = _minutes(m)
    if night:
        shape = night
    if on is None:
        return Moment(_at(2000, 1, 1, minutes), True, "time_only")
    at = _at(*on, minutes)
    return Moment(at, True, shape if at else "impossible")


def _day_of(m: re.Match[str], anchor: datetime | None) -> tuple[tuple[int, int, int] | None, str]:
    if m["m"]:
        month, dom = int(m["m"]), int(m["d"])
        if m["y"]:
            return (int(m["y"]), month, dom), {"/": "slashes", "年": "han", ".": "dots", "-": ""}[m["s"]]
        return ((_year(anchor, month, dom), month, dom) if anchor else None), "han"
    if anchor is None:
        return None, ""
    if m["rel"]:
        at = anchor + timedelta(days=_RELATIVE[m["rel"][0]])
        return (at.year, at.month, at.day), "relative_day"
    if m["d2"]:
        return (anchor.year, anchor.month, int(m["d2"])), "han"
    return None, ""


def _year(anchor: datetime, month: int, dom: int) -> int:
    """The year that brings the day nearest to the anchor: the batch of 31 December speaks of next January."""

    def distance(year: int) -> int:
        try:
            return abs((date(year, month, dom) - anchor.date()).days)
        except ValueError:
            return 10**6

    return min((anchor.year, anchor.year + 1, anchor.year - 1), key=distance)


def _minutes(m: re.Match[str]) -> tuple[int, str]:
    """Minutes after midnight of the day named, and the shape if the wording is out of the ordinary."""
    hour, part = int(m["H"]), m["part"] or ""
    minute = _FRACTIONS[m["M"]] if m["M"] in _FRACTIONS else int(m["M"]) if m["M"] and m["M"].isdigit() else 0
    shape = ""
    late = part[:1] in ("晚", "夜", "半", "深") and bool(part)
    if (5 <= hour < 12 and (late or part in ("下午", "傍晚"))) or (
        1 <= hour < 5 and part in ("下午", "中午")
    ):
        hour += 12
    elif late and (hour < 5 or hour == 12):
        shape, hour = "night_word", hour % 12
    elif part == "凌晨":
        shape, hour = "small_hours_word", hour % 12
    if m["next"]:
        shape, hour = "next_day_word", hour + 24
    elif hour >= 24:
        shape = "over_24_hours"
    return (hour * 60 + minute if minute < 60 else NEVER), shape


def _at(y: int, mo: int, d: int, minutes: int) -> datetime | None:
    if minutes >= NEVER:
        return None
    try:
        return datetime(y, mo, d) + timedelta(minutes=minutes)  # noqa: DTZ001 - the wall clock
    except (ValueError, OverflowError):
        return None


def stamp(at: datetime) -> str:
    """`2022-04-14 01:05`, the form of every moment in a row's values."""
    return f"{at:%Y-%m-%d %H:%M}" if at.year >= 1000 else at.isoformat(" ")[:16]


def read_moment(raw: Raw, *, field: str, anchor: datetime | None = None) -> Cell:
    """A moment cell as `2022-04-14 01:05`; a day without a time stays `2022-04-14` with a lookup defect."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    if isinstance(raw, datetime):
        return _told(stamp(raw), written, "cell", field)
    if isinstance(raw, date | time):
        return Cell(written, (Defect(f"{field}_time_missing", field, Action.LOOKUP, written),))
    return read_moment_text(written, field, anchor)


def read_moment_text(written: str, field: str, anchor: datetime | None) -> Cell:
    """`read_moment` for text; 13日晚1点 is ambiguous by a day and goes to review with the later day suggested."""
    if tight(written) in NONE:
        return (
            Cell("", (Defect(f"{field}_word_for_none", field, Action.REPAIR, written),))
            if tight(written)
            else EMPTY
        )
    read = moment(written, anchor)
    if read.shape == "time_missing" and read.at:
        return Cell(f"{read.at:%Y-%m-%d}", (Defect(f"{field}_time_missing", field, Action.LOOKUP, written),))
    if read.at is None or read.shape == "time_only":
        shape = read.shape if read.shape == "time_only" else "unreadable"
        return Cell(written, (Defect(f"{field}_{shape}", field, Action.REVIEW, written),))
    if read.shape == "night_word":
        later = stamp(read.at + timedelta(days=1))
        return Cell(written, (Defect(f"{field}_night_word", field, Action.REVIEW, written, "", later),))
    return _told(stamp(read.at), written, read.shape or "spelling", field)


def _told(value: str, written: str, shape: str, field: str) -> Cell:
    return Cell(
        value, () if value == written else (Defect(f"{field}_{shape}", field, Action.REPAIR, written, value),)
    )


def parsed(value: str) -> datetime | None:
    """A canonical moment back as datetime (wall clock); None for anything else."""
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - files carry no zone
    except ValueError:
        return None
