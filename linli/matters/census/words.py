"""Several words in a row, as the reader's language divides them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language


def listed(words: Iterable[str]) -> str:
    """`甲、乙` in Chinese, `A, B` in other languages."""
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(words)
