"""What the house asks of its scans: how many came today, and who was in the same place at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from linli.base.clock import LOCAL, local
from linli.scans.days import DAY_MS, ODD_TABLE, day_of, name_at, names_between
from linli.scans.record import made_at, milliseconds, moment
from linli.scans.store import Reader, reading

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
    with reading() as store:
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
    with reading() as store:
        return _visits(store, keys, since=since, until=until, community_id=community_id)


def _visits(store: Reader, keys: Sequence[bytes], **told: Any) -> list[Visit]:
    rows = _seen(store, "place, seen_at, who, id, proof", keys, **told)
    found = [Visit(UUID(bytes=p), moment(s), w, UUID(bytes=i), proof) for p, s, w, i, proof in rows]
    return sorted(found, key=lambda v: (v.seen_at, v.id))


def _seen(
    store: Reader,
    columns: str,
    keys: Sequence[bytes],
    *,
    since: datetime,
    until: datetime,
    community_id: UUID,
) -> list[tuple[Any, ...]]:
    found = []
    for table in _there(store, local(since).date(), local(until).date()):
        for some in _chunks(list(keys)):
            found += store.ask(
                f"SELECT {columns} FROM {table} WHERE who IN ({_marks(some)}) "  # noqa: S608
                "AND seen_at BETWEEN ? AND ? AND community = ?",
                [*some, milliseconds(since), milliseconds(until), community_id.bytes],
            )
    return found


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
    with reading() as store:
        stays = sorted(
            _seen(store, "seen_at, place", keys, since=since, until=until, community_id=community_id)
        )
        for table, windows in _windows(store, stays, within).items():
            for some in _chunks(windows):
                for who, place, n, latest in store.ask(_MET.format(table, _triples(some)), _flat(some)):
                    if who in own:
                        continue
                    times, before, places = counts.get(who, (0, 0, set()))
                    counts[who] = times + n, max(before, latest), places | {place}
    people = [Met(who, n, moment(last), len(places)) for who, (n, last, places) in counts.items()]
    return sorted(people, key=lambda m: (-m.times, -m.last_at.timestamp(), m.who))


def contacts(
    keys: Iterable[bytes], *, since: datetime, until: datetime, community_id: UUID
) -> dict[bytes, tuple[UUID, bytes]]:
    """The last scan of each key that left a number, and the number as it was enclosed for that scan."""
    found: dict[bytes, tuple[int, UUID, bytes]] = {}
    with reading() as store:
        for table in _there(store, local(since).date(), local(until).date()):
            for some in _chunks(list(keys)):
                rows = store.ask(
                    f"SELECT who, seen_at, id, contact FROM {table} WHERE who IN ({_marks(some)}) "  # noqa: S608
                    "AND seen_at BETWEEN ? AND ? AND contact IS NOT NULL AND community = ?",
                    [*some, milliseconds(since), milliseconds(until), community_id.bytes],
                )
                for who, seen_at, key, contact in rows:
                    if who not in found or seen_at > found[who][0]:
                        found[who] = (seen_at, UUID(bytes=key), contact)
    return {who: (key, contact) for who, (_at, key, contact) in found.items()}


def days_there() -> list[date]:
    """The days of which there are scans, of any community. No row is read."""
    with reading() as store:
        return sorted(day for table in store.tables() if (day := day_of(table)))


def contact_of(scan: UUID, *, community_id: UUID) -> bytes | None:
    """The number as it was enclosed for one scan; None where none was left, or where its day is over. By its key."""
    with reading() as store:
        for table in sorted({name_at(made_at(scan.bytes)), ODD_TABLE} & store.tables()):
            sql = f"SELECT contact FROM {table} WHERE id = ? AND community = ?"  # noqa: S608
            for (contact,) in store.ask(sql, [scan.bytes, community_id.bytes]):
                return bytes(contact) if contact else None
    return None


_MET = (
    "WITH w (place, first, last) AS (VALUES {1}) SELECT t.who, t.place, count(*), max(t.seen_at) "
    "FROM w CROSS JOIN {0} t WHERE t.place = w.place AND t.seen_at BETWEEN w.first AND w.last "
    "AND t.who IS NOT NULL GROUP BY t.who, t.place"
)
"""CROSS JOIN: stay by stay through the index. Left to choose, SQLite reads the whole day for every question."""
Window = tuple[bytes, int, int]
"""Place, first and last moment in milliseconds."""


def _triples(windows: Sequence[Window]) -> str:
    return ", ".join("(?, ?, ?)" for _ in windows)


def _flat(windows: Sequence[Window]) -> list[Any]:
    return [value for window in windows for value in window]


def _windows(store: Reader, stays: Iterable[tuple[int, bytes]], within: timedelta) -> dict[str, list[Window]]:
    """By table, of (moment, place) in their order. Stays that overlap are asked once, so that nobody counts twice."""
    ms = within // timedelta(milliseconds=1)
    by_place: dict[bytes, list[tuple[int, int]]] = {}
    for at, place in stays:
        spans = by_place.setdefault(place, [])
        if spans and at - ms <= spans[-1][1]:
            spans[-1] = (spans[-1][0], at + ms)
        else:
            spans.append((at - ms, at + ms))
    there, spans_of = store.tables(), store.spans()
    found: dict[str, list[Window]] = {}
    for place, spans in by_place.items():
        for first, last in spans:
            for table in _tables(there, spans_of, first, last):
                found.setdefault(table, []).append((place, first, last))
    return found


def _tables(there: set[str], spans: dict[str, tuple[int, int]], first: int, last: int) -> list[str]:
    """Those of these days, of wild clocks, and others that hold something seen in this time."""
    days = {name_at(first), name_at(last), ODD_TABLE, *_between(first, last)}
    away = [name for name, (begin, end) in spans.items() if begin <= last and first <= end]
    return sorted(days.union(away) & there)


def _there(store: Reader, first: date, last: date) -> list[str]:
    begins = milliseconds(datetime.combine(first, time.min, LOCAL))
    ends = milliseconds(datetime.combine(last, time.max, LOCAL))
    return _tables(store.tables(), store.spans(), begins, ends)


def _between(first: int, last: int) -> list[str]:
    """Whole days in between; none for a stay, which is why it is not asked for each."""
    if last - first < DAY_MS:
        return []
    return names_between(local(moment(first)).date(), local(moment(last)).date())


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[n : n + CHUNK] for n in range(0, len(values), CHUNK))
