"""A worker that only imports, to be killed: `python -m tests.faults.import_worker ready|work SECONDS_LATER`.

`ready` makes a home with a community and a confirmed register of 60 houses; `work` brings it in, one batch a line.
"""

from __future__ import annotations

import sys
from datetime import timedelta

ROWS, HOUSES = 1800, 600


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "ready":
        ready()
    else:
        work(float(sys.argv[2]))


def ready() -> None:
    from django.core.management import call_command

    from linli.registry.deciding import confirm
    from linli.registry.models import Community
    from linli.registry.tests.office import checked, register, resident
    from tests.town import T0, facts

    call_command("migrate", verbosity=0)
    community = Community.objects.create(slug="xc", name="新村社区", created_at=T0)
    rows = []
    for n in range(ROWS):
        birth = f"19{50 + n % 50}-{n // 50 % 12 + 1:02}-{n // 600 + 1:02}"
        house = n // (ROWS // HOUSES)
        number, phone = facts(birth, "1", n % 5)
        rows.append(
            resident(
                f"高山{n}",
                door=f"{house // 100 + 1}-1-{house % 100 + 101}",
                number=number,
                phone=phone[:6] + f"{n:05d}",
            )
        )
    imported = checked(community, register(rows))
    confirm(imported, by="台账员", at=T0)


def work(later: float) -> None:
    from linli.registry.models import Import
    from linli.registry.running import run_pending
    from tests.town import T0

    while run_pending(T0 + timedelta(seconds=later), "worker", seconds=0):
        print(Import.objects.get().position, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main()
