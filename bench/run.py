"""Runs every bench, one after the other, prints one table, and keeps it: bench/results/latest.json, docs/benchmarks.md.

python bench/run.py                    everything (a quarter of an hour on two quiet cores)
python bench/run.py engine worklist    only these; the others keep their last figures
python bench/run.py huge               only on request: 500,000 rows take a quarter of an hour
python bench/run.py cards              only on request: installs reportlab, typst and WeasyPrint to be beaten
python bench/run.py pages              only on request: needs Node and npm's registry for Lighthouse
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.house import MARK, Figure  # noqa: E402

LATEST, PAGE = ROOT / "bench" / "results" / "latest.json", ROOT / "docs" / "benchmarks.md"


def of_figures(said: str) -> list[Figure]:
    """A bench that ends with the line of `bench.house.tell`."""
    line = next(line for line in said.splitlines() if line.startswith(MARK))
    return [Figure(**f) for f in json.loads(line.removeprefix(MARK))]


def of_engine(said: str) -> list[Figure]:
    """bench.engine says one sentence."""
    found = re.search(r"engine on (\w+): ([\d,]+) steps/s · bare [^0-9]*([\d,]+)/s · ratio ([\d.]+)", said)
    assert found, said
    database, steps, bare, ratio = found.groups()
    beside = f"bare insert of two rows {bare}/s"
    return [
        Figure(f"steps through the engine ({database})", float(steps.replace(",", "")), "/s", beside),
        Figure("  as a part of the bare insert", float(ratio), "×", beside, ">= 0.40"),
    ]


def of_paper(said: str) -> list[Figure]:
    """bench.paper says a line each; the indented line is the rival of the line before."""
    rows = re.findall(r"^( *)(\S.*?) +([\d.]+) ms$", said, flags=re.MULTILINE)
    figures: list[Figure] = []
    for indent, name, ms in rows:
        if indent:
            last = figures.pop()
            figures.append(Figure(last.name, last.value, last.unit, f"{name} {ms} ms"))
        else:
            figures.append(Figure(name, float(ms), "ms"))
    return figures


def of_import_read(said: str) -> list[Figure]:
    """bench.import_read ends with JSON."""
    found = json.loads(said.splitlines()[-1])
    beside = f"openpyxl alone {found['openpyxl_s']:.2f} s"
    return [
        Figure("reading, as a multiple of openpyxl", found["read_s"] / found["openpyxl_s"], "×", beside, "<= 2.5"),
        Figure("  memory of the reader", found["peak_bytes"] / 2**20, "MiB", f"{found['rows']:,} rows"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """One bench: what it asks, how it is started, how it is understood."""

    key: str
    asks: str
    module: str
    databases: tuple[str, ...] = ("",)
    understand: Callable[[str], list[Figure]] = of_figures
    words: tuple[str, ...] = ()
    on_request: bool = False  # too long, or needs more, for every run


BOTH = ("sqlite", "postgres")
BENCHES = (
    Bench("engine", "What does the ledger cost beside writing two rows?", "bench.engine", BOTH, understand=of_engine),
    Bench("worklist", "How long does a desk wait at 100,000 residents and 50,000 open cases?", "bench.worklist", BOTH),
    Bench(
        "read", "What do named defects cost beside openpyxl alone?", "bench.import_read", ("",),
        understand=of_import_read,
    ),
    Bench("import", "How long does an office wait for its register, and in how much memory?", "bench.import_rows", BOTH),
    Bench(
        "huge", "Does a city's register of 500,000 rows stay in the same memory?", "bench.import_rows", ("sqlite",),
        words=("huge",), on_request=True,
    ),
    Bench("field", "How long until a volunteer's day is with the house?", "bench.field", BOTH),
    Bench("scans", "How many scans a second, each on the disk, beside what one would build instead?", "bench.scans", BOTH),
    Bench("tubes", "How many sealed tubes of ten a second, each on the disk?", "bench.tubes", BOTH),
    Bench(
        "tracing", "How long does a look at who met whom take at ten million scans?", "bench.tracing", BOTH,
        on_request=True,
    ),
    Bench("sign_in", "Does time tell which names exist?", "bench.sign_in", BOTH),
    Bench("pages", "What does Lighthouse say of the first pages on a phone?", "bench.pages", on_request=True),
    Bench("patrols", "How far do six volunteers walk to look at 35 venues four times a day?", "bench.patrols"),
    Bench(
        "cards", "How long do 5,000 sampling cards take, beside what one would take instead?", "bench.cards", ("",),
        words=("rivals",), on_request=True,
    ),
    Bench("paper", "How long does a certificate take?", "bench.paper", ("",), understand=of_paper),
)  # fmt: skip


def main(names: list[str]) -> int:
    """0 when every aim is met, 1 when one is missed."""
    kept: dict[str, Any] = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    for bench in BENCHES:
        if bench.key in names or not (names or bench.on_request):
            kept[bench.key] = measured(bench)
            LATEST.parent.mkdir(exist_ok=True)
            LATEST.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    print()
    print(table(kept))
    PAGE.write_text(page(kept))
    missed = [f["name"] for b in kept.values() for f in b["figures"] if Figure(**f).met is False]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery aim is met")
    return bool(missed)


def measured(bench: Bench) -> dict[str, Any]:
    """The figures of one bench on each of its databases, with the machine's load before it began."""
    load, figures = os.getloadavg()[0], []
    for database in bench.databases:
        print(f"{bench.key} {database} … ", end="", flush=True)
        command = [sys.executable, "-m", bench.module, *([database] if database else []), *bench.words]
        figures += bench.understand(said(command))
        print("done", flush=True)
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")  # noqa: TID251 - an edge: when it was measured
    return {"at": at, "load": round(load, 1), "machine": machine(), "figures": [asdict(f) for f in figures]}


