"""A worker that only imports, to be killed: `python -m tests.faults.import_worker SECONDS_LATER`, a line for each batch.

Its batches are small, so that there are enough of them to be killed between.
"""

from __future__ import annotations

import sys
from datetime import timedelta

BATCH = 60
"""Rows; a household more where one would be cut."""


def main(later: float) -> None:
    """Bring in whatever waits."""
    import django

    django.setup()
    from linli.registry import running
    from linli.registry.models import Import
    from tests.town import T0

    running.AT_ONCE = BATCH
    while running.run_pending(T0 + timedelta(seconds=later), "worker", seconds=0):
        print(Import.objects.get().position, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
