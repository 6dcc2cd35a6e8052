"""Milliseconds to refuse a password: for a name that nobody has, beside a known name with a wrong password.

    python -m bench.sign_in [sqlite|postgres]

A ratio far from 1 would tell strangers which names exist.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.house import Figure, chosen, house, tell

ROUNDS = 200


def times(sign_in: Callable[[str, str], None], known: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each try: known and unknown names in turn, each from an address of its own, so that none is locked."""
    taken: tuple[list[float], list[float]] = ([], [])
    for n in range(-5, ROUNDS):
        for kept, name in zip(taken, (known, f"nobody.{n}"), strict=True):
            begin = time.perf_counter()
            sign_in(name, f"2001:db8:{n + 5:x}::1")
            if n >= 0:  # after a few to warm up
                kept.append((time.perf_counter() - begin) * 1000)
    return taken


def main() -> None:
    database = chosen()
    with house(database):
        from django.test import Client

        from linli.roster import tries
        from linli.roster.models import User

        User.objects.create_user("duan.qiushi", "april-is-a-long-night", shown_name="段秋实")
        tries.FROM_EVERYWHERE = 10 * ROUNDS
        browser = Client(SERVER_NAME="127.0.0.1")

        def sign_in(name: str, address: str) -> None:
            facts = {"login": name, "password": "wrong-password"}
            answer = browser.post("/accounts/login/", facts, REMOTE_ADDR=address)
            assert answer.status_code == 200, answer.status_code

        known, unknown = (statistics.median(each) for each in times(sign_in, "duan.qiushi"))
    tell([
        Figure(f"a wrong password of a known name ({database})", known, "ms", "median"),
        Figure(f"a name that nobody has ({database})", unknown, "ms", f"{known:.1f} ms for a known name"),
        Figure("  unknown beside known", max(known, unknown) / min(known, unknown), "×", "1: time tells nothing", "<= 1.10"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
