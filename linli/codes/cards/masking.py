"""Which of a symbol's eight masks disturbs a reader least: the penalties of ISO/IEC 18004 7.8.3, all modules at once.

A symbol is one whole number: 33 rows of 40 bits, seven of them always light, so that a shift never carries a row's end
into the next row's beginning within the patterns looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

SIZE, PITCH = 33, 40
"""Modules of a side; bits from one row to the next."""

_MODULES = SIZE * SIZE


def _where(rows: int, columns: int) -> int:
    """Ones in the first `columns` modules of the first `rows` rows."""
    line = (1 << columns) - 1 << PITCH - columns
    return sum(line << PITCH * (SIZE - 1 - row) for row in range(rows))


_BESIDE, _BELOW = _where(SIZE, SIZE - 1), _where(SIZE - 1, SIZE)


def penalty(x: int) -> int:
    """How much a symbol disturbs: long runs, blocks, what looks like a finder, an uneven share of dark."""
    beside, below = ~(x ^ x << 1) & _BESIDE, ~(x ^ x << PITCH) & _BELOW
    blocks = (beside & beside << PITCH & below).bit_count()
    uneven = abs(x.bit_count() * 20 - _MODULES * 10) // _MODULES
    found = _runs(beside, 1) + _runs(below, PITCH) + 40 * (_finders(x, 1) + _finders(x, PITCH))
    return found + 3 * blocks + 10 * uneven


def _runs(alike: int, step: int) -> int:
    """3 for a run of five modules of one colour and 1 for each more; `alike` has a one where the next is as this."""
    two = alike & alike << step
    five = two & two << 2 * step
    return five.bit_count() + 2 * (five & ~(five >> step)).bit_count()


def _finders(x: int, step: int) -> int:
    """Dark light dark-dark-dark light dark, with four light modules before or after; outside all is light."""
    two, four, six = x << 2 * step, x << 4 * step, x << 6 * step
    bare = x & two & four & six & x << 3 * step
    if not bare:
        return 0
    bare &= ~(x << step | x << 5 * step)
    after = six << step | six << 2 * step | six << 3 * step | six << 4 * step
    before = x >> step | x >> 2 * step | x >> 3 * step | x >> 4 * step
    return (bare & ~(after & before)).bit_count()


def choose(masked: Sequence[int]) -> int:
    """The one of the eight with the least penalty, the first of equals."""
    return min(masked, key=penalty)


def _is_content(row: int, column: int) -> bool:
    """Whether a module belongs to the content: outside finders, format, timing and alignment."""
    near, far = 9, SIZE - 8
    finder = (row < near and (column < near or column >= far)) or (row >= far and column < near)
    return not (finder or 6 in (row, column) or (abs(row - 26) <= 2 and abs(column - 26) <= 2))


_RULES: tuple[Callable[[int, int], int], ...] = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)

CONTENT = [(row, column) for row in range(SIZE) for column in range(SIZE) if _is_content(row, column)]
"""The modules that hold content."""


def bit(row: int, column: int) -> int:
    """The bit of a module."""
    return 1 << SIZE * PITCH - 1 - row * PITCH - column


MASKS = [sum(bit(r, c) for r, c in CONTENT if not rule(r, c)) for rule in _RULES]
"""What each of the eight masks turns over."""
