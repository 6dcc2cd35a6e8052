"""The vault's key is renewed while people work: stopped anywhere it goes on, and no key goes that a value needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from linli.base.ids import uuid7
from linli.registry import rotation, vault
from linli.registry.models import Import, ImportRow, Sealed
from linli.site.commands import WRONG
from linli.site.commands.keys import command
from tests.town import T0, Town, make_town


@pytest.fixture
def town(db: None, tmp_path: Path, settings: object) -> Iterator[Town]:
    """A house with keys of its own."""
    (tmp_path / "keys").mkdir()
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    vault.read_keys_again()
    vault._index_key.cache_clear()
    yield make_town()
    vault.read_keys_again()
    vault._index_key.cache_clear()


def ran(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output


def in_clear() -> set[str]:
    vault.read_keys_again()
    return {vault.unseal(row) for row in Sealed.objects.all()}


def keys_used() -> set[int]:
    return {bytes(blob)[0] for blob in Sealed.objects.values_list("blob", flat=True)}


def test_everything_moves_and_the_old_key_goes_only_then(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    before, staged = in_clear(), staged_row(town)
    assert len(before) >= 60
    monkeypatch.setattr(rotation, "AT_ONCE", 10)
    assert rotation.make_key() == 2
    moving = rotation.reencrypt()
    assert next(moving) == 10
    moving.close()
    refused, why = ran("forget", "1", "--restarted")
    assert refused == WRONG
    assert "still need key 1" in why
    code, said = ran("rotate", "--json")
    assert code == 0
    told = json.loads(said)
    assert (told["key"], told["made"], told["left"]) == (2, False, 0), (
        "the stopped run is finished, without another key"
    )
    assert told["moved"] >= len(before) - 10
    assert (keys_used(), in_clear()) == ({2}, before)
    staged.refresh_from_db()
    assert vault.disclose(bytes(staged.enclosed or b""), about=staged.id) == "身份证号不全"
    assert "an import is open" in ran("forget", "1", "--restarted")[1]
    Import.objects.all().delete()
    assert ran("forget", "1")[0] == 2, "without the word that everything was restarted"
    assert ran("forget", "1", "--restarted")[0] == 0
    assert vault.key_numbers() == [2]
    assert (Path(settings.HOME) / "keys" / "forgotten" / "field-1.key").exists()
    assert in_clear() == before
    assert "it encrypts" in ran("forget", "2", "--restarted")[1]


def staged_row(town: Town) -> ImportRow:
    made = Import.objects.create(
        community=town.community, kind="register", name="台账.xlsx", digest=uuid7().hex, size=1, state="previewed",
        uploaded_name="宋慎言", uploaded_at=T0,
    )  # fmt: skip
    row = ImportRow(community=town.community, imported=made, position=0, number=3, outcome="hold")
    row.enclosed = vault.enclose("身份证号不全", about=row.id)
    row.save()
    return row


def test_a_process_that_runs_reads_a_key_that_another_made(town: Town) -> None:
    row = Sealed.objects.all()[0]
    text = vault.unseal(row)
    rotation.make_key()
    vault.rotate([row])
    row.refresh_from_db()
    assert bytes(row.blob)[0] == 2
    ring = vault._ring()
    del ring[2]
    assert max(ring) == 1, "as a process that started before"
    assert vault.unseal(row) == text


def test_what_another_replaced_meanwhile_is_not_overwritten(town: Town) -> None:
    row = Sealed.objects.filter(kind="phone")[0]
    rotation.make_key()
    newer = vault.sealed(
        "13900041999",
        community_id=row.community_id,
        owner_kind=row.owner_kind,
        owner_id=row.owner_id,
        kind=row.kind,
    )
    Sealed.objects.filter(pk=row.pk).update(blob=newer.blob)
    assert vault.rotate([row]) == 0
    row.refresh_from_db()
    assert vault.unseal(row) == "13900041999"


def test_a_missing_key_is_named_and_what_moved_stays(town: Town) -> None:
    rotation.make_key()
    (Path(settings.HOME) / "keys" / "field-1.key").unlink()
    vault.read_keys_again()
    code, said = ran("rotate")
    assert code == WRONG
    assert "its key is missing" in said


def test_help_teaches() -> None:
    for name in ("rotate", "forget"):
        said = subprocess.run(
            [sys.executable, "-m", "linli", "keys", name, "--help"], cwd=settings.ROOT.parent, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        assert f"linli keys {name}" in said.stdout
