"""The vault: unreadable at rest, bound to its row, found again exactly, read only with a reason, keys that change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from linli.base.ids import uuid7
from linli.registry import vault
from linli.registry.models import Reading, Sealed
from tests.town import T0, Town


@pytest.fixture
def keys() -> Iterator[Path]:
    """The key folder; what a test adds to it is gone afterwards."""
    folder = Path(settings.HOME) / "keys"
    before = set(folder.glob("field-*.key"))
    yield folder
    for added in set(folder.glob("field-*.key")) - before:
        added.unlink()
    vault._ring.cache_clear()


def one(town: Town, name: str, kind: str) -> Sealed:
    return Sealed.objects.get(owner_id=town.person[name].id, kind=kind)


def test_what_is_stored_cannot_be_read_without_the_key(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT blob, blind, label FROM registry_sealed")
        stored = b"".join(
            bytes(part) if not isinstance(part, str) else part.encode() for row in cursor for part in row
        )
    for known in town.facts.values():
        assert known.id_number.encode() not in stored
        assert known.phone.encode() not in stored


def test_a_value_copied_to_another_row_cannot_be_read(town: Town) -> None:
    first, second = one(town, "陆青禾", "id_number"), one(town, "方大川", "id_number")
    first.blob, second.blob = second.blob, first.blob
    for row in (first, second):
        with pytest.raises(vault.Unreadable):
            vault.unseal(row)


def test_a_telephone_cannot_pass_for_an_identity_number(town: Town) -> None:
    row = one(town, "陆青禾", "phone")
    row.kind = "id_number"
    with pytest.raises(vault.Unreadable):
        vault.unseal(row)


def test_one_flipped_bit_is_noticed(town: Town) -> None:
    row = one(town, "陆青禾", "phone")
    blob = bytearray(row.blob)
    blob[-1] ^= 1
    row.blob = bytes(blob)
    with pytest.raises(vault.Unreadable):
        vault.unseal(row)


def test_revealing_is_written_down_with_the_reason(town: Town) -> None:
    person = town.person["陆青禾"]
    shown = vault.reveal(
        "person",
        person.id,
        "phone",
        community_id=town.id,
        reader=town.reception,
        reason="核实到站时间",
        at=T0,
    )
    assert shown == [town.facts["陆青禾"].phone]
    reading = Reading.objects.get()
    assert (reading.reader_id, reading.owner_id, reading.kind, reading.reason, reading.at) == (
        town.reception.id, person.id, "phone", "核实到站时间", T0,
    )  # fmt: skip


def test_values_put_again_replace_those_before_and_keep_their_order(town: Town) -> None:
    owner = {"community_id": town.id, "owner_kind": "person", "owner_id": town.person["陆青禾"].id}
    vault.put("phone", ["13900040001", "13900040002", "13900040001"], **owner)
    rows = Sealed.objects.filter(owner_id=owner["owner_id"], kind="phone").order_by("position")
    assert [(vault.unseal(r), r.tail, r.position) for r in rows] == [
        ("13900040001", "0001", 0),
        ("13900040002", "0002", 1),
    ]


def test_after_rotation_the_old_key_may_go_and_everything_stays_readable(town: Town, keys: Path) -> None:
    number = max(vault._ring()) + 1
    vault._key(f"field-{number}.key")
    vault._ring.cache_clear()
    total = Sealed.objects.count()
    assert vault.rotate(Sealed.objects.all()) == total
    assert vault.rotate(Sealed.objects.all()) == 0
    vault._ring()  # before the old one is taken away
    ring = {number: vault._ring()[number]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "_ring", lambda: ring)
        assert vault.unseal(one(town, "陆青禾", "phone")) == town.facts["陆青禾"].phone


def test_what_is_enclosed_opens_only_for_its_own_record() -> None:
    mine, other = uuid7(), UUID(int=1)
    blob = vault.enclose("身份证号不全", about=mine)
    assert "身份".encode() not in blob
    assert vault.disclose(blob, about=mine) == "身份证号不全"
    with pytest.raises(vault.Unreadable):
        vault.disclose(blob, about=other)


def test_keys_are_readable_by_their_owner_only(keys: Path) -> None:
    vault.blind("phone", "x")
    vault._ring()
    assert {oct(path.stat().st_mode & 0o777) for path in keys.iterdir() if path.is_file()} == {"0o600"}
