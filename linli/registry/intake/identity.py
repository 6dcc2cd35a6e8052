"""Identity numbers as people type them: repaired where nothing is lost, never guessed (GB 11643-1999)."""

import re
from datetime import date
from functools import lru_cache
from operator import mul

from linli.registry.intake.report import EMPTY, Action, Cell, Defect, Raw, text_of
from linli.registry.intake.text import plain, tight
from linli.registry.intake.words import NONE

CITIZEN = "居民身份证"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d{1,2}$", re.IGNORECASE)
_LABEL = re.compile(r"^(?:居民)?(?:身份证|证件|护照)?(?:号码?)?[::]")
_NOISE = re.compile(r"[\s'’‘`´\"“”\-_.,,、·]+")
_OTHER = (
    ("港澳居民来往内地通行证", "hong_kong_macao_permit", re.compile(r"^[HM]\d{8}(?:\d{2})?$")),
    ("台湾居民来往大陆通行证", "taiwan_permit", re.compile(r"^\d{8}$")),
    ("外国人永久居留身份证", "residence_card", re.compile(r"^[A-Z]{3}\d{12}$")),
    ("护照", "passport", re.compile(r"^[A-Z]{1,2}\d{6,9}$")),
)


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits: weighted sum modulo 11."""
    return _CHECKS[sum(map(mul, _WEIGHTS, map(int, first17))) % 11]


def born(number: str) -> date | None:
    """The birthday in an 18-digit number; None if there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


@lru_cache(4096)
def valid(number: str) -> bool:
    """Whether these 18 characters agree with their check digit and carry a day that exists."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    day = born(number)
    return day is not None and day.year >= 1880 and check_digit(number[:17]) == number[17]


def sex_of(number: str) -> str:
    """男 for an odd 17th digit, else 女; '' if the number is not valid."""
    return ("女", "男")[int(number[16]) % 2] if valid(number) else ""


def type_of(number: str) -> str:
    """The document a number belongs to by its shape; '' if it is none we know."""
    if valid(number):
        return CITIZEN
    return next((name for name, _, shape in _OTHER if shape.match(number)), "")


def read(raw: Raw) -> Cell:
    """An identity number cell (field `id_no`)."""
    if raw is None:
        return EMPTY
    if isinstance(raw, bool):
        return _review("id_unreadable", text_of(raw))
    if isinstance(raw, int | float):
        return _of_number(raw)
    return _of_text(text_of(raw))


def _defect(kind: str, action: Action, written: str, value: str = "") -> Cell:
    kept = value if action in (Action.REPAIR, Action.KEEP) else written if action is Action.REVIEW else ""
    return Cell(kept, (Defect(kind, "id_no", action, written, value),))


def _review(kind: str, written: str) -> Cell:
    return _defect(kind, Action.REVIEW, written)


def _of_number(raw: int | float) -> Cell:
    """Number cells keep 15 digits: an old number survives, a new one has lost its last three."""
    if not abs(raw) < 1e15:  # NaN and infinity too
        return _defect("id_float", Action.DROP, text_of(raw))
    digits = text_of(raw)
    if len(digits) in (8, 15) and digits.isdigit():
        return _of_text(digits)
    return _review("id_wrong_length", digits)


def _of_text(written: str) -> Cell:
    text = plain(written)
    if tight(text) in NONE:
        return Cell("", (Defect("id_word_for_none", "id_no", Action.REPAIR, written),)) if text else EMPTY
    if _SCIENTIFIC.match(text):
        return _defect("id_scientific_text", Action.DROP, written)
    number = _NOISE.sub("", _LABEL.sub("", text)).upper()
    if len(number) == 18 and number[17] in "×*" and valid(number[:17] + "X"):
        number = number[:17] + "X"
    return _of_compact(number, written)


def _of_compact(number: str, written: str) -> Cell:
    if valid(number):
        return (
            Cell(number) if number == written else _defect(_spelling(written), Action.REPAIR, written, number)
        )
    if number[:17].isascii() and number[:17].isdigit() and number[17:] in "0123456789X":
        return _of_digits(number, written)
    if number.isascii() and number.isdigit():
        return (
            _defect("id_junk_30_digits", Action.DROP, written)
            if len(number) > 19
            else _review("id_wrong_length", written)
        )
    for _, kind, shape in _OTHER:
        if shape.match(number):
            return _defect(kind, Action.KEEP, written, number)
    return _review("id_unreadable", written)


def _of_digits(number: str, written: str) -> Cell:
    """Up to 18 characters, digits with perhaps an X at the end, and not a valid number."""
    size = len(number)
    if size == 18:
        return _review("id_transposed" if _swapped(number) else "id_wrong_digit", written)
    if size == 17:
        return _review("id_missing_check_digit", written)
    if size == 15:
        longer = number[:6] + "19" + number[6:]
        if born(longer + "0"):
            return _defect("id_old_15_digits", Action.REPAIR, written, longer + check_digit(longer))
    if size == 8:
        return _defect("taiwan_permit", Action.KEEP, written, number)
    return _review("id_wrong_length", written)


def _swapped(number: str) -> bool:
    """Whether exchanging two neighbours makes it valid: a hint for the sentence, never a repair."""
    return any(valid(number[:i] + number[i + 1] + number[i] + number[i + 2 :]) for i in range(16))


def _spelling(written: str) -> str:
    """Why a valid number was not written as such."""
    bare = written.strip()
    if any("\uff10" <= c <= "\uff19" for c in written):
        return "id_full_width"
    if written.endswith("\t"):
        return "id_trailing_tab"
    if bare[:1] in "'’‘`´":
        return "id_apostrophe"
    return "id_lower_x" if bare == written and bare[-1:] in "x×*" and len(bare) == 18 else "id_spaces"
