"""The keys a name is searched by: as written, given name, pinyin and initials; the surname's own reading decides.

keys_of("单雄信") == Keys("单雄信", "雄信", "shanxiongxin", "xiongxin", "sxx")
keys_of("买买提·艾力").given == "艾力"        # middle dots, spaces and case are never typed the same way twice
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

LONGEST_NAME, LONGEST_PINYIN = 50, 120

SURNAMES = {
    "仇": "qiu", "乐": "yue", "乜": "nie", "佴": "nai", "便": "pian", "六": "lu", "区": "ou",
    "单": "shan", "参": "shen", "召": "shao", "员": "yun", "句": "gou", "折": "she", "择": "zhai",
    "曾": "zeng", "朴": "piao", "查": "zha", "洗": "xian", "牟": "mu", "盖": "ge", "祭": "zhai",
    "秘": "bi", "种": "chong", "粘": "nian", "繁": "po", "缪": "miao", "翟": "zhai", "覃": "qin",
    "解": "xie", "贠": "yun", "郇": "xun", "都": "du", "重": "chong", "隗": "wei", "颉": "xie",
    "黑": "he",
}  # fmt: skip
"""Surnames that are read otherwise than the same character in everyday words."""

COMPOUND_SURNAMES = {
    "欧阳": "ou yang", "太史": "tai shi", "端木": "duan mu", "上官": "shang guan", "司马": "si ma",
    "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong", "万俟": "mo qi", "闻人": "wen ren",
    "夏侯": "xia hou", "诸葛": "zhu ge", "尉迟": "yu chi", "公羊": "gong yang", "赫连": "he lian",
    "澹台": "tan tai", "皇甫": "huang fu", "宗政": "zong zheng", "濮阳": "pu yang", "公冶": "gong ye",
    "太叔": "tai shu", "申屠": "shen tu", "公孙": "gong sun", "慕容": "mu rong", "仲孙": "zhong sun",
    "钟离": "zhong li", "长孙": "zhang sun", "宇文": "yu wen", "司徒": "si tu", "鲜于": "xian yu",
    "司空": "si kong", "令狐": "ling hu", "拓跋": "tuo ba", "呼延": "hu yan", "轩辕": "xuan yuan",
    "百里": "bai li", "东郭": "dong guo", "西门": "xi men", "第五": "di wu", "纳兰": "na lan",
}  # fmt: skip
"""Two-character surnames, syllable by syllable."""

_READINGS = {"𠮷": "ji"}
"""Characters outside the reading table; one that is not here has no pinyin."""

_VARIANTS = (("ü", "v"), ("lyu", "lv"), ("nyu", "nv"))
"""吕 is lü, lv, or LYU in a passport."""


class Keys(NamedTuple):
    """What a search box may be given for one person, all in lower case without spaces and dots."""

    whole: str
    given: str
    pinyin: str
    given_pinyin: str
    initials: str


NONE = Keys("", "", "", "", "")


def tight(text: str) -> str:
    """Letters, digits and characters only, in lower case; full width becomes half width, every middle dot goes."""
    if text.isalnum() and not text.isascii() and min(text) >= "\u3400" and max(text) <= "\u9fff":
        return text
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LN")
    return "".join(
        unicodedata.normalize("NFKC", c) if ord(c) > 0xFF00 and ord(c) < 0xFFF0 else c for c in kept
    ).lower()


def pinyin_typed(text: str) -> str:
    """Latin letters as somebody types them, in the spelling of the keys: `Lyu Bu` → `lvbu`."""
    found = tight(text)
    for written, key in _VARIANTS:
        found = found.replace(written, key)
    return found


def _as_pypinyin(text: str) -> list[str]:
    """Its readings. The tables take a third of a start of linli to load, so they wait for the first name."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


@lru_cache(8192)
def _reading(c: str) -> str:
    if c.isascii():
        return c.lower()
    read = _READINGS.get(c) or _as_pypinyin(c)[0]
    return read if read.isascii() else ""


def _split(name: str) -> tuple[str, str]:
    """Surname and given name; for names with a dot or a space the part behind the first one is the given name."""
    for dot in ("·", " ", "•", "・"):
        if dot in name:
            first, _, rest = name.partition(dot)
            return tight(first), tight(rest)
    whole = tight(name)
    if whole[:2] in COMPOUND_SURNAMES and len(whole) > 2:
        return whole[:2], whole[2:]
    return whole[:1], whole[1:]


def _syllables(text: str, *, surname: bool) -> list[str]:
    if surname and text in COMPOUND_SURNAMES:
        return COMPOUND_SURNAMES[text].split()
    if surname and len(text) == 1:
        return [SURNAMES.get(text) or _reading(text)]
    if text.isascii():
        return [text]
    return (
        _as_pypinyin(text)
        if all(_reading(c) and c not in _READINGS for c in text)
        else [_reading(c) for c in text]
    )


@lru_cache(8192)
def _given(text: str) -> tuple[str, ...]:
    return tuple(s for s in _syllables(text, surname=False) if s)


@lru_cache(2048)
def keys_of(name: str) -> Keys:
    """Every key of one name. A character without a reading is left out of the pinyin, never guessed."""
    surname, given = _split(name)
    if not surname and not given:
        return NONE
    first = [s for s in _syllables(surname, surname=True) if s]
    rest = _given(given) if given else ()
    return Keys(
        (surname + given)[:LONGEST_NAME],
        given[:LONGEST_NAME],
        "".join((*first, *rest))[:LONGEST_PINYIN],
        "".join(rest)[:LONGEST_PINYIN],
        "".join(s[0] for s in (*first, *rest))[:LONGEST_NAME],
    )
