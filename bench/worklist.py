"""The desk's worklist and the search box at 100,000 residents and 50,000 open cases in one community.

    python -m bench.worklist            SQLite
    python -m bench.worklist postgres   PostgreSQL

The worklist is the real view behind the real middleware, asked by Django's test client: once by the director, who sees
the whole community, and once by a grid lead, who sees one compound of eight and must not wait longer for less.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

from bench.big_town import BigTown, build
from bench.house import Figure, chosen, cpu, house, p50, p95, tell, turns

ROUNDS = 150


def main() -> None:
    """Build the town, ask, tell."""
    database = chosen()
    with house(database):
        from linli.base import clock

        town = build(at=clock.now())
        tell([*_worklist(town, database), *_search(town, database)])


def _worklist(town: BigTown, database: str) -> list[Figure]:
    askers = {"director, all of it": town.director, "grid lead, one compound": town.grid_lead}
    works = {name: _asks(user) for name, user in askers.items()}
    figures = []
    for name, work, times in zip(works, works.values(), turns(*works.values(), rounds=ROUNDS), strict=True):
        beside = f"p50 {p50(times):.1f} ms, of it {cpu(work):.1f} ms CPU, {_queries(work)} queries"
        figures.append(Figure(f"worklist p95, {name} ({database})", p95(times), "ms", beside, "<= 50"))
    return figures


def _asks(user: object) -> Callable[[], None]:
    from django.test import Client

    client = Client()
    client.force_login(user)  # type: ignore[arg-type]

    def ask() -> None:
        answer = client.get("/desk/", headers={"host": "127.0.0.1"})
        assert answer.status_code == 200, answer.status_code

    return ask


def _search(town: BigTown, database: str) -> list[Figure]:
    from linli.registry.search import find

    words = {
        "name": cycle(town.names),
        "surname only": cycle(["王", "李", "张"]),
        "pinyin": cycle(["wangwei", "lina", "zhangmin"]),
        "initials": cycle(["ww", "lxm", "z"]),
        "telephone tail": cycle([p[-4:] for p in town.phones]),
        "whole telephone": cycle(town.phones),
        "room": cycle(["3-2-1101", "34-4-18", "第2小区12-1-502"]),
    }
    scopes = {"whole": [town.community.path], "one compound": [town.compound_path]}

    def looking(kind: str, where: str) -> Callable[[], object]:
        return lambda: find(next(words[kind]), community=town.community, scopes=scopes[where])

    works = {(k, w): looking(k, w) for k in words for w in scopes}
    took = dict(zip(works, turns(*works.values(), rounds=ROUNDS), strict=True))
    return [
        Figure(
            f"search p95, {kind} ({database})",
            p95(took[kind, "whole"]),
            "ms",
            f"one compound {p95(took[kind, 'one compound']):.1f} ms, {_queries(works[kind, 'whole'])} queries",
            "<= 100",
        )
        for kind in words
    ]


def _queries(work: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        work()
    return len(caught)


if __name__ == "__main__":
    main()
