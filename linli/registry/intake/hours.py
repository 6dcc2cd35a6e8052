"""Hours in free text: when a volunteer can come, when a shop is open, when a driver is on duty."""

import re
from datetime import time
from typing import NamedTuple

from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import arabic, dashed, plain, tight

MORNING, AFTERNOON, EVENING = "08:00-12:00", "13:30-17:30", "18:00-21:00"
NIGHT, DAYTIME, ALL_DAY, ROUND_THE_CLOCK = "21:00-次日08:00", "08:00-17:30", "08:00-21:00", "00:00-24:00"
_WEEK = "一二三四五六日"
_PART = r"凌晨|清晨|早上|早晨|早|上午|中午|下午|午后|傍晚|晚上|晚间|晚|夜里|夜间|半夜|夜"
_CLOCK = rf"(次日|第二天|翌日|第2天)?(?:({_PART})?\s*(\d{{1,2}})\s*(?:([:点时])\s*(\d{{1,2}}|半|整)?\s*分?)?)"
_RANGE = re.compile(rf"{_CLOCK}\s*(?:以后|之后|后|开始|起)?\s*-\s*{_CLOCK}\s*(?:以前|之前|前|结束|止)?")
_EARLY_LATE = re.compile(r"(早\d{1,2}[点时]?)\s*(晚\d{1,2}[点时]?)")
_DAYCHAR = r"[一二三四五六七日天末1-7](?!\d*[:点时])"
_DAYS = re.compile(
    rf"(?:每?(?:周|星期|礼拜)){_DAYCHAR}(?:\s*[、,和及\-~至到]?\s*(?:周|星期|礼拜)?{_DAYCHAR})*"
)
_BARE_DAYS = re.compile(rf"^{_DAYCHAR}(?:\s*[、,\-~至到]?\s*{_DAYCHAR})*(?=\s*[早上下中晚白夜全午傍])")
_WORK = re.compile("工作日|平时|平日|上班日")
_WEEKEND = re.compile("双休日?|周末|休息日|礼拜天和礼拜六")
_ALWAYS = re.compile("24小时|24h|全天候|随叫随到|7\\*24|7x24|随时|昼夜|不打烊|通宵达旦|全日", re.IGNORECASE)
_NIGHT = re.compile("夜班|通宵|夜间|夜里|整夜|后半夜|大夜|值夜")
_ALLDAY = re.compile("全天|整天|1天|一天|白天.?晚上|早晚都|都行|都可以|都有空|都能")
_DAYTIME = re.compile("白天|上班时间|工作时间|日间|白班")
_PERIODS = (
    (re.compile("上午|早上|早晨|早班|清晨|上半天"), MORNING),
    (re.compile("下午|午后|后半天|下半天"), AFTERNOON),
    (re.compile("晚上|傍晚|晚间|晚班|夜晚|晚饭后|(?<!每)晚"), EVENING),
)
_FILLER = re.compile(
    "每[天日周晚]?|天天|都行|都可以|都有空|都能|可以|均可|有空|有时间|可|都|行|能|待命|在线|时间|服务|在岗|值守|左右|的|和|与|及|,|、|;|\\s|值班|营业|为|时段"
)


class Slot(NamedTuple):
    """Hours on some weekdays (0 = Monday). `end` at or before `begin` lies on the next day; 24:00 is `time.max`."""

    days: tuple[int, ...]
    begin: time
    end: time


def _hour(hour: int, part: str) -> int:
    first = part[:1]
    if (
        first in ("下", "傍", "晚", "夜", "半")
        and part
        and hour < 12
        and not (first in ("夜", "半") and hour < 5)
    ):
        return hour + 12 if hour else 24
    if part in ("中午", "午后") and 1 <= hour < 7:
        return hour + 12
    if first == "晚" and hour == 12:
        return 24
    return 0 if part == "凌晨" and hour == 12 else hour


def _minute(text: str | None) -> int:
    return 30 if text == "半" else int(text) if text and text.isdigit() else 0


def ranges(text: str) -> list[str]:
    """Every range in the text as `HH:MM-HH:MM`, over midnight `18:00-次日02:00`; [] if there is none or one is odd."""
    found: list[str] = []
    for m in _RANGE.finditer(_EARLY_LATE.sub(r"\1-\2", dashed(arabic(plain(text))))):
        one = _range(m)
        if one is None:
            return []
        found.append(one)
    return found


def _range(m: re.Match[str]) -> str | None:
    part1, part2 = m[2] or "", m[7] or ""
    begin, end = _hour(int(m[3]), part1) * 60 + _minute(m[5]), int(m[8])
    tomorrow = bool(m[6])
    if part2 or tomorrow:
        end = _hour(end, part2)
    elif end * 60 <= begin < (end + 12) * 60 and end < 12 and m[9] != ":" and (part1 or m[9] or m[4] != ":"):
        end += 12  # 9点-5点, 晚上5点-9点
    elif part1[:1] in ("下", "傍", "中") and end < 12 and (end + 12) * 60 > begin:
        end += 12
    finish = end * 60 + _minute(m[10])
    if begin >= 24 * 60 or finish > 24 * 60 or _minute(m[5]) > 59 or _minute(m[10]) > 59:
        return None
    over = "次日" if tomorrow or finish <= begin else ""
    return f"{begin // 60:02}:{begin % 60:02}-{over}{finish // 60:02}:{finish % 60:02}"


