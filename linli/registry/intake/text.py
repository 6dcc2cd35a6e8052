"""Text as people type it, made plain: width, invisible marks, spaces, Han numerals."""

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_HAN_NUMBER = re.compile(r"[零〇一二两俩三四五六七八九十百廿]+")
_DASHES = re.compile(r"[‐‑‒–—―−﹣－~～〜∼至到]+")


def visible(text: str) -> str:
    """Without characters that cannot be seen (zero-width marks, BOM, soft hyphen, controls); line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    keep = [c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc")]
    return "".join(keep)


@lru_cache(65536)
def plain(text: str) -> str:
    """For numbers, dates and words, never for names: NFKC (full width becomes half), visible, single spaces."""
    return _SPACES.sub(" ", visible(unicodedata.normalize("NFKC", text))).strip()


@lru_cache(4096)
def tight(text: str) -> str:
    """`plain` without any space, in lower case: the key of a word table."""
    return plain(text).replace(" ", "").lower()


def han_number(text: str) -> int | None:
    """二十三 → 23, 十 → 10, 一〇二 → 102, 百零五 → 105; None if it is no such number below 1000."""
    if not text or any(c not in _HAN and c not in "十百廿" for c in text):
        return None
    if not set(text) & set("十百廿"):
        return int("".join(str(_HAN[c]) for c in text)) if len(text) <= 6 else None
    total, digit = 0, 0
    for c in text:
        if c in _HAN:
            digit = _HAN[c]
        elif c == "廿":
            total, digit = total + 20, 0
        else:
            total, digit = total + (digit or 1) * (10 if c == "十" else 100), 0
    return total + digit


def arabic(text: str) -> str:
    """Han numerals inside a text become digits: 三号楼二单元 → 3号楼2单元."""

    def digits(m: re.Match[str]) -> str:
        number = han_number(m[0])
        return m[0] if number is None else str(number)

    return _HAN_NUMBER.sub(digits, text)


def dashed(text: str) -> str:
    """Every dash, tilde, 至 and 到 becomes a hyphen."""
    return _DASHES.sub("-", text)


def is_han(c: str) -> bool:
    """Whether `c` is a Chinese character, rare ones (extensions A to I, compatibility) included."""
    return (
        "\u3400" <= c <= "\u9fff"
        or "\uf900" <= c <= "\ufaff"
        or "\U00020000" <= c <= "\U000323af"
        or c in "〇々"
    )
