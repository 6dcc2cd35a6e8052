"""An encrypted file that can be written and read in constant memory, and is refused when a single byte is wrong.

"linli-backup-1\\n"  16 bytes of salt  then blocks of at most 1 MiB, each sealed with AES-256-GCM:
4 bytes length · ciphertext and tag; the nonce counts the blocks, the last one is marked in its associated data,
so that blocks can be neither swapped nor cut off. The key is derived from the key file and the salt (HKDF).
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from io import RawIOBase
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"linli-backup-1\n"
BLOCK = 1024 * 1024
_MORE, _LAST = b"more", b"last"


class Damaged(Exception):
    """The file was altered or cut off, or the key is another one: nothing of it may be used."""


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, MAGIC).derive(key))


def _nonce(count: int) -> bytes:
    return count.to_bytes(12, "big")


class SealingWriter(RawIOBase):
    """Write to it like to a file; `close` seals the last block. Does not close the file below."""

    def __init__(self, below: BinaryIO, key: bytes) -> None:
        self.below, self.pending, self.count = below, bytearray(), 0
        salt = secrets.token_bytes(16)
        self.cipher = _cipher(key, salt)
        below.write(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self.pending += data
        while len(self.pending) > BLOCK:
            self._seal(bytes(self.pending[:BLOCK]), _MORE)
            del self.pending[:BLOCK]
        return len(data)

    def _seal(self, block: bytes, mark: bytes) -> None:
        body = self.cipher.encrypt(_nonce(self.count), block, mark)
        self.below.write(struct.pack(">I", len(body)) + body)
        self.count += 1

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self.pending), _LAST)
        super().close()


def blocks(below: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Every block in clear, in order. Raises Damaged; only when the last has come is the whole file known to be right."""
    if below.read(len(MAGIC)) != MAGIC:
        raise Damaged("this is not a backup of linli")
    cipher, count = _cipher(key, below.read(16)), 0
    while True:
        body = _body(below)
        for mark in (_MORE, _LAST):
            try:
                block = cipher.decrypt(_nonce(count), body, mark)
            except InvalidTag:
                continue
            yield block
            break
        else:
            raise Damaged(f"block {count} is damaged, or the key is not the one it was made with")
        if mark == _LAST:
            if below.read(1):
                raise Damaged("something was appended to the file")
            return
        count += 1


def _body(below: BinaryIO) -> bytes:
    head = below.read(4)
    size = struct.unpack(">I", head)[0] if len(head) == 4 else 0
    body = below.read(size) if 16 <= size <= BLOCK + 16 else b""
    if not body or len(body) != size:
        raise Damaged("the file was cut off or altered")
    return body