def _days(text: str) -> tuple[list[int], str]:
    """The weekdays named (0 = Monday) and the text without them; no day named means []."""
    for pattern, days in ((_WEEKEND, [5, 6]), (_WORK, [0, 1, 2, 3, 4])):
        if pattern.search(text):
            return days, pattern.sub("", text)
    m = _DAYS.search(text) or _BARE_DAYS.search(text)
    if m is None:
        return [], text
    return _listed_days(m[0]), text[: m.start()] + text[m.end() :]


def _listed_days(text: str) -> list[int]:
    days: list[int] = []
    through = False
    for c in re.sub("[至到~]", "-", text):
        index = _WEEK.find(
            "日"
            if c in "天末7"
            else "一二三四五六"[int(c) - 1]
            if c in "123456"
            else "日"
            if c == "七"
            else c
        )
        if c == "-":
            through = True
        elif index >= 0:
            if through and days and index > days[-1]:
                days.extend(range(days[-1] + 1, index))
            days.append(index)
            through = False
    return sorted(set(days))


def _days_text(days: list[int]) -> str:
    if not days or len(days) == 7:
        return "每天"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{_WEEK[days[0]]}至周{_WEEK[days[-1]]}"
    return "、".join(f"周{_WEEK[d]}" for d in days)


def _spans(text: str, *, dated: bool) -> tuple[list[str], str]:
    """The hours named in words, and what is left of the text."""
    found = ranges(text)
    if found:
        return found, ""
    for pattern, span in (
        (_ALWAYS, ROUND_THE_CLOCK),
        (_NIGHT, NIGHT),
        (_ALLDAY, ALL_DAY),
        (_DAYTIME, DAYTIME),
    ):
        if pattern.search(text):
            return [span], pattern.sub("", text)
    for pattern, span in _PERIODS:
        if pattern.search(text):
            found.append(span)
            text = pattern.sub("", text)
    if not found and dated and not _FILLER.sub("", text):
        return [ALL_DAY], ""
    return found, text


def weekly(text: str) -> str | None:
    """Free text as weekly hours, `周一、周三、周五 08:00-12:00`; None if no hours can be read from it for sure."""
    days, rest = _days(plain(text))
    night = re.search("每晚", rest)
    spans, left = _spans(arabic(rest), dated=bool(days))
    if not spans and night:
        spans, left = [EVENING], rest.replace("每晚", "")
    if not spans or re.search(r"\w", _FILLER.sub("", left)):
        return None
    return f"{_days_text(days)} {'、'.join(spans)}"


def availability(raw: Raw) -> Cell:
    """When a volunteer can come, as weekly hours; vague text stays for a person to ask."""
    if raw is None:
        return EMPTY
    written = text_of(raw)
    if not tight(written):
        return EMPTY
    value = weekly(written)
    if value is None:
        return Cell(written, (Defect("availability_vague", "availability", Action.REVIEW, written),))
    return Cell(
        value,
        ()
        if value == written
        else (Defect("availability_word", "availability", Action.REPAIR, written, value),),
    )


def _span_cell(raw: Raw, field: str, names: tuple[tuple[re.Pattern[str], str], ...]) -> Cell:
    written = text_of(raw)
    if not tight(written):
        return EMPTY
    text = plain(written)
    spans = ranges(text)
    if not spans:
        spans = next(([span] for pattern, span in names if pattern.search(arabic(text))), [])
    if not spans:
        return Cell(written, (Defect(f"{field}_unreadable", field, Action.REVIEW, written),))
    value = "、".join(spans)
    if value == written:
        return Cell(value)
    shape = "full_width" if any("\uff10" <= c <= "\uff1a" for c in written) else "word"
    return Cell(value, (Defect(f"{field}_{shape}", field, Action.REPAIR, written, value),))


_OPEN = ((_ALWAYS, ROUND_THE_CLOCK), (re.compile("全天|通宵|整天|24"), ROUND_THE_CLOCK))
_SHIFTS = (
    (re.compile(f"{_ALWAYS.pattern}|全天|整天|24", re.IGNORECASE), ROUND_THE_CLOCK),
    (re.compile("夜班|晚班|通宵|夜间|大夜"), "20:00-次日08:00"),
    (re.compile("白班|日班|白天|早班|日间"), "08:00-20:00"),
)


def opening(raw: Raw) -> Cell:
    """A venue's opening hours: `10:00-14:00、17:00-21:00`."""
    return EMPTY if raw is None else _span_cell(raw, "hours", _OPEN)


def shift(raw: Raw) -> Cell:
    """A vehicle's hours of duty; drivers change at eight, so 夜班 is 20:00 to 08:00 and 全天 is 00:00-24:00."""
    return EMPTY if raw is None else _span_cell(raw, "shift", _SHIFTS)


def slots(value: str) -> list[Slot]:
    """Canonical text (`周一至周五 18:00-21:00`, `08:00-20:00`) as slots. Raises ValueError for any other text."""
    days_text, _, spans = value.rpartition(" ")
    days = tuple(_days(days_text)[0]) or tuple(range(7))
    return [_slot(days, span) for span in spans.split("、")]


def _slot(days: tuple[int, ...], span: str) -> Slot:
    begin, dash, end = span.replace("次日", "").partition("-")
    if not dash:
        raise ValueError(f"not canonical hours: {span!r}")
    return Slot(days, time.fromisoformat(begin), time.max if end == "24:00" else time.fromisoformat(end))
