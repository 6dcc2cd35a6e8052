"""The keys of a name: surnames with a reading of their own, rare characters, middle dots, Latin names."""

from __future__ import annotations

import pytest

from linli.registry.names import keys_of, pinyin_typed, tight


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单晓梅", "shanxiaomei", "sxm"),
        ("解小龙", "xiexiaolong", "xxl"),
        ("曾志国", "zengzhiguo", "zzg"),
        ("仇和平", "qiuheping", "qhp"),
        ("查海生", "zhahaisheng", "zhs"),
        ("区小鹏", "ouxiaopeng", "oxp"),
        ("朴英姬", "piaoyingji", "pyj"),
        ("任重远", "renzhongyuan", "rzy"),
        ("尉迟小燕", "yuchixiaoyan", "ycxy"),
        ("欧阳修远", "ouyangxiuyuan", "oyxy"),
        ("万俟明", "moqiming", "mqm"),
        ("吕建军", "lvjianjun", "ljj"),
        ("䶮小满", "yanxiaoman", "yxm"),
        ("𠮷田春", "jitianchun", "jtc"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("MARIA Garcia", "mariagarcia", "mg"),
    ],
)  # fmt: skip
def test_a_surname_is_read_as_a_surname(name: str, pinyin: str, initials: str) -> None:
    assert (keys_of(name).pinyin, keys_of(name).initials) == (pinyin, initials)


def test_the_same_character_in_a_given_name_is_read_as_everywhere() -> None:
    assert keys_of("王单").pinyin == "wangdan"
    assert keys_of("李曾").pinyin == "liceng"


def test_the_given_name_stands_behind_a_surname_of_one_or_two_characters_or_behind_the_dot() -> None:
    assert [keys_of(n).given for n in ("张伟", "欧阳修远", "欧阳", "买买提·艾力", "张")] == [
        "伟",
        "修远",
        "阳",
        "艾力",
        "",
    ]


def test_every_spelling_of_a_middle_dot_has_one_key() -> None:
    assert {tight(f"买买提{dot}艾力") for dot in "·•・．.‧∙⋅･● "} == {"买买提艾力"}


def test_a_character_without_a_reading_is_left_out_and_never_guessed() -> None:
    assert keys_of("刘𣌀明") == ("刘𣌀明", "𣌀明", "liuming", "ming", "lm")


def test_nothing_has_no_keys() -> None:
    assert set(keys_of("")) == set(keys_of(" · ")) == {""}


def test_the_ways_to_type_the_umlaut_are_one() -> None:
    assert {pinyin_typed(t) for t in ("lü bu", "LV BU", "Lyu Bu", "lvbu")} == {"lvbu"}
