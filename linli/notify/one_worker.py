"""The one service worker of the house: a browser allows one per scope, so every layer adds its part to this script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

PUSH = Path(__file__).parent / "static" / "notify" / "push-sw.js"

_parts: list[Callable[[], str]] = []


def add(part: Callable[[], str]) -> None:
    """Let `part()` be read behind the notifications, once however often it is added; its names must be its own."""
    if part not in _parts:
        _parts.append(part)


def script() -> str:
    """The whole worker. Browsers compare it byte for byte: the same house must give the same text."""
    return "\n".join([PUSH.read_text(encoding="utf-8"), *(part() for part in _parts)])
