"""QR symbols of one address with many tokens, thousands a second: version 4, 33 modules, as rows of bits.

A symbol before masking is linear over GF(2) in the bits of its content: error correction is, placing is. All cards of a
house share everything but the 26 characters behind `#`, which QR packs two in 11 bits. So 13 tables of 2,048 symbols are
made once, and a symbol is 13 of their entries put together by XOR, then masked.
Numbers and positions: ISO/IEC 18004:2015, version 4.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from linli.codes.cards.masking import CONTENT, MASKS, PITCH, SIZE, bit, choose
from linli.codes.token import TOKEN_LENGTH

Level = Literal["Q", "M"]

BYTES = SIZE * PITCH // 8
"""Bytes of a symbol: 33 rows of five bytes, the first module in the highest bit, dark is 1."""

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PAIRS = {
    a + b: n * 45 + m for n, a in enumerate(_ALPHANUMERIC) for m, b in enumerate(_ALPHANUMERIC)
}  # fmt: skip
_TOKEN_BITS = TOKEN_LENGTH // 2 * 11
_PAD = (0xEC, 0x11)
_BCH, _FORMAT_MASK = 0x537, 0x5412


class _Shape(NamedTuple):
    """Codewords of each of the two blocks, and the level's two bits of the format."""

    content: int
    correction: int
    bits: int


_SHAPES: dict[Level, _Shape] = {"Q": _Shape(24, 26, 0b11), "M": _Shape(32, 18, 0b00)}


