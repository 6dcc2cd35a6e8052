"""Restore into a fresh place: the whole file is proved before anything is put there, and the result afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from linli.scans.store import file_beside
from linli.site.backups import Progress, _pg
from linli.site.sealed_file import Damaged, blocks
from linli.site.settings import database_from


class _Reader(RawIOBase):
    """The file in clear, as tarfile reads it."""

    def __init__(self, below: BinaryIO, key: bytes) -> None:
        self.blocks, self.rest = blocks(below, key), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest:
            try:
                self.rest = next(self.blocks)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def unpack(file: Path, room: Path, *, key: bytes) -> dict[str, Any]:
    """Decrypt into `room` and return the manifest. Raises Damaged when any block is wrong or something is missing."""
    with file.open("rb") as below:
        reader = _Reader(below, key)
        with tarfile.open(fileobj=reader, mode="r|") as tar:
            tar.extractall(room, filter="data")
        while reader.read(65536):
            pass
    for name in ("manifest.json", "database"):
        if not (room / name).is_file():
            raise Damaged(f"the backup holds no {name}")
    return dict(json.loads((room / "manifest.json").read_text(encoding="utf-8")))


def restore(
    file: Path, home: Path, *, key: bytes, keys: Path | None, database: str, tell: Progress
) -> dict[str, Any]:
    """Fill an empty `home` (and an empty PostgreSQL database) from a backup, then prove it.

    Raises Damaged; then nothing was put in place. Returns what `linli verify --json` says there.
    """
    if home.exists() and any(home.iterdir()):
        raise Damaged(f"{home} is not empty: restore into a fresh place, then point LINLI_HOME there")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".restore-") as made:
        room = Path(made)
        tell("proving the file")
        manifest = unpack(file, room, key=key)
        tell("putting it in place")
        url = _place(room, home, manifest, database)
        if keys:
            shutil.copytree(keys, home / "keys")
    tell("proving the ledgers")
    try:
        return _prove(home, url, manifest)
    except Damaged:
        shutil.rmtree(home)
        raise


def _place(room: Path, home: Path, manifest: dict[str, Any], database: str) -> str:
    home.mkdir(mode=0o700, exist_ok=True)
    for name in ("uploads", "heads"):
        if (room / name).is_dir():
            shutil.move(str(room / name), home / name)
    if manifest["vendor"] == "sqlite":
        (room / "database").replace(home / "linli.sqlite3")
        if (room / "scans").is_file():
            (room / "scans").replace(file_beside(str(home / "linli.sqlite3")))
        return f"sqlite:///{home}/linli.sqlite3"
    if not database.startswith("postgresql://"):
        raise Damaged("this backup is of PostgreSQL: name an empty database with --database postgresql://…")
    told = database_from(database)
    _pg(
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={told['NAME']}",
        str(room / "database"),
        database=told,
    )
    return database


def _prove(home: Path, url: str, manifest: dict[str, Any]) -> dict[str, Any]:
    environment = {**os.environ, "LINLI_HOME": str(home), "LINLI_DATABASE": url}
    command = [sys.executable, "-m", "linli", "verify", "--json"]
    ran = subprocess.run(
        command, env=environment, cwd=settings.ROOT.parent, capture_output=True, text=True, check=False
    )
    if not ran.stdout.startswith("{"):
        raise Damaged(f"the restored house does not answer: {ran.stderr.strip()[-400:]}")
    found = dict(json.loads(ran.stdout))
    stored = {row["id"].replace("-", ""): [row["seq"], row["head"]] for row in found["communities"]}
    missing = {k: v for k, v in manifest["heads"].items() if stored.get(k) != v}
    if missing or not found["holds"]:
        raise Damaged(f"the restored ledgers are not those of the backup: {missing or found}")
    return {**found, "counts": manifest["counts"], "made_at": manifest["made_at"]}
