"""A volunteer's day reaching the house: 1,000 records over a network that swallows and doubles, and a fresh phone's slice.

    python -m bench.field [sqlite|postgres]

Every batch of 200 goes through the whole request three times, as in the browser test: once with its reply swallowed,
once more, and once doubled. Limits: issue 3 (1,000 records in 10 s; 1,025 tasks in 3 s and 1 MB).
"""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

from bench.house import Figure, chosen, house, tell

CASES, BATCH, TASKS = 500, 200, 1_025
SENT_TIMES = 3


def main() -> None:
    database = chosen()
    with house(database):
        from linli.base import clock
        from linli.field.tests.phone import Phone, act
        from linli.loops import engine
        from linli.loops.models import Event
        from linli.loops.spec import Opening
        from linli.matters.returns.loop import Return
        from tests.town import make_town

        town, at = make_town(), clock.now()
        place = town.door["A 3-1-101"].path

        def opened(n: int) -> Any:
            opening = Opening(title=f"贾** · {n}", scope=place, subject=f"s{n}", state="verified")
            return engine.open_case(Return, opening, community_id=town.id, at=at, intent=f"open-{n}")

        cases = [opened(n) for n in range(TASKS)]
        phone = Phone(town.director)
        phone.client.defaults["SERVER_NAME"] = "127.0.0.1"
        slice_s, sizes = fresh(phone)
        given = {"reason": "家里没人"}
        day = [act(case.id, step, given) for case in cases[:CASES] for step in ("refuse", "persuade")]
        sent_s = sent(phone, day)
        assert Event.objects.filter(intent__startswith="field-").count() == len(day)
    tell([
        Figure(f"1,000 records, each sent three times ({database})", sent_s, "s", "whole requests, 15 batches", "<= 10"),
        Figure(f"slice of 1,025 tasks ({database})", slice_s, "s", f"{sizes[1] / 1000:,.0f} kB compressed", "<= 3"),
        Figure("  its size", sizes[0] / 1_000_000, "MB", "plain", "<= 1"),
    ])  # fmt: skip


def fresh(phone: Any) -> tuple[float, tuple[int, int]]:
    """Seconds, and bytes plain and compressed."""
    phone.fetch()  # sessions, packs and templates are warm, as in a house at work
    begun = time.perf_counter()
    answer = phone.client.get(
        "/field/slice", headers={"Accept": "application/json", "Accept-Encoding": "gzip"}
    )
    took = time.perf_counter() - begun
    plain = gzip.decompress(answer.content)
    assert sum(len(part) for name, part in json.loads(plain)["parts"].items() if name[0] == "b") == TASKS
    return took, (len(plain), len(answer.content))


def sent(phone: Any, day: list[dict[str, Any]]) -> float:
    """Seconds until every record was answered for good."""
    begun = time.perf_counter()
    for start in range(0, len(day), BATCH):
        for again in range(SENT_TIMES):
            wanted = "seen" if again else "accepted"
            answers = phone.send(*day[start : start + BATCH])
            assert {answer["answer"] for answer in answers} == {wanted}
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
