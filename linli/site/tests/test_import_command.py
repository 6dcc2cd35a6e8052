"""`linli import`: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from linli.registry.models import Community, Person
from linli.registry.tests.office import number_of, register, resident
from linli.site.commands.import_ import command
from tests.town import T0

ONE, TWO = number_of(0), number_of(1)
SWAPPED = ONE[:8] + ONE[9] + ONE[8] + ONE[10:]


@pytest.fixture
def community(db: None) -> Community:
    return Community.objects.create(slug="xc", name="新村社区", created_at=T0)


def run(tmp_path: Path, data: bytes, *options: str, typed: str = "") -> Result:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(data)
    return CliRunner().invoke(command, [str(file), *options], input=typed)


def test_a_clean_file_is_brought_in_and_ends_with_nought(community: Community, tmp_path: Path) -> None:
    done = run(tmp_path, register([resident("高山", number=ONE)]), "--yes")
    assert (done.exit_code, Person.objects.count()) == (0, 1), done.output
    assert "created 1" in done.output


def test_rows_that_need_a_look_end_with_one_and_no_number_is_printed(
    community: Community, tmp_path: Path
) -> None:
    done = run(
        tmp_path, register([resident("高山水", number=SWAPPED), resident("流水", number=TWO)]), "--yes"
    )
    assert (done.exit_code, Person.objects.count()) == (1, 2), done.output
    assert "id_transposed" in done.output
    assert not [secret for secret in (SWAPPED, ONE, TWO, "高山水") if secret in done.output]


def test_a_suggestion_can_be_taken_from_the_command_line(community: Community, tmp_path: Path) -> None:
    run(tmp_path, register([resident("高山🎉", number=ONE)]), "--yes", "--accept", "name_emoji")
    assert list(Person.objects.values_list("name", flat=True)) == ["高山"]


def test_no_leaves_the_register_alone(community: Community, tmp_path: Path) -> None:
    done = run(tmp_path, register([resident("高山", number=ONE)]), typed="n\n")
    assert (done.exit_code, Person.objects.count()) == (0, 0)


def test_json_is_one_line_for_a_script(community: Community, tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, register([resident("高山", number=ONE)]), "--yes", "--json").output)
    assert (told["state"], told["kind"], told["results"]) == ("done", "register", {"created": 1})
    assert Path(told["result_file"]).exists()


def test_a_file_that_is_no_table_ends_with_two(community: Community, tmp_path: Path) -> None:
    done = run(tmp_path, b"%PDF-1.7", "--yes")
    assert (done.exit_code, Person.objects.count()) == (2, 0)


def test_two_communities_must_be_told_apart(community: Community, tmp_path: Path) -> None:
    Community.objects.create(slug="hp", name="和平社区", created_at=T0)
    data = register([resident("高山", number=ONE)])
    assert run(tmp_path, data, "--yes").exit_code == 2
    assert run(tmp_path, data, "--yes", "--community", "hp").exit_code == 0
    assert Person.objects.get().community.slug == "hp"