class Symbols:
    """The symbols of `address` (it ends in #) and a token. Raises ValueError if that is too long for version 4.

    Level Q (a quarter may be lost) where it fits; an address longer than Q holds is printed at level M. The host is
    written in capitals where that makes the difference: then it takes 5.5 bits a character in place of 8.
    """

    def __init__(self, address: str) -> None:
        self.level, self.address, head = _fitting(address)
        self._shape = _SHAPES[self.level]
        start = len(head)
        size = 2 * 8 * self._shape.content
        free = size - start - _TOKEN_BITS
        bits = head + "0" * _TOKEN_BITS + "0" * min(4, free)
        bits += "0" * (-len(bits) % 8)
        pads = (f"{_PAD[n % 2]:08b}" for n in range((size - len(bits)) // 8))
        plain = self._placed(int(bits + "".join(pads), 2))
        self._masks = [plain ^ mask ^ _functions(self._shape.bits, n) for n, mask in enumerate(MASKS)]
        self._tables = [self._table(size - start - 11 * (n + 1)) for n in range(TOKEN_LENGTH // 2)]

    def of(self, token: str) -> bytes:
        """The symbol of 26 characters of the token's alphabet, BYTES long, with the mask that disturbs least."""
        content = 0
        for table, at in zip(self._tables, range(0, TOKEN_LENGTH, 2), strict=True):
            content ^= table[_PAIRS[token[at : at + 2]]]
        return choose([content ^ mask for mask in self._masks]).to_bytes(BYTES, "big")

    def _table(self, shift: int) -> list[int]:
        """What each of the 2,048 values of 11 bits, `shift` bits from the end of the content, adds to a symbol."""
        table = [0]
        for place in range(11):
            one = self._placed(1 << shift + place)
            table += [one ^ other for other in table]
        return table

    def _placed(self, content: int) -> int:
        """The modules of a content, with its error correction, unmasked."""
        size = self._shape.content
        raw = content.to_bytes(2 * size, "big")
        blocks = raw[:size], raw[size:]
        ends = [_correction(block, self._shape.correction) for block in blocks]
        words = [word for pair in (*zip(*blocks, strict=True), *zip(*ends, strict=True)) for word in pair]
        return sum(
            place
            for n, word in enumerate(words)
            if word
            for bit, place in enumerate(_PLACES[8 * n : 8 * n + 8])
            if word >> 7 - bit & 1
        )


def _fitting(address: str) -> tuple[Level, str, str]:
    """(level, address as it is written, bits of all that stands before the token's)."""
    token = f"0010{TOKEN_LENGTH:09b}"
    plain, large = address, address.upper()
    levels: tuple[Level, ...] = ("Q", "M")
    for level in levels:
        for said, bits in ((plain, _bytes(plain)), (large, _capitals(large))):
            if bits and len(bits) + len(token) + _TOKEN_BITS <= 16 * _SHAPES[level].content:
                return level, said, bits + token
    raise ValueError(f"{address}: too long for the code of a card (48 characters of a host at most)")


def _bytes(address: str) -> str:
    return f"0100{len(address):08b}" + "".join(f"{ord(c):08b}" for c in address)


def _capitals(address: str) -> str:
    """The same with all before # in alphanumeric mode; empty where a character has no place there."""
    said = address.removesuffix("#")
    if not set(said) <= set(_ALPHANUMERIC):
        return ""
    pairs = "".join(f"{_PAIRS[said[n : n + 2]]:011b}" for n in range(0, len(said) - 1, 2))
    last = f"{_ALPHANUMERIC.index(said[-1]):06b}" if len(said) % 2 else ""
    return f"0010{len(said):09b}{pairs}{last}" + _bytes("#")


def _powers() -> tuple[list[int], list[int]]:
    """Powers of 2 in GF(256) modulo x⁸+x⁴+x³+x²+1, and their logarithms."""
    powers, logs, value = [0] * 512, [0] * 256, 1
    for n in range(255):
        powers[n] = powers[n + 255] = value
        logs[value] = n
        value = value << 1 ^ (0x11D if value & 128 else 0)
    return powers, logs


_POWERS, _LOGS = _powers()


def _generator(degree: int) -> list[int]:
    """Logarithms of the coefficients of (x-1)(x-2)…(x-2^(degree-1)), without the leading one."""
    found = [1]
    for n in range(degree):
        shifted = [_POWERS[_LOGS[c] + n] if c else 0 for c in found]
        found = [a ^ b for a, b in zip([*found, 0], [0, *shifted], strict=True)]
    return [_LOGS[c] for c in found[1:]]


_GENERATORS = {degree: _generator(degree) for degree in (18, 26)}


def _correction(block: bytes, degree: int) -> list[int]:
    """The Reed-Solomon codewords of a block."""
    rest, generator = [0] * degree, _GENERATORS[degree]
    for word in block:
        lead = word ^ rest[0]
        rest = [*rest[1:], 0]
        if lead:
            log = _LOGS[lead]
            rest = [r ^ _POWERS[log + g] for r, g in zip(rest, generator, strict=True)]
    return rest


def _places() -> list[int]:
    """The module of each bit, in the order of content: two columns at a time, up and down from the lower right."""
    content, found = set(CONTENT), []
    columns = [c for c in range(SIZE - 1, 0, -2) if c > 6] + [5, 3, 1]
    for n, right in enumerate(columns):
        rows = range(SIZE) if n % 2 else range(SIZE - 1, -1, -1)
        found += [
            bit(row, column) for row in rows for column in (right, right - 1) if (row, column) in content
        ]
    return found


_PLACES = _places()


def _square(row: int, column: int, side: int, *, dark: set[int]) -> int:
    """Nested squares around a middle: `dark` holds the distances that are dark."""
    reach = side // 2
    return sum(
        bit(row + r, column + c)
        for r in range(-reach, reach + 1)
        for c in range(-reach, reach + 1)
        if max(abs(r), abs(c)) in dark
    )


def _functions(level: int, mask: int) -> int:
    """Finders, alignment, timing and the format of a level and mask."""
    found = _square(26, 26, 5, dark={0, 2})
    for row, column in ((3, 3), (3, SIZE - 4), (SIZE - 4, 3)):
        found |= _square(row, column, 7, dark={0, 1, 3})
    for n in range(8, SIZE - 8, 2):
        found |= bit(6, n) | bit(n, 6)
    return found | bit(SIZE - 8, 8) | _format(level << 3 | mask)


def _format(five: int) -> int:
    """Five bits and their ten of BCH correction, twice."""
    rest = five << 10
    for shift in range(4, -1, -1):
        if rest >> shift + 10 & 1:
            rest ^= _BCH << shift
    bits = (five << 10 | rest) ^ _FORMAT_MASK
    beside = [0, 1, 2, 3, 4, 5, 7, 8]
    first = [(8, c) for c in beside] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    second = [(SIZE - 1 - n, 8) for n in range(7)] + [(8, SIZE - 8 + n) for n in range(8)]
    return sum(
        bit(*place) for where in (first, second) for n, place in enumerate(where) if bits >> 14 - n & 1
    )
