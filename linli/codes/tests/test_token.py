"""Tokens cannot be guessed; a short code that was misread or mistyped is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.codes.token import (
    SHORT_ALPHABET,
    TOKEN_ALPHABET,
    check_character,
    grouped,
    new_short_code,
    new_token,
    read_short_code,
    read_token,
    speak,
)

codes = st.text(alphabet=SHORT_ALPHABET, min_size=7, max_size=7).map(
    lambda free: free + check_character(free)
)


def test_a_token_is_26_characters_and_every_bit_of_128_varies() -> None:
    tokens = [new_token() for _ in range(2000)]
    assert len(set(tokens)) == 2000
    assert {len(token) for token in tokens} == {26}
    assert {token[0] for token in tokens} == set("01234567")
    assert {token[25] for token in tokens} == set(TOKEN_ALPHABET)


def test_a_token_is_read_in_any_case_and_with_lookalikes() -> None:
    assert read_token(" 7xkq2m9d0rz5t8v3wj6hn4fcya\n") == "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"
    assert read_token("7XKQ2M9DORZ5T8V3WJ6HN4FCYI") == "7XKQ2M9D0RZ5T8V3WJ6HN4FCY1"


@pytest.mark.parametrize("text", ["", "7XKQ", "U" * 26, "9" * 26, "7" * 27, "七" * 26, "7" * 25 + "/"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert read_token(text) is None


def test_the_alphabet_is_prime_and_has_no_lookalikes() -> None:
    assert len(set(SHORT_ALPHABET)) == 23
    for alike in ("0ODQ", "1IL", "5S", "2Z", "8B", "6G", "UV", "MN"):
        assert len(set(alike) & set(SHORT_ALPHABET)) <= 1


def test_known_codes_have_known_check_characters() -> None:
    assert check_character("2222222") == "2"
    assert check_character("3222222") == "W"
    assert check_character("7A3K9F4") == "J"


def test_new_codes_are_valid_and_differ() -> None:
    made = [new_short_code() for _ in range(500)]
    assert all(read_short_code(code) == code for code in made)
    assert len(set(made)) == 500


@given(codes)
def test_every_single_substitution_is_noticed(code: str) -> None:
    for place in range(8):
        for other in set(SHORT_ALPHABET) - {code[place]}:
            assert read_short_code(code[:place] + other + code[place + 1 :]) is None


@given(codes)
def test_every_swap_of_any_two_different_characters_is_noticed(code: str) -> None:
    for first in range(8):
        for second in range(first + 1, 8):
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            if code[first] != code[second]:
                assert read_short_code("".join(swapped)) is None


@given(codes)
def test_a_code_is_read_as_people_write_it(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    sloppy = (
        code.lower().replace("8", "b").replace("6", "g").replace("2", "z").replace("v", "u").replace("m", "n")
    )
    for written in (grouped(code), code.lower(), f" {code[:4]} {code[4:]} ", wide, sloppy):
        assert read_short_code(written) == code


@given(st.text(max_size=12))
def test_any_text_is_a_valid_code_or_none(text: str) -> None:
    code = read_short_code(text)
    assert code is None or check_character(code[:-1]) == code[-1]


def test_a_code_is_printed_in_two_groups_and_read_aloud() -> None:
    assert grouped("7A3K9F4J") == "7A3K-9F4J"
    assert speak("7A3K9F4J") == "拐A三K,勾F四J"
    assert speak("7A3K9F4J", "en") == "seven Alfa three Kilo, nine Foxtrot four Juliett"


@given(codes)
def test_every_code_can_be_spoken(code: str) -> None:
    assert len(speak(code)) == 9
    assert len(speak(code, "en").split()) == 8
