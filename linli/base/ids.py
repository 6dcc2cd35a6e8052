"""Ids that whoever creates a record makes alone, sorted by time (UUIDv7, RFC 9562)."""

import os
import time
import uuid

_RANDOM = (1 << 74) - 1


def uuid7(unix_ms: int | None = None) -> uuid.UUID:
    """A new UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    ms = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    tail = int.from_bytes(os.urandom(10)) & _RANDOM
    value = (ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    return uuid.UUID(int=value)
