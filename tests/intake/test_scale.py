"""A register of any length is read in constant memory, and comparisons still find what is far apart."""

import csv
import tracemalloc
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from linli.registry.intake import open_file
from linli.registry.intake.digests import Digests, Place
from linli.registry.intake.identity import check_digit
from tests.intake.truth import setting

HEAD = ["楼栋", "单元", "房号", "户主", "与户主关系", "姓名", "身份证号", "联系电话", "备注"]


def number(i: int) -> str:
    first = f"1404021980{i // 28 % 12 + 1:02}{i % 28 + 1:02}{990 + i // 336 % 10}"
    return first + check_digit(first)


def lines(count: int) -> Iterator[list[str]]:
    """Households of one person; numbers repeat after 3,360 rows, each time under another name."""
    for i in range(count):
        name = "".join(chr(0x4E00 + n) for n in (i % 97, i // 97 % 97, i // 9409))
        yield [
            str(i // 1000 + 1),
            "1",
            str(101 + i % 1000),
            name,
            "户主",
            name,
            number(i),
            f"13600{i:06}",
            "",
        ]


def peak(path: Path) -> int:
    tracemalloc.start()
    with open_file(path, setting(), "register") as reading:
        reading.comparison.seen._limit = 2000
        for _ in reading:
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def written(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(chain([HEAD], lines(count)))
    return path


def test_four_times_the_rows_take_the_same_memory(tmp_path: Path) -> None:
    small, large = (peak(written(tmp_path / f"{n}.csv", n)) for n in (3_000, 12_000))
    assert large < small * 1.5


def test_digests_are_found_again_after_they_went_to_disk() -> None:
    seen = Digests(in_memory=10)
    keys = [seen.of("id", str(i)) for i in range(100)]
    for i, key in enumerate(keys):
        seen.put(key, Place(0, i + 1, i, i))
    seen.put(keys[3], Place(9, 9))
    assert [seen.get(k) for k in keys] == [Place(0, i + 1, i, i) for i in range(100)]
    assert seen.get(seen.of("id", "100")) is None
    seen.close()


def test_the_same_person_is_found_a_thousand_rows_later(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 1_000)
    first = next(lines(1))
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["99", "1", "101", *first[3:8], "人户分离,现住1-1-101"])
    with open_file(path, setting()) as reading:
        reading.comparison.seen._limit = 50
        last = list(reading)[-1]
    assert (last.number, last.outcome) == (1002, "merge")
    assert [(d.kind, d.other) for d in last.defects if d.field == "(row)"] == [("two_compounds", 2)]
