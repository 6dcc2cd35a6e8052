"""Who met whom at ten million scans: one person's contacts, a thousand persons' at once, and what the indexes weigh.

    python -m bench.tracing [sqlite|postgres] [SCANS]

Thirty days, 2,000 places, 200,000 people; a person is seen three or four times every other day.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import datetime, timedelta

from bench.house import Figure, chosen, house, p50, p95, tell, turns

SCANS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
DAYS, PLACES = 30, 2000
PEOPLE = max(SCANS // 50, 1000)
AT_ONCE = 20_000


def main() -> None:
    """Fill the days, ask, tell."""
    database = chosen()
    with house(database):
        from linli.base import clock
        from linli.registry.models import Community

        at = clock.now()
        community = Community.objects.create(slug="bench", name="香阅四季社区", created_at=at)
        dice = random.Random(20220414)
        people = [dice.randbytes(16) for _ in range(PEOPLE)]
        seconds = fill(community.pk.bytes, people, at, dice)
        tell(list(figures(database, community.pk, people, at, seconds, dice)))


def fill(community: bytes, people: list[bytes], at: datetime, dice: random.Random) -> float:
    """Write every scan; seconds it took."""
    from linli.base.ids import uuid7
    from linli.scans.record import milliseconds
    from linli.scans.store import opened

    places = [uuid7().bytes for _ in range(PLACES)]
    first = milliseconds(at - timedelta(days=DAYS))
    begun = time.perf_counter()
    with opened() as store:
        for n in range(0, SCANS, AT_ONCE):
            rows = []
            for i in range(n, n + AT_ONCE):
                ms = first + (DAYS * 86_400_000) * i // SCANS
                key = ms.to_bytes(6, "big") + b"\x70\x00" + b"\x80" + os.urandom(7)
                who, place = dice.choice(people), dice.choice(places)
                rows.append((key, community, place, who, None, 3, 0, 1, 2, 1, None, ms, ms, 0))
            store.write(rows)  # type: ignore[arg-type]
    return time.perf_counter() - begun


def figures(database, community_id, people, at, seconds, dice):  # type: ignore[no-untyped-def]
    from linli.scans.looking import met

    told = {
        "since": at - timedelta(days=14),
        "until": at,
        "within": timedelta(minutes=15),
        "community_id": community_id,
    }

    def one() -> None:
        met([dice.choice(people)], **told)

    times = turns(one, rounds=60)[0]
    yield Figure(
        f"one person's contacts of 14 days, {SCANS / 1e6:g} million scans ({database})",
        p95(times), "ms", f"p50 {p50(times):.1f} ms", "<= 100",
    )  # fmt: skip
    begun = time.perf_counter()
    found = met(dice.sample(people, 1000), **told)
    yield Figure(
        f"  a thousand persons at once ({database})", time.perf_counter() - begun, "s",
        f"{len(found):,} people met", "<= 3",
    )  # fmt: skip
    data, index = weight()
    yield Figure(
        f"  indexes beside the data ({database})",
        index / data,
        "×",
        f"{data / 2**20:,.0f} MiB of data",
        "<= 1.00",
    )
    yield Figure(f"  written ({database})", SCANS / seconds, "/s", "one writer, 20,000 a commit")


def weight() -> tuple[float, float]:
    """Bytes of tables and of their secondary indexes."""
    from django.db import connection

    from linli.scans.store import NOTABLE, opened

    with opened() as store:
        tables = store.tables() - {NOTABLE}
        if connection.vendor == "postgresql":
            sizes = [
                store.ask(
                    "SELECT pg_table_size(?::text::regclass), pg_indexes_size(?::text::regclass)", [t, t]
                )[0]
                for t in tables
            ]
            return sum(d for d, _i in sizes), sum(i for _d, i in sizes)
        sizes = dict(store.ask("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        data = sum(sizes.get(t, 0) for t in tables)
        index = sum(size for name, size in sizes.items() if name.endswith(("_place", "_who")))
        return data, index


if __name__ == "__main__":
    main()
