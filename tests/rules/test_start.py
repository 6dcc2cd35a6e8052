"""A start of linli loads what it needs and no more: every command, worker and restart pays for the rest."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"fpdf", "fontTools", "numpy", "PIL", "openpyxl", "pypinyin"}
"""Together they were 0.9 s of a start that takes 0.6 s without them; a page or a name may wait for them once."""
START = """
import sys
import linli.site.asgi
from django.urls import get_resolver
assert get_resolver().url_patterns
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_start_does_not_load_what_prints_and_reads_files() -> None:
    ran = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert HEAVY & set(ran.stdout.split()) == set()
