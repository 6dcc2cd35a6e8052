"""5,000 sampling cards as one PDF, beside what one would take instead, and 100,000 in the same memory.

    python -m bench.cards            linli and fpdf2 (a runtime dependency)
    python -m bench.cards rivals     also reportlab (its own QR; segno's), typst, WeasyPrint: installed with pip into an
                                     environment that is thrown away, never into the project's

Every way runs in a process of its own: all CPU seconds from its first import to its exit, and its peak memory. The cards
are the same (bench/cards_rivals.py says what the others leave out). Then every symbol of the 5,000 is read by zxing-cpp
from pages rendered at 150 dpi.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import venv
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.house import Figure, tell

ROOT = Path(__file__).resolve().parent.parent
COUNT, CITY = 5_000, 100_000
ROUNDS = 3
ADDRESS = "https://linli.example.cn/p#"
RIVALS = ("reportlab", "reportlab-segno", "typst", "weasyprint")
NEEDS = ("reportlab", "segno", "typst", "weasyprint")

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "".join(chr(point) for point in range(0x4E00, 0x5600))
_LONG, _RARE = "阿卜杜热合曼·买买提艾力江", "𠮷野丽"


class Took(NamedTuple):
    """CPU seconds, peak memory in MiB, size of the file in MiB."""

    cpu: float
    mb: float
    size: float


def drawn(count: int) -> list[dict[str, str]]:
    """Cards of a town of 100 people a building: always the same."""
    dice = random.Random(7)
    alphabet, short = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "23456789ACEFHJKMPRTVWXY"
    rows = []
    for n in range(count):
        token = dice.choice("01234567") + "".join(dice.choices(alphabet, k=25))
        code = "".join(dice.choices(short, k=8))
        name = dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=2))
        name = _RARE if n % 200 == 0 else _LONG if n % 61 == 0 else name
        door = f"迎春苑 {n // 100 + 1}号楼-{n % 100 // 25 + 1}-{n % 25 // 3 + 1}01"
        rows.append({"token": token, "url": ADDRESS + token, "name": name, "door": door, "code": code})
    return rows


def ours(count: int, out: str) -> None:
    """In a process of its own: the cards put in order and written, with lists and separators."""
    from linli.codes.cards.front import Words
    from linli.codes.cards.order import Card, in_order
    from linli.codes.cards.writing import Run, write

    cards = []
    for row in drawn(count):
        compound, door = row["door"].split(" ")
        building, unit, room = door.split("-")
        cards.append(Card(row["token"], row["code"], row["name"], (compound, building, unit, room)))
    before = resource.getrusage(resource.RUSAGE_SELF)
    words = Words(community="香阅四季社区", phone="0355-9990001")
    at = datetime(2022, 4, 14, 4, 30, tzinfo=UTC)
    run = Run(kind="card", address=ADDRESS, words=words, title="扫码卡", made_at=at)
    ordered = in_order(cards)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with Path(out).open("wb") as file:
        write(file, run, ordered)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "cpu": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "mb": used.ru_maxrss / 1024, "grown": used.ru_maxrss / 1024 - held, "size": Path(out).stat().st_size / 2**20,
    }))  # fmt: skip


def child(command: list[str]) -> dict[str, float]:
    """The JSON a process ends with."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(command)}\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def our_run(count: int, folder: Path, *, rounds: int) -> dict[str, float]:
    """The median of some rounds by CPU seconds."""
    command = [sys.executable, "-m", "bench.cards", "ours", str(count), str(folder / f"{count}.pdf")]
    return sorted((child(command) for _ in range(rounds)), key=lambda took: took["cpu"])[rounds // 2]


def rival_runs(folder: Path, *, all_of_them: bool) -> dict[str, Took]:
    """Every way one would take instead, once each: they take from twenty seconds to a minute."""
    from fontTools.ttLib import TTFont

    font = TTFont(ROOT / "linli/codes/faces/regular.woff")
    font.flavor = None
    (folder / "fonts").mkdir()
    font.save(folder / "fonts" / "regular.ttf")
    (folder / "cards.json").write_text(json.dumps(drawn(COUNT)))
    ways = {"fpdf2": sys.executable}
    if all_of_them:
        python = folder / "environment" / "bin" / "python"
        venv.create(folder / "environment", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *NEEDS], check=True)
        ways |= dict.fromkeys(RIVALS, str(python))
    script, words = "bench/cards_rivals.py", [str(folder / n) for n in ("cards.json", "fonts", "rival.pdf")]
    return {way: Took(**child([python, script, way, *words])) for way, python in ways.items()}  # type: ignore[arg-type]


def unread(pdf: Path) -> int:
    """How many of the 5,000 addresses zxing-cpp does not find on the pages at 150 dpi."""
    import numpy as np
    import pypdfium2
    import zxingcpp

    wanted = {row["url"] for row in drawn(COUNT)}
    file = pypdfium2.PdfDocument(pdf)
    for n in range(len(file)):
        page = file[n].render(scale=150 / 72, grayscale=True).to_numpy().squeeze()
        wanted -= {found.text for found in zxingcpp.read_barcodes(np.ascontiguousarray(page))}
    return len(wanted)


def main() -> None:
    """Measure and tell."""
    with tempfile.TemporaryDirectory(prefix="linli-cards-") as home:
        folder = Path(home)
        some, many = our_run(COUNT, folder, rounds=ROUNDS), our_run(CITY, folder, rounds=1)
        lost = unread(folder / f"{COUNT}.pdf")
        rivals = rival_runs(folder, all_of_them="rivals" in sys.argv[1:])
    quickest = min(rivals, key=lambda way: rivals[way].cpu)
    beside = f"{quickest} {rivals[quickest].cpu:.1f} s, {rivals[quickest].mb:.0f} MiB"
    figures = [
        Figure("5,000 cards as one PDF, with lists", some["cpu"], "s CPU", beside, "<= 2"),
        Figure("  as a part of the quickest other way", rivals[quickest].cpu / some["cpu"], "×", quickest, ">= 15"),
        Figure("  peak memory of the process", some["mb"], "MiB", f"file {some['size']:.1f} MiB", "<= 150"),
        Figure("  symbols not read at 150 dpi, of 5,000", lost, "", "zxing-cpp", "<= 0"),
        Figure("100,000 cards, per 5,000", many["cpu"] / (CITY / COUNT), "s CPU", f"{some['cpu']:.2f} s", ""),
        Figure("  memory that writing them adds", many["grown"], "MiB", f"at 5,000: {some['grown']:.0f} MiB", "<= 50"),
    ]  # fmt: skip
    figures += [
        Figure(f"  5,000 by {way}", took.cpu, "s CPU", f"{took.mb:.0f} MiB, file {took.size:.1f} MiB")
        for way, took in rivals.items()
    ]
    tell(figures)


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        ours(int(sys.argv[2]), sys.argv[3])
    else:
        main()
