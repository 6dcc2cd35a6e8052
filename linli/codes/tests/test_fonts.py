"""Every name is drawn or visibly not: no character disappears."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.codes import fonts
from linli.codes.fonts import Face
from linli.codes.lines import MM, fit, lines, width

FACES = Path(fonts.__file__).parent / "faces"


def block(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


@pytest.mark.parametrize(
    ("character", "face"),
    [
        ("张", Face.REGULAR),
        ("·", Face.REGULAR),
        ("喆", Face.MORE),
        ("䶮", Face.MORE),
        ("㛃", Face.MORE),
        ("㼆", Face.MORE),
        ("𠮷", Face.RARE1),
        ("𣌀", Face.RARE1),
        ("𪚥", Face.RARE2),
        ("𬎆", Face.RARE3),
        ("𮯠", Face.RARE3),
        ("\ufa30", Face.COMPAT),
        ("\U00030000", None),
        ("🙂", None),
    ],
)
def test_each_character_has_its_face(character: str, face: Face | None) -> None:
    assert fonts.face_of(character) == face
    assert fonts.missing(character) == ([] if face else [character])


@pytest.mark.parametrize(
    ("first", "last", "lacking"),
    [
        (0x4E00, 0x9FEF, 0),  # Unified, as of Unicode 11
        (0x3400, 0x4DB5, 0),  # Extension A
        (0x20000, 0x2A6D6, 0),  # B
        (0x2A700, 0x2B734, 0),  # C
        (0x2B740, 0x2B81D, 0),  # D
        (0x2B820, 0x2CEA1, 0),  # E
        (0x2CEB0, 0x2EBE0, 0),  # F
    ],
)
def test_whole_blocks_of_names_are_drawn(first: int, last: int, lacking: int) -> None:
    assert len(fonts.missing(block(first, last))) == lacking


def test_missing_names_each_character_once_in_order() -> None:
    assert fonts.missing("张\U00030001三\U00030000\U00030001") == ["\U00030001", "\U00030000"]


def test_what_hides_in_a_name_is_missing_not_silent() -> None:
    assert fonts.missing("张\u200b三\u202e") == ["\u200b", "\u202e"]


def test_a_variation_selector_chooses_a_shape_and_is_not_missing() -> None:
    assert fonts.missing("辻\U000e0101") == []
    assert fonts.visible("辻\U000e0101") == "辻"


def test_bold_is_thickened_where_no_bold_cut_exists() -> None:
    made = [(run.text, run.face, run.embolden) for run in fonts.runs("张喆𠮷\U00030000\U00030000", bold=True)]
    assert made == [
        ("张", Face.BOLD, 0.0),
        ("喆", Face.MORE, 0.032),
        ("𠮷", Face.RARE1, 0.05),
        ("\U00030000", None, 0.0),
        ("\U00030000", None, 0.0),
    ]
    assert all(run.embolden == 0 for run in fonts.runs("张喆𠮷"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_runs_joined_are_the_visible_text(text: str, bold: bool) -> None:
    assert "".join(run.text for run in fonts.runs(text, bold=bold)) == fonts.visible(text)


def test_a_hanzi_is_as_wide_as_its_size_whatever_draws_it() -> None:
    for character in "张䶮𠮷𬎆\U00030000":
        assert width(character, 12) == pytest.approx(12 * MM, rel=0.001)


def test_lines_keep_words_and_chinese_punctuation() -> None:
    assert lines("同意接收,闭环转运", 4 * 10 * MM + 0.1, 10) == ["同意接", "收,闭环", "转运"]
    assert lines("aaa bbb", width("aaa bb", 10), 10) == ["aaa", "bbb"]
    assert lines("一\n二", 100, 10) == ["一", "二"]
    assert lines("", 100, 10) == [""]


def test_two_lines_are_even_and_names_break_at_their_dots() -> None:
    name = "阿卜杜热合曼·买买提艾力·吐尔逊江"
    assert fit(name, 50, rows=2, most=11, least=11)[1] == ["阿卜杜热合曼·", "买买提艾力·吐尔逊江"]
    assert fit("府前社区居民委员会", 8.4 * 10 * MM, rows=2, most=10, least=10)[1] == [
        "府前社区居",
        "民委员会",
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="张三𠮷·, 。()aB9-\U00030000", max_size=60), st.floats(8, 120))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, room: float) -> None:
    made = lines(text, room, 12)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 12) <= room for line in made)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="张三·aB \U00030000", min_size=1, max_size=120), st.integers(1, 3))
def test_anything_is_made_small_enough_for_its_rows(text: str, rows: int) -> None:
    size, made = fit(text, 60, rows=rows, most=24, least=18)
    assert len(made) <= rows or size <= 4
    assert all(width(line, size) <= 60.001 for line in made)


def test_the_font_files_are_the_ones_that_were_built_and_stay_small() -> None:
    listed = dict(reversed(line.split("  ")) for line in (FACES / "MANIFEST.sha256").read_text().splitlines())
    found = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in FACES.iterdir()
        if p.suffix in (".woff", ".txt")
    }
    assert found == listed
    assert {face.path.name for face in Face} | {"LICENSE.noto-sans-sc.txt", "LICENSE.hanazono.txt"} == set(
        listed
    )
    assert sum(p.stat().st_size for p in FACES.iterdir()) < 30_000_000
