"""Rows written many at once are the rows that Django would have written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from linli.base.ids import uuid7
from linli.registry.bulk import Bulk
from linli.registry.imports import Import, ImportRow
from linli.registry.models import Community, Person, Sealed, SpecialNeed
from tests.town import T0, Town, minutes

PEOPLE, NUMBERS, STAGED = Bulk(Person), Bulk(Sealed), Bulk(ImportRow)
ODD = "o'%s\\n\\\\x00\"{}\t\n😀𠮷"


def stored(model: type[models.Model], pk: Any) -> dict[str, Any]:
    row: dict[str, Any] = model._default_manager.filter(pk=pk).values().get()
    return row | {k: bytes(v) for k, v in row.items() if isinstance(v, memoryview)}


def told(community: Community) -> dict[str, Any]:
    return {
        "community_id": community.id, "name": "单雄信", "note": ODD, "birth_on": date(1980, 1, 1), "sex": "1",
        "smartphone": False, "doses": 3, "path": "a/", "created_at": T0, "updated_at": minutes(1),
    }  # fmt: skip


def test_every_value_arrives_as_django_writes_it(town: Town) -> None:
    facts = told(town.community)
    plain = Person.objects.create(**facts)
    many = [PEOPLE.new(**facts) for _ in range(3)]
    PEOPLE.insert(many)
    for row in many:
        assert stored(Person, row.id) | {"id": plain.id} == stored(Person, plain.id)
        assert not row._state.adding
    assert Person.objects.filter(pinyin__startswith="shanxiongxin", id__in=[m.id for m in many]).count() == 3


def test_bytes_lists_and_empty_columns_arrive_too(town: Town) -> None:
    imported = Import.objects.create(
        community=town.community, kind="register", name="t", size=1, uploaded_at=T0
    )
    defects = [{"kind": "id_float", "other": 3, "text": ODD}]
    row = STAGED.new(
        community_id=town.community.id, imported_id=imported.id, position=1, number=2, outcome="create", defects=defects,
        asks=True, enclosed=bytes(range(256)),
    )  # fmt: skip
    empty = STAGED.new(
        community_id=town.community.id, imported_id=imported.id, position=2, number=3, outcome="create"
    )
    STAGED.insert([row, empty])
    kept = stored(ImportRow, row.id)
    assert (kept["defects"], kept["asks"], kept["enclosed"], kept["target"]) == (
        defects,
        True,
        bytes(range(256)),
        None,
    )
    assert (stored(ImportRow, empty.id)["defects"], stored(ImportRow, empty.id)["enclosed"]) == ([], None)


def test_an_update_writes_the_named_columns_only_and_a_new_name_takes_its_keys_along(town: Town) -> None:
    rows = [PEOPLE.new(**told(town.community)) for _ in range(2)]
    PEOPLE.insert(rows)
    before = stored(Person, rows[0].id)
    rows[0].name, rows[0].note, rows[0].birth_on = "流水", "changed in memory only", None
    gone = PEOPLE.new(**told(town.community))
    PEOPLE.update(
        [rows[0], gone], ("name", "name_key", "given_key", "pinyin", "given_pinyin", "initials", "birth_on")
    )
    keys = {
        "name_key": "流水",
        "given_key": "水",
        "pinyin": "liushui",
        "given_pinyin": "shui",
        "initials": "ls",
    }
    assert stored(Person, rows[0].id) == before | keys | {"name": "流水", "birth_on": None}
    assert stored(Person, rows[1].id) == before | {"id": rows[1].id}
    assert not Person.objects.filter(pk=gone.id).exists()


def test_what_the_database_refuses_is_refused_as_django_says_and_nothing_of_it_stays(town: Town) -> None:
    before = Person.objects.count()
    first = PEOPLE.new(**told(town.community))
    with pytest.raises(IntegrityError), transaction.atomic():
        PEOPLE.insert([first, PEOPLE.new(**told(town.community), id=first.id)])
    assert Person.objects.count() == before


def test_nothing_to_write_says_nothing(town: Town, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        PEOPLE.insert([])
        PEOPLE.update([], ("name",))


def test_a_column_of_an_unknown_kind_is_refused_when_the_table_is_named() -> None:
    class Odd(models.Model):
        key = models.CharField(primary_key=True, max_length=1)
        wide = models.DurationField()

        class Meta:
            app_label = "registry_test"

    with pytest.raises(TypeError, match="DurationField"):
        Bulk(Odd)


def test_a_row_has_the_defaults_of_its_fields_and_an_id_of_its_own() -> None:
    one, two = Bulk(SpecialNeed).new(kind="alone"), Bulk(SpecialNeed).new(kind="alone")
    assert one.id != two.id
    assert one._state.adding
    row = STAGED.new(id=(chosen := uuid7()))
    assert (row.id, row.defects, row.asks, row.enclosed) == (chosen, [], False, None)
    assert row.defects is not STAGED.new().defects
