"""Backup under load and restore into a fresh place: one encrypted file, proved against the ledgers' heads.

The file is a tar of `database` (SQLite file or `pg_dump -Fc`), `scans` beside a SQLite file, `uploads/`, `heads/` and
last `manifest.json`. The keys in
HOME/keys are not in it: whoever finds the file has nothing, and whoever restores needs the keys from elsewhere.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from linli import __version__
from linli.loops.models import Ledger
from linli.scans.store import file_beside
from linli.site import heads
from linli.site.sealed_file import Damaged, SealingWriter

Progress = Callable[[str], None]


def key_from(path: Path, *, make: bool = False) -> bytes:
    """The backup key: 32 random bytes, made once when `make`. Raises FileNotFoundError, Damaged for another size."""
    if make:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
        except FileExistsError:
            pass
    key = path.read_bytes()
    if len(key) != 32:
        raise Damaged(f"{path.name} is not a backup key (32 bytes)")
    return key


def back_up(target: Path, *, key: bytes, at: datetime, tell: Progress) -> dict[str, Any]:
    """Write one file that holds everything but the keys; others go on working. Returns the manifest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as room,
        unfinished.open("wb") as file,
    ):
        manifest = _write(Path(room), SealingWriter(file, key), at, tell)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    _sync_folder(target.parent)
    return manifest


def _write(room: Path, sealing: SealingWriter, at: datetime, tell: Progress) -> dict[str, Any]:
    tell("copying the database")
    dump = room / "database"
    if heads.folder().is_dir():  # before the database, so that no head is newer than the copy
        shutil.copytree(heads.folder(), room / "heads")
    manifest = {"made_at": at.isoformat(), "version": __version__, "vendor": connection.vendor, **_dump(dump)}
    with sealing, tarfile.open(fileobj=sealing, mode="w|") as tar:
        tell("sealing")
        tar.add(dump, "database")
        if (room / "scans").is_file():
            tar.add(room / "scans", "scans")
        if Path(settings.MEDIA_ROOT).is_dir():
            tar.add(settings.MEDIA_ROOT, "uploads")
        if (room / "heads").is_dir():
            tar.add(room / "heads", "heads")
        body = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(body)
        tar.addfile(entry, io.BytesIO(body))
    return manifest


def _dump(dump: Path) -> dict[str, Any]:
    return _dump_sqlite(dump) if connection.vendor == "sqlite" else _dump_postgresql(dump)


def _dump_sqlite(dump: Path) -> dict[str, Any]:
    """SQLite's online backup: a consistent copy while others write; counted in the copy itself."""
    source = str(connection.settings_dict["NAME"])
    if (scans := file_beside(source)).is_file():
        _copied(scans, dump.with_name("scans"))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(dump)) as copy:
        live.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")
        ask = lambda text: copy.execute(text).fetchall()  # noqa: E731 - one expression, used twice
        return _counted(ask)


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")


def _dump_postgresql(dump: Path) -> dict[str, Any]:
    """pg_dump and the counts look at one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _pg("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")

        def ask(text: str) -> list[Any]:
            cursor.execute(text)
            return list(cursor.fetchall())

        return _counted(ask)


def _counted(ask: Callable[[str], list[Any]]) -> dict[str, Any]:
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
    rows = ask(f'SELECT community_id, seq, head FROM "{Ledger._meta.db_table}"')  # noqa: S608 - our own table names
    counts = {table: ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608
    found = {str(row[0]).replace("-", ""): [row[1], row[2]] for row in rows}
    return {"heads": found, "counts": counts}


def _pg(program: str, *arguments: str, database: dict[str, Any] | None = None) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment. Raises Damaged with its words."""
    told = database or connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = {**os.environ, **{k: str(told[v]) for k, v in names.items() if told.get(v)}}
    if not (found := shutil.which(program)):
        raise Damaged(f"{program} is not installed; on Debian: apt install postgresql-client")
    ran = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Damaged(f"{program}: {ran.stderr.strip()[-400:]}")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
