"""The guard names every setting under which an acknowledged step may be lost or a stranger may look in."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from linli.site import guard


def configured(monkeypatch: pytest.MonkeyPatch, host: str = "127.0.0.1", **changes: Any) -> str:
    for name, value in changes.items():
        monkeypatch.setattr(settings, name, value)
    return "\n".join(guard.configuration_faults(host))


def test_this_house_is_well_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch) == ""


@pytest.mark.parametrize(
    ("changes", "host", "says"),
    [
        ({"DEBUG": True}, "0.0.0.0", "LINLI_DEBUG=1 shows the inside"),
        ({"DEBUG": True, "PUBLIC_HOST": "linli.example"}, "127.0.0.1", "LINLI_DEBUG=1 shows the inside"),
        ({"SECRET_KEY": "secret"}, "127.0.0.1", "LINLI_SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 80}, "127.0.0.1", "LINLI_SECRET_KEY is too weak"),
        ({"TIME_ZONE": "UTC"}, "127.0.0.1", "Asia/Shanghai"),
        ({"USE_TZ": False}, "127.0.0.1", "kept in UTC"),
        ({"PUBLIC_HOST": "linli.example", "HTTPS": False}, "127.0.0.1", "is not https"),
    ],
)
def test_a_dangerous_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], host: str, says: str
) -> None:
    assert says in configured(monkeypatch, host, **changes)


def test_debugging_on_this_machine_alone_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch, DEBUG=True) == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite")
@pytest.mark.parametrize(
    ("journal", "synchronous", "safe"),
    [
        ("wal", "FULL", True),
        ("wal", "EXTRA", True),
        ("wal", "NORMAL", False),
        ("wal", "OFF", False),
        ("delete", "FULL", False),
        ("delete", "EXTRA", True),
    ],
)
def test_sqlite_must_keep_what_it_acknowledged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, journal: str, synchronous: str, safe: bool
) -> None:
    database = sqlite3.connect(tmp_path / "a.sqlite3")
    database.execute(f"PRAGMA journal_mode={journal}")
    database.execute(f"PRAGMA synchronous={synchronous}")
    monkeypatch.setattr(guard, "_asked", lambda question: database.execute(question).fetchone()[0])
    assert (list(guard._sqlite_faults()) == []) is safe


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}, 0),
        ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "remote_apply"}, 0),
        ({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "on"}, 1),
        ({"fsync": "on", "full_page_writes": "off", "synchronous_commit": "off"}, 2),
    ],
)
def test_postgresql_must_keep_what_it_acknowledged(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], faults: int
) -> None:
    monkeypatch.setattr(guard, "_asked", lambda question: told[question.removeprefix("SHOW ")])
    assert len(list(guard._postgresql_faults())) == faults


def test_relaxed_must_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_asked", lambda question: "off")
    monkeypatch.setattr(settings, "DURABILITY", "relaxed")
    assert list(guard.durability_faults()) == []
    monkeypatch.setattr(settings, "DURABILITY", "careless")
    assert "it is strict (the default) or relaxed" in next(guard.durability_faults())


def test_serve_refuses_to_start_and_says_every_reason(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "LINLI_HOME": str(tmp_path),
        "LINLI_URL": "http://linli.example",
        "LINLI_DEBUG": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "linli", "serve", "--port", "8197"],
        env=environment,
        cwd=settings.ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 3
    assert "LINLI_DEBUG=1" in ran.stderr
    assert "is not https" in ran.stderr
