"""A backup is whole and secret, or it is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from linli.site import backups, restores
from linli.site.sealed_file import BLOCK, MAGIC, Damaged, SealingWriter, blocks

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def sealed(body: bytes, key: bytes = KEY) -> bytes:
    below = io.BytesIO()
    with SealingWriter(below, key) as writer:
        for start in range(0, len(body), 300_000):
            writer.write(body[start : start + 300_000])
    return below.getvalue()


def opened(file: bytes, key: bytes = KEY) -> bytes:
    return b"".join(blocks(io.BytesIO(file), key))


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_what_is_sealed_comes_out_again(size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(body[:size])) == body[:size]


def test_one_wrong_byte_anywhere_is_refused() -> None:
    file = sealed(b"a" * (2 * BLOCK + 10))
    for place in (0, len(MAGIC), len(MAGIC) + 16, len(MAGIC) + 21, len(file) // 2, len(file) - 1):
        wrong = bytearray(file)
        wrong[place] ^= 1
        with pytest.raises(Damaged):
            opened(bytes(wrong))


def test_a_file_cut_off_lengthened_or_shuffled_is_refused() -> None:
    file = sealed(b"a" * BLOCK + b"b" * BLOCK + b"c")
    head, size = len(MAGIC) + 16, 4 + BLOCK + 16
    first, second, last = (
        file[head : head + size],
        file[head + size : head + 2 * size],
        file[head + 2 * size :],
    )
    start = file[:head]
    for wrong in (
        file[:-1], file + b"x", start + second + first + last, start + first + last, start + first + second, start, b"",
    ):  # fmt: skip
        with pytest.raises(Damaged):
            opened(wrong)


def test_another_key_is_refused() -> None:
    with pytest.raises(Damaged, match="the key is not the one"):
        opened(sealed(b"secret"), OTHER_KEY)


def test_the_same_content_is_never_the_same_file() -> None:
    assert sealed(b"a") != sealed(b"a")


def test_a_path_that_climbs_out_of_the_place_is_refused(tmp_path: Path) -> None:
    below = io.BytesIO()
    with SealingWriter(below, KEY) as writer, tarfile.open(fileobj=writer, mode="w|") as tar:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    (tmp_path / "a.backup").write_bytes(below.getvalue())
    with pytest.raises((Damaged, tarfile.TarError)):
        restores.unpack(tmp_path / "a.backup", tmp_path / "room", key=KEY)
    assert not (tmp_path / "escaped").exists()


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "keys" / "backup.key"
    key = backups.key_from(place, make=True)
    assert (len(key), place.stat().st_mode & 0o777) == (32, 0o600)
    assert backups.key_from(place, make=True) == key
    place.write_bytes(b"short")
    with pytest.raises(Damaged, match="is not a backup key"):
        backups.key_from(place)
