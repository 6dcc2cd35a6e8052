"""Every planted defect is reported with the right action, every cell is right, and nothing else is said."""

import pytest

from tests.intake.score import score
from tests.intake.truth import read

EXPECTED = {  # file: cells compared, planted defects found, rows by outcome
    "居民台账.xlsx": (
        90522,
        7375,
        {"skip": 102, "create": 4936, "dwelling_only": 116, "review_cell": 64, "merge": 24, "review": 5},
    ),
    "志愿者名单.xlsx": (1017, 242, {"skip": 7, "create": 101, "review_cell": 8, "merge": 3, "review": 1}),
    "场所清单.xlsx": (252, 45, {"skip": 4, "create": 34, "review_cell": 1, "merge": 1}),
    "下发返乡名单.csv": (
        1001,
        172,
        {
            "skip": 1,
            "create": 59,
            "refer": 6,
            "superseded": 7,
            "review_cell": 4,
            "review": 4,
            "supersede": 5,
            "merge": 4,
            "cancel": 2,
        },
    ),
    "到站时刻.csv": (288, 22, {"skip": 1, "create": 46, "merge": 2}),
    "核酸结果.csv": (
        2024,
        252,
        {"skip": 1, "create": 480, "review": 13, "merge": 8, "resample": 2, "review_cell": 2, "alert": 1},
    ),
    "车辆.csv": (40, 14, {"skip": 1, "create": 7, "review": 1}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_as_the_truth_says_cell_by_cell(name: str) -> None:
    got = score(name)
    assert got.wrong == []
    assert (got.cells, sum(got.planted.values()), dict(got.outcomes)) == EXPECTED[name]


def test_every_column_of_the_files_is_known() -> None:
    assert {name: read(name).unknown for name in EXPECTED} == dict.fromkeys(EXPECTED, ())


def test_without_answers_from_outside_nothing_is_made_up() -> None:
    rows = read("下发返乡名单.csv").rows.values()
    open_lookups = sorted(d.kind for r in rows for d in r.defects if d.action == "lookup" and not d.value)
    assert open_lookups == (
        ["destination_compound_missing"] * 4
        + ["destination_room_missing"] * 2
        + ["destination_typo"] * 3
        + ["eta_time_missing"] * 3
    )
    assert all(
        r.sure("destination") == "" for r in rows if any(d.kind == "destination_typo" for d in r.defects)
    )
