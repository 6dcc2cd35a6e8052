"""Bringing a register in, preview and run together: 5,000 people for the clock, 100,000 for the memory.

`.venv/bin/python -m bench.import_run [sqlite|postgres] [ROWS]`
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.house import Figure, chosen, house, tell

INPUTS = Path(__file__).parent.parent / "tests" / "inputs"
AT = datetime(2022, 4, 14, 0, 30, tzinfo=UTC)
MANY = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000


def main() -> None:
    with house(chosen()):
        figures = [*public_register(), *many_people()]
    tell(figures)


def public_register() -> list[Figure]:
    """The register of 5,000 people as an office keeps it, beside openpyxl's bare read of the same file."""
    import openpyxl

    file = INPUTS / "居民台账.xlsx"
    begun = time.perf_counter()
    for sheet in openpyxl.load_workbook(file, read_only=True).worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass
    bare = time.perf_counter() - begun
    beside = f"openpyxl only reads it in {bare:.1f} s"
    checked, brought = import_file(file, "xysj")
    return [
        Figure("5,000 residents, checked and brought in", checked + brought, "s", beside, "<= 10"),
        Figure("rows per second into the register", 5247 / brought, "rows/s"),
    ]


def many_people() -> list[Figure]:
    """The same work on one long file: what memory grows by while it is checked and brought in."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "register.xlsx"
        write(file, MANY)
        import_file(INPUTS / "居民台账.xlsx", "warm")
        before = peak()
        checked, brought = import_file(file, "many")
        grown = peak() - before
    rate = f"checked {MANY / checked:,.0f} rows/s, brought in {MANY / brought:,.0f} rows/s"
    return [Figure(f"memory grown by {MANY:,} residents", grown, "MB", rate, "<= 150")]


def peak() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def import_file(file: Path, slug: str) -> tuple[float, float]:
    """Seconds to check and seconds to bring in."""
    from linli.registry.deciding import confirm
    from linli.registry.models import Community
    from linli.registry.running import run_pending
    from linli.registry.staging import Bringer, preview, receive

    community = Community.objects.create(slug=slug, name="香阅四季社区", created_at=AT)
    begun = time.perf_counter()
    imported = receive(
        chunks(file), community=community, name=file.name, bringer=Bringer(None, "bench"), at=AT
    )
    preview(imported)
    checked = time.perf_counter()
    confirm(imported, by="bench", at=AT)
    while run_pending(AT, "bench"):
        pass
    imported.refresh_from_db()
    assert imported.state == "done", imported.trouble
    return checked - begun, time.perf_counter() - checked


def chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while some := stream.read(1 << 20):
            yield some


def write(file: Path, rows: int) -> None:
    """A register with as many people, three behind each door, a tenth of them with a damaged number."""
    from linli.registry.sheets import writing
    from linli.registry.tests.office import HEADER
    from tests.town import facts

    with writing(file) as sheet:
        sheet.header(HEADER)
        for n in range(rows):
            house = n // 3
            known: Any = facts(
                f"{1930 + n % 80}-{n // 80 % 12 + 1:02}-{n // 960 % 28 + 1:02}", str(n % 2 + 1), n
            )
            number = known.id_number if n < 26_880 and n % 10 else known.id_number[:17]
            building, door = house // 72 + 1, f"{house % 72 // 4 + 1}{house % 4 + 1:02}"
            phone = f"13{n // 100_000 % 10}000{n % 100_000:05d}"
            name = f"{'王李张刘陈杨赵黄周吴'[n % 10]}{'伟芳娜敏静丽强磊军洋'[n // 10 % 10]}{'明华英文杰'[n // 100 % 5]}"
            row = (
                f"小区{building // 60}区",
                str(building % 60 + 1),
                "1",
                door,
                name,
                "户主",
                name,
                "",
                number,
                "",
                phone,
                "",
                "",
            )
            sheet.row(row)


if __name__ == "__main__":
    main()