def said(command: list[str]) -> str:
    """What a bench prints, in a home that is thrown away. Ends the run with its words when it fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as home:
        environment = kept | {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "LINLI_HOME": home}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def machine() -> str:
    """Processor, cores, memory, system, Python."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.+)", info)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = model[1].strip() if model else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def shown(figure: Figure) -> tuple[str, str, str, str]:
    """Name, value, beside what, aim with its verdict."""
    value = f"{figure.value:,.0f}" if figure.value >= 1000 else f"{figure.value:,.3g}"
    verdict = {None: "", True: "met", False: "**missed**"}[figure.met]
    return figure.name, f"{value} {figure.unit}", figure.beside, f"{figure.aim} {verdict}".strip()


def table(kept: dict[str, Any]) -> str:
    """All of it for a terminal."""
    rows = [shown(Figure(**f)) for bench in kept.values() for f in bench["figures"]]
    return "\n".join(f"{n:<58} {v:>14}  {b:<46} {a.replace('*', '')}" for n, v, b, a in rows)


HEAD = """# What is measured

Written by `make bench` (`bench/run.py`); do not edit. Each figure stands beside its rival or its limit, taken in turns
in the same run. Milliseconds depend on the machine, ratios hardly; no test asserts a time. p95 of a page is the whole
request: session, duties, queries, template. That nothing acknowledged is lost or doubled is not a figure but a test:
`tests/faults/test_kill.py` (kill -9, ten times a database, eight retrying clients) and `tests/faults/test_nth_call.py`.
"""


def _said_to(bench: Bench) -> str:
    return f" {bench.databases[0]} {' '.join(bench.words)}" if bench.words else ""


def page(kept: dict[str, Any]) -> str:
    """docs/benchmarks.md."""
    parts = [HEAD]
    for bench in BENCHES:
        if bench.key not in kept:
            continue
        found = kept[bench.key]
        lines = [
            "| " + " | ".join(cell.strip() for cell in shown(Figure(**f))) + " |" for f in found["figures"]
        ]
        parts.append(
            f"## {bench.asks}\n\n`python -m {bench.module}{_said_to(bench)}` · {found['at']} · {found['machine']} · "
            f"load before it began: {found['load']}\n\n"
            "| | measured | beside | aim |\n| --- | ---: | --- | --- |\n" + "\n".join(lines) + "\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
