"""Imports: a preview changes nothing, a run brings in everything once, a second file updates, decisions are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from linli.registry import spool, uploads, vault
from linli.registry.deciding import Undecidable, confirm, decide, decide_all, give_up
from linli.registry.doubts import open_doubts
from linli.registry.imports import Import, ImportRow, State
from linli.registry.models import Community, Compound, Dwelling, Household, Person, Sealed, SpecialNeed
from linli.registry.running import LEASE, Work, claim, run_pending
from linli.registry.search import find
from linli.registry.tests.office import (
    brought_in,
    checked,
    finished,
    number_of,
    register,
    resident,
)
from tests.town import T0, minutes


@pytest.fixture
def community(db: None) -> Community:
    """An office without a register."""
    return Community.objects.create(slug="xc", name="新村社区", created_at=T0)


ONE, TWO = number_of(0), number_of(1)
SWAPPED = ONE[:8] + ONE[9] + ONE[8] + ONE[10:]


def people() -> list[tuple[str, str]]:
    rows = Person.objects.order_by("path", "name").values_list("name", "household__dwelling__label")
    return [(name, label or "") for name, label in rows]


def numbers(person: Person) -> list[str]:
    return [vault.unseal(s) for s in Sealed.objects.filter(owner_id=person.id, kind="id_number")]


def test_a_preview_changes_nothing_in_the_register(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=ONE)]))
    assert (imported.state, imported.kind, imported.total) == (State.PREVIEWED, "register", 2)
    assert (Person.objects.count(), Dwelling.objects.count(), Sealed.objects.count()) == (0, 0, 0)


def test_a_register_becomes_doors_households_people_numbers_and_needs(community: Community) -> None:
    rows = [
        resident("高山", number=ONE, phone="13900041001、13900041002", groups="独居老人、高血压"),
        resident("流水", number=TWO),
    ]
    imported = brought_in(community, register(rows))
    assert (imported.state, imported.results) == (State.DONE, {"created": 2})
    person = Person.objects.get(name="高山")
    assert (person.sex, str(person.birth_on), person.path) == ("1", "1980-01-01", "xc/xcaq/g1/3/1/101/")
    assert numbers(person) == [ONE]
    phones = Sealed.objects.filter(owner_id=person.id, kind="phone").order_by("position")
    assert [vault.unseal(s) for s in phones] == ["13900041001", "13900041002"]
    assert set(SpecialNeed.objects.values_list("kind", flat=True)) == {"alone", "chronic"}
    assert Household.objects.get().head_name == "流水"
    assert not Dwelling.objects.get().vacant
    assert find("gaoshan", community=community, scopes=["xc/"]).people[0].door == "新村A区3-1-101"


def test_the_same_file_again_changes_nothing(community: Community) -> None:
    data = register(
        [resident("高山", number=ONE, phone="13900041001"), resident("无号", note="新生儿,2022-03-05出生")]
    )
    brought_in(community, data)
    before = list(Person.objects.values("id", "updated_at", "name"))
    imported = brought_in(community, data, at=minutes(60))
    assert imported.results == {"unchanged": 2}
    assert list(Person.objects.values("id", "updated_at", "name")) == before


def test_a_corrected_file_updates_and_what_it_leaves_empty_stays(community: Community) -> None:
    brought_in(community, register([resident("高山", number=ONE, phone="13900041001", note="租户")]))
    brought_in(community, register([resident("高珊", number=ONE, door="4-2-202")]), at=minutes(60))
    person = Person.objects.get()
    assert (person.name, person.note, str(person.household and person.household.dwelling)) == (
        "高珊",
        "租户",
        "新村A区4-2-202",
    )
    assert Sealed.objects.filter(owner_id=person.id, kind="phone").count() == 1
    assert dict(Dwelling.objects.values_list("label", "vacant")) == {"3-1-101": True, "4-2-202": False}


def test_a_number_that_was_damaged_comes_with_the_corrected_file_to_the_same_person(
    community: Community,
) -> None:
    first = brought_in(community, register([resident("高山", number=SWAPPED)]))
    person = Person.objects.get()
    assert (first.results, numbers(person)) == ({"created": 1}, [])
    second = brought_in(community, register([resident("高山", number=ONE)]), at=minutes(60))
    assert (second.results, numbers(person), Person.objects.count()) == ({"updated": 1}, [ONE], 1)


def test_a_name_alone_never_makes_two_people_one(community: Community) -> None:
    rows = [
        resident("高山", number=ONE),
        resident("高山", number=TWO),
        resident("高山", number=number_of(2), door="3-1-102"),
        resident("高山", door="3-1-201", phone="13900041009"),
    ]
    imported = brought_in(community, register(rows))
    assert (imported.results, len(people())) == ({"created": 4}, 4)


def test_twins_without_a_name_stay_two_however_often_they_are_imported(community: Community) -> None:
    baby = resident("未取名", note="新生儿,2022-03-05出生")
    data = register([resident("高山", number=ONE), baby, baby])
    brought_in(community, data)
    brought_in(community, data, at=minutes(60))
    assert [name for name, _ in people()] == ["未取名", "未取名", "高山"]


def test_a_row_without_a_door_or_a_name_is_refused_and_the_result_file_says_why(community: Community) -> None:
    rows = [resident("高山", number=ONE), ("", "", "", "", "", "", "流水", "", TWO, "", "", "", "")]
    rows.insert(0, ("新村A区", "", "", "", "", "", "孤云", "", number_of(2), "", "", "", ""))
    imported = brought_in(community, register(rows))
    assert imported.results["refused"] == 1
    lines = list(openpyxl.load_workbook(uploads.result_place(imported.id)).active.iter_rows(values_only=True))
    assert lines[1][1:3] == (2, "未导入")
    assert str(lines[1][3]).startswith("没有小区、楼栋或房号,不知道住哪一户\n")


def test_nobody_is_held_twice_a_second_upload_of_an_open_file_is_the_same_import(
    community: Community,
) -> None:
    data = register([resident("高山", number=ONE)])
    first, second = checked(community, data), checked(community, data)
    assert first.id == second.id
    assert len(list(uploads.folder().glob(first.id.hex))) == 1
    finished(first)
    assert checked(community, data).id != first.id


def test_names_and_numbers_of_staged_rows_are_never_in_clear_and_gone_at_the_end(
    community: Community,
) -> None:
    imported = checked(community, register([resident("高山🎉", number=SWAPPED, phone="139 0004 1001")]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT defects, kinds, enclosed FROM registry_importrow")
        stored = repr(cursor.fetchall())
    for secret in ("高山", SWAPPED, "41001"):
        assert secret not in stored
    finished(imported)
    assert [bytes(r.enclosed or b"") for r in ImportRow.objects.all()] == [b""]
    assert not uploads.place(imported.id).exists()


def test_what_needs_a_look_waits_and_the_person_can_be_asked_for_it(community: Community) -> None:
    imported = brought_in(community, register([resident("高山", number=SWAPPED)]))
    row = ImportRow.objects.get(asks=True)
    assert (row.target, row.kinds, imported.counts["kind"]["id_transposed"]["asks"]) == (
        Person.objects.get().id, " id_transposed ", 1,
    )  # fmt: skip


def test_what_a_file_left_open_is_said_of_the_person_until_a_corrected_file_comes(
    community: Community,
) -> None:
    brought_in(community, register([resident("高山", number=SWAPPED)]))
    person = Person.objects.get()
    assert open_doubts(person.id, community_id=community.id) == ["证件号码待核实"]
    brought_in(community, register([resident("高山", number=SWAPPED)]), at=minutes(1))
    assert open_doubts(person.id, community_id=community.id) == ["证件号码待核实"]
    brought_in(community, register([resident("高山", number=ONE)]), at=minutes(2))
    assert open_doubts(person.id, community_id=community.id) == []


def test_a_suggestion_that_is_taken_is_stored(community: Community) -> None:
    imported = checked(community, register([resident("高山🎉", number=ONE)]))
    assert decide_all(imported, "name_emoji", "accept") == 1
    finished(imported)
    assert people() == [("高山", "3-1-101")]


def test_a_text_typed_in_is_read_like_a_cell(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=SWAPPED)]))
    row = ImportRow.objects.get()
    with pytest.raises(Undecidable):
        decide(imported, row, "id_transposed", "accept")
    with pytest.raises(Undecidable):
        decide(imported, row, "id_transposed", "accept", typed=ONE[:17] + "?")
    decide(imported, row, "id_transposed", "accept", typed=f"{ONE[:6]} {ONE[6:]}")
    finished(imported)
    assert numbers(Person.objects.get()) == [ONE]


def test_a_row_left_out_stays_out(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=SWAPPED), resident("流水", number=TWO)]))
    assert decide_all(imported, "id_transposed", "skip") == 1
    assert finished(imported).results == {"skipped": 1, "created": 1}
    assert people() == [("流水", "3-1-101")]


def test_after_the_word_to_begin_nothing_can_be_decided_or_given_up(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=SWAPPED)]))
    confirm(imported, by="台账员", at=T0)
    with pytest.raises(Undecidable):
        decide(imported, ImportRow.objects.get(), "id_transposed", "skip")
    with pytest.raises(Undecidable):
        give_up(imported, at=T0)
    assert uploads.place(imported.id).exists()


def test_what_is_given_up_leaves_no_file_and_no_row(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=SWAPPED)]))
    give_up(imported, at=T0)
    assert (imported.state, ImportRow.objects.count(), uploads.place(imported.id).exists()) == (
        State.DROPPED,
        0,
        False,
    )
    with pytest.raises(Undecidable):
        confirm(imported, by="台账员", at=T0)


def test_bringing_in_and_the_result_file_read_what_was_checked_not_the_file_again(
    community: Community,
) -> None:
    imported = checked(community, register([resident("高山", number=ONE), resident("流水", number=SWAPPED)]))
    uploads.place(imported.id).write_bytes(b"another file")
    assert finished(imported).results == {"created": 2}
    assert list(uploads.folder().glob(f"{imported.id.hex}*")) == [uploads.result_place(imported.id)]


@pytest.mark.parametrize("harm", ["missing", "altered", "short"])
def test_without_what_was_read_the_file_is_read_again(community: Community, harm: str) -> None:
    rows = [resident(f"高山{n}", door=f"{n % 30 + 1}-1-{101 + n // 30}") for n in range(1200)]
    imported = checked(community, register(rows))
    place = uploads.spool_place(imported.id)
    kept = place.read_bytes()
    place.write_bytes(kept[: -len(kept) // 4] + (b"?" * (len(kept) // 4) if harm == "altered" else b""))
    if harm == "missing":
        place.unlink()
    imported = finished(imported)
    assert (imported.state, imported.results, Person.objects.count()) == (State.DONE, {"created": 1200}, 1200)


def test_the_rows_that_were_read_are_encrypted_and_in_their_place(community: Community) -> None:
    rows = [resident(f"高山{n}", number=ONE if n == 0 else "", phone="13900041001") for n in range(600)]
    imported = checked(community, register(rows))
    kept = uploads.spool_place(imported.id).read_bytes()
    assert not any(secret in kept for secret in ("高山".encode(), ONE.encode(), b"13900041001"))
    assert uploads.spool_place(imported.id).stat().st_mode & 0o077 == 0
    later = list(spool.rows(imported.id, start=550))
    assert [(r.number, r.values["name"]) for r in later[:2]] == [(551, "高山549"), (552, "高山550")]
    assert len(later) == 601 - 550
    other = checked(community, register(rows[:1]))
    uploads.spool_place(other.id).write_bytes(kept)
    with pytest.raises(spool.Damaged):
        list(spool.rows(other.id))


def test_a_check_that_breaks_off_leaves_no_rows_behind(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=ONE)]))
    before = uploads.spool_place(imported.id).read_bytes()
    with pytest.raises(ZeroDivisionError), spool.writing(imported.id):
        raise ZeroDivisionError
    assert uploads.spool_place(imported.id).read_bytes() == before
    assert len(list(uploads.folder().glob(f"{imported.id.hex}*"))) == 2
    give_up(imported, at=T0)
    assert list(uploads.folder().glob(f"{imported.id.hex}*")) == []


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04broken", "甲,乙\n1,2\n".encode()])
def test_a_file_that_cannot_be_read_fails_with_a_sentence(community: Community, data: bytes) -> None:
    imported = checked(community, data)
    assert (imported.state, bool(imported.trouble)) == (State.FAILED, True)
    assert not uploads.place(imported.id).exists()


def test_one_worker_has_an_import_until_its_lease_ends(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=ONE)]))
    confirm(imported, by="台账员", at=T0)
    mine = claim(T0, "a")
    assert mine is not None
    assert claim(T0, "b") is None
    other = claim(T0 + LEASE + timedelta(seconds=1), "b")
    assert other is not None
    Work(mine, at=T0, worker="a").to_the_end()
    assert Person.objects.count() == 0
    Work(other, at=T0 + LEASE, worker="b").to_the_end()
    assert Person.objects.count() == 1


def test_a_large_file_waits_for_the_worker_to_be_checked(community: Community) -> None:
    from linli.registry.staging import receive
    from linli.registry.tests.office import CLERK

    imported = receive([register([resident("高山")])], community=community, name="t", bringer=CLERK, at=T0)
    assert imported.state == State.RECEIVED
    while run_pending(T0, "worker-1"):
        pass
    assert Import.objects.get().state == State.PREVIEWED


def test_the_worker_takes_a_breath_between_two_batches_and_goes_on_where_it_was(community: Community) -> None:
    rows = [resident(f"高山{n}", door=f"{n % 30 + 1}-1-{101 + n // 30}", number="") for n in range(1300)]
    imported = checked(community, register(rows))
    confirm(imported, by="台账员", at=T0)
    positions = []
    while run_pending(T0, "worker-1", seconds=0):
        imported.refresh_from_db()
        positions.append(imported.position)
    assert positions[:2] == [1000, 1301]
    assert (imported.state, positions[-1], Person.objects.count()) == (State.DONE, 1301, 1300)


def test_what_somebody_wrote_into_a_cell_is_stored_as_that_text(community: Community) -> None:
    note = '=HYPERLINK("http://x/?q="&A1)'
    brought_in(community, register([resident("<b>高山</b>", number=ONE, note=note)]))
    person = Person.objects.get()
    assert (person.name, person.note) == ("<b>高山</b>", note)


def test_the_upload_is_readable_by_its_owner_only(community: Community) -> None:
    imported = checked(community, register([resident("高山", number=ONE)]))
    assert oct(Path(uploads.place(imported.id)).stat().st_mode & 0o777) == "0o600"


def test_the_result_file_is_gone_after_a_week_and_a_preview_nobody_wants_too(community: Community) -> None:
    done = brought_in(community, register([resident("高山", number=SWAPPED)]))
    forgotten = checked(community, register([resident("流水", number=SWAPPED)]))
    week = T0 + timedelta(days=7)
    assert run_pending(week - timedelta(minutes=1), "worker-1") == 0
    assert uploads.result_place(done.id).exists()
    assert run_pending(week, "worker-1") == 2
    assert run_pending(week, "worker-1") == 0
    forgotten.refresh_from_db()
    assert (list(uploads.folder().glob(f"{done.id.hex}*")), forgotten.state) == ([], State.DROPPED)
    assert not uploads.place(forgotten.id).exists()
    assert {bytes(r.enclosed or b"") for r in ImportRow.objects.all()} == {b""}


def test_a_compound_nobody_knows_is_asked_for_and_never_made_in_silence(community: Community) -> None:
    """The first file of an empty office says which compounds there are; a later one is held against them."""
    assert "compound_unknown" not in brought_in(community, register([resident("段秋实")])).counts["kind"]
    slip = register(
        [resident("陆青禾", compound="新邨A区"), resident("温知暖", compound="新村B区", door="1-1-101")]
    )
    waiting = checked(community, slip)
    assert waiting.counts["kind"]["compound_unknown"]["asks"] == 2
    row = ImportRow.objects.get(imported=waiting, kinds__contains="compound_unknown", position=2)
    decide(waiting, row, "compound_unknown", "accept")
    assert finished(waiting).results == {"refused": 1, "created": 1}
    assert sorted(Compound.objects.values_list("name", flat=True)) == ["新村A区", "新村B区"]
    assert not Person.objects.filter(name="陆青禾").exists()


def test_a_compound_written_wrong_is_put_right_by_typing_it(community: Community) -> None:
    brought_in(community, register([resident("段秋实")]))
    waiting = checked(community, register([resident("陆青禾", compound="新邨A区", door="3-1-102")]))
    row = ImportRow.objects.get(imported=waiting, kinds__contains="compound_unknown")
    decide(waiting, row, "compound_unknown", "accept", typed="新村A区")
    assert finished(waiting).results == {"created": 1}
    assert [c.name for c in Compound.objects.all()] == ["新村A区"]
