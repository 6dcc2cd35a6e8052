"""What the house asks of its scans: how many came today, and who was in the same place at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from linli.base.clock import LOCAL, local
from linli.scans.days import ODD_TABLE, names_between
from linli.scans.record import milliseconds, moment
from linli.scans.store import Store, opened

T = TypeVar("T")
CHUNK = 400
"""Values in one question."""


@dataclass(frozen=True)
class Visit:
    """One presence of somebody at a place. `proof` 0 is unverified (see record.PROOFS)."""

    place: UUID
    seen_at: datetime
    who: bytes | None
    id: UUID
    proof: int


@dataclass(frozen=True)
class Met:
    """Somebody who was where the traced person was: how often, and when last."""

    who: bytes
    times: int
    last_at: datetime
    places: int


def heads_today(places: Iterable[UUID], *, at: datetime) -> dict[UUID, int]:
    """Heads that went in or passed today, by place."""
    begins = datetime.combine(local(at).date(), time.min, LOCAL)
    found: dict[UUID, int] = {}
    with opened() as store:
        for table in _there(store, begins.date(), local(at).date()):
            for some in _chunks(list(places)):
                rows = store.ask(
                    f"SELECT place, sum(party) FROM {table} WHERE place IN ({_marks(some)}) "  # noqa: S608
                    "AND seen_at >= ? AND seen_at <= ? AND way <> 1 GROUP BY place",
                    [*(p.bytes for p in some), milliseconds(begins), milliseconds(at)],
                )
                for place, heads in rows:
                    found[UUID(bytes=place)] = found.get(UUID(bytes=place), 0) + int(heads)
    return found


def visits_of(keys: Sequence[bytes], *, since: datetime, until: datetime, community_id: UUID) -> list[Visit]:
    """Where one of these keys was seen, oldest first."""
    with opened() as store:
        return _visits(store, keys, since, until, community_id)


def _visits(
    store: Store, keys: Sequence[bytes], since: datetime, until: datetime, community_id: UUID
) -> list[Visit]:
    found = []
    for table in _there(store, local(since).date(), local(until).date()):
        for some in _chunks(list(keys)):
            rows = store.ask(
                f"SELECT place, seen_at, who, id, proof FROM {table} WHERE who IN ({_marks(some)}) "  # noqa: S608
                "AND seen_at BETWEEN ? AND ? AND community = ?",
                [*some, milliseconds(since), milliseconds(until), community_id.bytes],
            )
            found += [Visit(UUID(bytes=p), moment(s), w, UUID(bytes=i), proof) for p, s, w, i, proof in rows]
    return sorted(found, key=lambda v: (v.seen_at, v.id))


def met(
    keys: Sequence[bytes],
    *,
    since: datetime,
    until: datetime,
    within: timedelta,
    community_id: UUID,
) -> list[Met]:
    """Who was at the same places as `keys` (one person's) within ± `within`, most often first; themselves left out.

    Presence of the traced person is taken as it was recorded, verified or not: whoever reads decides whom to call.
    """
    own = set(keys)
    counts: dict[bytes, tuple[int, int, set[bytes]]] = {}
    with opened() as store:
        visits = _visits(store, keys, since, until, community_id)
        for table, place, first, last in _windows(store, visits, within):
            rows = store.ask(
                f"SELECT who, count(*), max(seen_at) FROM {table} "  # noqa: S608
                "WHERE place = ? AND seen_at BETWEEN ? AND ? AND who IS NOT NULL GROUP BY who",
                [place, first, last],
            )
            for who, n, latest in rows:
                if who in own:
                    continue
                times, before, places = counts.get(who, (0, 0, set()))
                counts[who] = times + n, max(before, latest), places | {place}
    people = [Met(who, n, moment(last), len(places)) for who, (n, last, places) in counts.items()]
    return sorted(people, key=lambda m: (-m.times, -m.last_at.timestamp(), m.who))


def contacts(keys: Iterable[bytes], *, since: datetime, until: datetime) -> dict[bytes, tuple[UUID, bytes]]:
    """The last scan of each key that left a number, and the number as it was enclosed for that scan."""
    found: dict[bytes, tuple[int, UUID, bytes]] = {}
    with opened() as store:
        for table in _there(store, local(since).date(), local(until).date()):
            for some in _chunks(list(keys)):
                rows = store.ask(
                    f"SELECT who, seen_at, id, contact FROM {table} WHERE who IN ({_marks(some)}) "  # noqa: S608
                    "AND seen_at BETWEEN ? AND ? AND contact IS NOT NULL",
                    [*some, milliseconds(since), milliseconds(until)],
                )
                for who, seen_at, key, contact in rows:
                    if who not in found or seen_at > found[who][0]:
                        found[who] = (seen_at, UUID(bytes=key), contact)
    return {who: (key, contact) for who, (_at, key, contact) in found.items()}


def _windows(store: Store, visits: Iterable[Visit], within: timedelta) -> list[tuple[str, bytes, int, int]]:
    """(table, place, first, last) in milliseconds: stays that overlap are asked once, so that nobody counts twice."""
    by_place: dict[bytes, list[tuple[int, int]]] = {}
    for visit in visits:
        first, last = milliseconds(visit.seen_at - within), milliseconds(visit.seen_at + within)
        spans = by_place.setdefault(visit.place.bytes, [])
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    there = store.tables()
    return [
        (table, place, first, last)
        for place, spans in by_place.items()
        for first, last in spans
        for table in _tables(there, moment(first), moment(last))
    ]


SLACK = timedelta(days=4)
"""A fact lies on the day its id was made; its moment may be days before (an offline phone) or minutes after."""


def _tables(there: set[str], since: datetime, until: datetime) -> list[str]:
    first, last = local(since).date() - timedelta(days=1), local(until + SLACK).date()
    return [name for name in (*names_between(first, last), ODD_TABLE) if name in there]


def _there(store: Store, first: date, last: date) -> list[str]:
    begins = datetime.combine(first, time.min, LOCAL)
    ends = datetime.combine(last, time.max, LOCAL)
    return _tables(store.tables(), begins, ends)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[n : n + CHUNK] for n in range(0, len(values), CHUNK))
