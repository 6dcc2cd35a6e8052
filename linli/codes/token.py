"""Opaque tokens for codes that machines scan, and eight-character codes that people read to each other.

token       7XKQ2M9D0RZ5T8V3WJ6HN4FCYA   128 random bits, 26 characters, QR alphanumeric mode
short code  7A3K-9F4J                    seven random characters and a check character
"""

import hashlib
import secrets
import unicodedata
from uuid import UUID

TOKEN_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105 - Crockford's base 32: no I, L, O, U
TOKEN_LENGTH = 26  # 130 bits of room for 128

SHORT_ALPHABET = "23456789ACEFHJKMPRTVWXY"
"""23 characters that do not look alike: of 0 O D Q, 1 I L, 5 S, 2 Z, 8 B, 6 G, U V, M N one or none is used.

23 is prime: with weights 1…8 modulo 23 the check character catches every wrong character and every swap.
"""
SHORT_LENGTH = 8

_LOOKALIKES = str.maketrans("BGSZUN", "8652VM")
_CONFUSED = str.maketrans("OIL", "011")
_DIGITS_ZH = dict(zip("23456789", "两三四五六拐八勾", strict=True))
"""How Chinese duty rooms read digits aloud so that 2/8 and 1/7 are not confused on a bad line."""
_LETTERS_EN = dict(
    zip(
        "ACEFHJKMPRTVWXY",
        [
            "Alfa",
            "Charlie",
            "Echo",
            "Foxtrot",
            "Hotel",
            "Juliett",
            "Kilo",
            "Mike",
            "Papa",
            "Romeo",
            "Tango",
            "Victor",
            "Whiskey",
            "X-ray",
            "Yankee",
        ],
        strict=True,
    )
)
_DIGITS_EN = dict(
    zip("23456789", ["two", "three", "four", "five", "six", "seven", "eight", "nine"], strict=True)
)


def new_token() -> str:
    """128 bits from the system's generator, 26 characters of TOKEN_ALPHABET."""
    number = secrets.randbits(128)
    return "".join(TOKEN_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def read_token(text: str) -> str | None:
    """The token meant by `text` (case and the look-alikes O, I, L forgiven), or None if it can be none."""
    token = _plain(text).translate(_CONFUSED)
    fits = len(token) == TOKEN_LENGTH and set(token) <= set(TOKEN_ALPHABET) and token[0] < "8"
    return token if fits else None


def token_of(number: UUID) -> str:
    """An id as a token: the 26 characters that stand for its 128 bits."""
    return "".join(TOKEN_ALPHABET[number.int >> shift & 31] for shift in range(125, -1, -5))


def short_code_of(number: UUID) -> str:
    """The short code of an id, the same on every device: seven characters of its SHA-256 and a check character.

    Two ids of a day's 2,000 share one about once in 1,700 days: whoever looks one up shows all that match.
    """
    rest = int.from_bytes(hashlib.sha256(number.bytes).digest()[:8], "big")
    free = ""
    for _place in range(SHORT_LENGTH - 1):
        rest, digit = divmod(rest, len(SHORT_ALPHABET))
        free += SHORT_ALPHABET[digit]
    return free + check_character(free)


def new_short_code() -> str:
    """Eight characters with 31.7 random bits; the caller keeps it unique and behind a sign-in or limit."""
    free = "".join(secrets.choice(SHORT_ALPHABET) for _ in range(SHORT_LENGTH - 1))
    return free + check_character(free)


def check_character(free: str) -> str:
    """The eighth character for seven of SHORT_ALPHABET: the weighted sum of all eight is 0 modulo 23."""
    total = sum(weight * SHORT_ALPHABET.index(c) for weight, c in enumerate(free, start=1))
    inverse = pow(SHORT_LENGTH, -1, len(SHORT_ALPHABET))
    return SHORT_ALPHABET[-total * inverse % len(SHORT_ALPHABET)]


def read_short_code(text: str) -> str | None:
    """The code meant by `text` as typed (spaces, hyphens, case, full width, B for 8), None if it is wrong."""
    code = _plain(text).translate(_LOOKALIKES)
    if len(code) != SHORT_LENGTH or not set(code) <= set(SHORT_ALPHABET):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """7A3K9F4J → 7A3K-9F4J, as it is printed."""
    return f"{code[:4]}-{code[4:]}"


def speak(code: str, language: str = "zh") -> str:
    """A short code as it is read on the telephone: 拐A三K,勾F四J in Chinese, "seven Alfa …" in English."""
    if language == "zh":
        words = [_DIGITS_ZH.get(c, c) for c in code]
        return f"{''.join(words[:4])},{''.join(words[4:])}"
    words = [_DIGITS_EN.get(c) or _LETTERS_EN[c] for c in code]
    return f"{' '.join(words[:4])}, {' '.join(words[4:])}"


def _plain(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text[:64]).upper()
    return "".join(c for c in kept if not c.isspace() and c not in "-–—_·.")
