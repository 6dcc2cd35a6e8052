"""A backup made while people work is whole, secret, and comes up again in a fresh place with every ledger proved."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.loops.models import Event, Ledger
from linli.scans.record import Seen, record
from linli.site import backups, restores
from linli.site.sealed_file import Damaged
from linli.site.tests.test_worker import open_return
from tests.town import T0, Town, make_town

KEY = b"k" * 32


@pytest.fixture
def town(committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "home" / "uploads")
    (tmp_path / "home" / "uploads").mkdir(parents=True)
    (tmp_path / "home" / "keys").mkdir()
    (tmp_path / "home" / "uploads" / "list.xlsx").write_bytes(b"an upload")
    made = make_town()
    for n in range(5):
        open_return(made, n)
    return made


def made_backup(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    file = tmp_path / "a.backup"
    return file, backups.back_up(file, key=KEY, at=T0, tell=lambda text: None)


def test_a_backup_knows_every_ledger_and_counts_every_table(town: Town, tmp_path: Path) -> None:
    file, manifest = made_backup(tmp_path)
    ledger = Ledger.objects.get(pk=town.id)
    assert manifest["heads"] == {town.id.hex: [5, ledger.head]}
    assert manifest["counts"]["registry_person"] == len(town.person)  # type: ignore[index]
    assert [p.name for p in tmp_path.iterdir() if p.name not in ("home", "a.backup")] == []
    room = tmp_path / "room"
    assert restores.unpack(file, room, key=KEY) == json.loads(json.dumps(manifest))
    assert (room / "uploads" / "list.xlsx").read_bytes() == b"an upload"


def test_nothing_readable_is_in_the_file(town: Town, tmp_path: Path) -> None:
    file, _ = made_backup(tmp_path)
    body = file.read_bytes()
    assert [c for c in town.canaries if c.encode() in body] == []


def test_even_the_opened_database_keeps_numbers_and_telephones_sealed(town: Town, tmp_path: Path) -> None:
    file, _ = made_backup(tmp_path)
    restores.unpack(file, tmp_path / "room", key=KEY)
    body = (tmp_path / "room" / "database").read_bytes()
    numbers = [number for facts in town.facts.values() for number in facts]
    assert [n for n in numbers if n.encode() in body] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is restored below")
def test_a_restored_house_proves_its_ledgers(town: Town, tmp_path: Path) -> None:
    seen = Seen(id=uuid7(), place=uuid7())
    record([seen], community_id=town.id, at=now())
    file, _ = made_backup(tmp_path)
    place = tmp_path / "fresh"
    found = restores.restore(file, place, key=KEY, keys=None, database="", tell=lambda text: None)
    assert found["holds"]
    assert [row["seq"] for row in found["communities"]] == [5]
    with sqlite3.connect(place / "linli.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM loops_event").fetchone() == (5,)
    with sqlite3.connect(place / "linli.scans.sqlite3") as scans:
        [(day,)] = scans.execute(
            "SELECT name FROM sqlite_master WHERE name GLOB 'scans_2*' AND type = 'table'"
        )
        assert scans.execute(f"SELECT count(*) FROM {day} WHERE id = ?", [seen.id.bytes]).fetchone() == (1,)
    assert (place / "uploads" / "list.xlsx").exists()
    with pytest.raises(Damaged, match="is not empty"):
        restores.restore(file, place, key=KEY, keys=None, database="", tell=lambda text: None)


def test_a_damaged_file_puts_nothing_in_place(town: Town, tmp_path: Path) -> None:
    file, _ = made_backup(tmp_path)
    wrong = bytearray(file.read_bytes())
    wrong[len(wrong) // 2] ^= 1
    file.write_bytes(wrong)
    with pytest.raises(Damaged):
        restores.restore(file, tmp_path / "fresh", key=KEY, keys=None, database="", tell=lambda text: None)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.backup", "home"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is restored above")
def test_a_restored_postgresql_house_proves_its_ledgers(town: Town, tmp_path: Path) -> None:
    file, _ = made_backup(tmp_path)
    with pytest.raises(Damaged, match="name an empty database"):
        restores.restore(file, tmp_path / "none", key=KEY, keys=None, database="", tell=lambda text: None)
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE restored")
    try:
        url = os.environ["LINLI_DATABASE"].rpartition("/")[0] + "/restored"
        found = restores.restore(
            file, tmp_path / "fresh", key=KEY, keys=None, database=url, tell=lambda text: None
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE restored WITH (FORCE)")
    assert found["holds"]
    assert [row["seq"] for row in found["communities"]] == [5]


def test_a_backup_under_load_holds_every_ledger_it_names(town: Town, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        n = 100
        while not stop.is_set():
            open_return(town, n := n + 1)
        connection.close()

    busy = threading.Thread(target=work)
    busy.start()
    try:
        made = [
            backups.back_up(tmp_path / f"{n}.backup", key=KEY, at=T0, tell=lambda text: None)
            for n in range(3)
        ]
    finally:
        stop.set()
        busy.join()
    seqs = [manifest["heads"][town.id.hex][0] for manifest in made]
    assert seqs == sorted(seqs)
    for manifest in made:
        seq, head = manifest["heads"][town.id.hex]
        assert manifest["counts"]["loops_event"] == seq
        assert connection_digest(town, seq) == head


def connection_digest(town: Town, seq: int) -> str:
    """What the living ledger says of the event at which the backup was taken."""

    return Event.objects.get(community_id=town.id, seq=seq).digest
