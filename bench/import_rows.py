"""A register on its way from the file into the database, beside openpyxl's bare iteration of the same file.

    python -m bench.import_rows [sqlite|postgres]           (a minute or two)
    python -m bench.import_rows [sqlite|postgres] huge      a city's 500,000 rows in one file (a quarter of an hour)

"Whole" is what an office waits for: the file kept, every row judged and compared, what was found staged, then every
household, person and encrypted number written in durable batches. The limit of 2.5 stands for both.
Memory is the peak of a process of its own that imports 10,000 and 100,000 invented residents.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.house import Figure, chosen, house, tell

FILE = Path(__file__).parents[1] / "tests" / "inputs" / "居民台账.xlsx"
ROUNDS = 3
SMALL, LARGE, HUGE = 10_000, 100_000, 500_000
COMPOUNDS = ("香阅四季A区", "香阅四季B区", "香阅四季C区", "纺织小区")
HEAD = ("小区", "楼栋", "单元", "房号", "与户主关系", "姓名", "性别", "身份证号", "联系电话")


def main() -> None:
    """Time both in turns, then weigh two sizes."""
    database = chosen()
    with house(database):
        from bench.import_read import bare, ours

        rows = ours(FILE)
        turns = [(_timed(_whole, f"t{n}"), _timed(ours, FILE), _timed(bare, FILE)) for n in range(ROUNDS)]
    whole, read, iterated = (min(times) for times in zip(*turns, strict=True))
    beside = f"openpyxl alone {iterated:.2f} s"
    small, large = _weighed(SMALL, database), _weighed(LARGE, database)
    tell(
        [
            Figure(f"reading {rows:,} rows, every defect named", rows / read, "rows/s", f"{read:.2f} s, {beside}"),
            Figure("  reading, as a multiple of openpyxl", _ratio(turns, 1), "×", beside, "<= 2.5"),
            Figure(f"whole import of {rows:,} rows ({database})", whole, "s", f"{rows / whole:,.0f} rows/s", "<= 10"),
            Figure("  whole import, as a multiple of openpyxl", _ratio(turns, 0), "×", beside, "<= 2.5"),
            Figure(f"memory, {LARGE:,} rows ({database})", large[0], "MiB", f"{SMALL:,} rows: {small[0]:.0f} MiB"),
            Figure("  beside a tenth of the rows", large[0] / small[0], "×", "the same would be 1.00", "<= 1.3"),
            Figure(f"  whole import of {LARGE:,} rows", LARGE / large[1], "rows/s", f"{large[1]:.0f} s"),
        ]
    )  # fmt: skip


def huge() -> None:
    """What 500,000 rows weigh beside 100,000 and 10,000: the promise is constant memory."""
    database = chosen()
    small, large, most = (_weighed(rows, database) for rows in (SMALL, LARGE, HUGE))
    beside = f"{LARGE:,} rows: {large[0]:.0f} MiB, {SMALL:,} rows: {small[0]:.0f} MiB"
    file = f"the file has {most[2]:.0f} MiB; larger than 64 MiB is refused with a sentence"
    tell(
        [
            Figure(f"memory, {HUGE:,} rows ({database})", most[0], "MiB", beside),
            Figure(
                "  beside a fiftieth of the rows", most[0] / small[0], "×", "the same would be 1.00", "<= 1.3"
            ),
            Figure(
                "  beside a fifth of the rows", most[0] / large[0], "×", "the same would be 1.00", "<= 1.3"
            ),
            Figure(f"  whole import of {HUGE:,} rows", HUGE / most[1], "rows/s", f"{most[1]:.0f} s; {file}"),
        ]
    )


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk


def _ratio(turns: Sequence[tuple[float, ...]], which: int) -> float:
    return statistics.median(turn[which] / turn[2] for turn in turns)


def _timed(work: object, *arguments: object) -> float:
    begun = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - begun


def _whole(slug: str, file: Path = FILE) -> None:
    """The file into a new community, as `linli import --yes` does it."""
    from linli.base import clock
    from linli.registry import deciding, running, staging
    from linli.registry.models import Community, Compound

    at = clock.now()
    community = Community.objects.create(slug=slug, name=f"社区{slug}", created_at=at)
    Compound.objects.bulk_create(
        Compound(community=community, code=f"c{n}", name=name, position=n) for n, name in enumerate(COMPOUNDS)
    )
    lease, bringer = running.lease(at, "bench"), staging.Bringer(None, "bench")
    made = staging.receive(
        _chunks(file), community=community, name=file.name, bringer=bringer, at=at, lease=lease
    )
    staging.preview(made)
    assert not made.trouble, made.trouble
    deciding.confirm(made, by="bench", at=at, lease=running.lease(clock.now(), "bench"))
    running.Work(made, at=clock.now(), worker="bench").to_the_end()
    made.refresh_from_db()
    assert made.state == "done", (made.state, made.trouble)


def _weighed(rows: int, database: str) -> tuple[float, float, float]:
    """Peak memory in MiB, seconds and MiB of the file of a process that does nothing but import so many rows."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_rows", database, str(rows)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    mebibytes, seconds, size = map(float, done.stdout.splitlines()[-1].split())
    return mebibytes, seconds, size


def weigh(rows: int, database: str) -> None:
    """The child of `_weighed`: writing the file is done by a grandchild, so that it does not count."""
    with tempfile.TemporaryDirectory() as folder, house(database):
        file = Path(folder) / "register.xlsx"
        subprocess.run([sys.executable, "-m", "bench.import_rows", "write", str(rows), str(file)], check=True)
        seconds = _timed(_whole, "weighed", file)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seconds, file.stat().st_size / 2**20)


def write(rows: int, file: Path) -> None:
    """A clean register of invented people, three behind a door."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(HEAD)
    for row in _people(rows):
        sheet.append(row)
    book.save(file)


def _people(rows: int) -> Iterator[tuple[str, ...]]:
    from linli.drill.names import Register

    register = Register(20220414)
    for n in range(rows):
        door, place = divmod(n, 3)
        building, rest = divmod(door, 4 * 18 * 4)
        unit, room = divmod(rest, 18 * 4)
        somebody = register.somebody()
        yield (
            COMPOUNDS[building % 4], str(building // 4 + 1), str(unit + 1), f"{room // 4 + 1}{room % 4 + 1:02d}",
            "户主" if place == 0 else "其他亲属", somebody.name, "男" if somebody.sex == "1" else "女",
            somebody.id_number, somebody.phone,
        )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(int(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[2:] == ["huge"]:
        huge()
    elif len(sys.argv) > 2:
        weigh(int(sys.argv[2]), sys.argv[1])
    else:
        main()
