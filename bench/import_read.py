"""Rows per second of reading a register with every defect named, beside openpyxl's bare iteration of the same file."""

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from linli.registry.intake import Name, Setting, open_file

FILE = Path(__file__).parents[1] / "tests" / "inputs" / "居民台账.xlsx"
ROUNDS = 5
SETTING = Setting(
    as_of=datetime(2022, 4, 14, 0, 30, tzinfo=UTC),
    community="香阅四季社区",
    compounds=(*(Name(f"香阅四季{x}区") for x in "ABC"), Name("纺织小区")),
)


def ours(path: Path) -> int:
    """Data rows read, judged and compared."""
    with open_file(path, SETTING, "register") as reading:
        return sum(row.role == "data" for row in reading)


def bare(path: Path) -> int:
    """Rows that openpyxl yields in read-only mode, nothing done with them."""
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))


def seconds(work: Callable[[Path], int], path: Path) -> float:
    begin = time.perf_counter()
    work(path)
    return time.perf_counter() - begin


def peak(path: Path) -> int:
    """Most Python memory held at once, in bytes."""
    tracemalloc.start()
    ours(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    rows = ours(path)
    pairs = [(seconds(ours, path), seconds(bare, path)) for _ in range(ROUNDS)]
    read, iterated = (min(times) for times in zip(*pairs, strict=True))
    print(f"file                      {path.name}, {rows} data rows")
    print(f"read with every defect    {read:.2f} s, {rows / read:,.0f} rows/s")
    print(f"openpyxl, bare iteration  {iterated:.2f} s, {rows / iterated:,.0f} rows/s")
    print(f"ratio                     {read / iterated:.2f} (limit 2.0)")
    print(json.dumps({"rows": rows, "read_s": read, "openpyxl_s": iterated, "peak_bytes": peak(path)}))


if __name__ == "__main__":
    main()
