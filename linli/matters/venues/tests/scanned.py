"""What the scan path has kept, read back as it was handed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from linli.scans.record import COLOURS, MODES, PROOFS, moment
from linli.scans.store import NOTABLE, Store, open_store


class Entry(NamedTuple):
    id: UUID
    mode: str
    colour: str
    proof: str
    who: bytes | None
    party: int
    place: UUID
    by: UUID | None
    seen_at: datetime


COLUMNS = "id, mode, colour, proof, who, party, place, registrar, seen_at"


def entries(store: Store) -> list[Entry]:
    """Every fact, oldest first."""
    tables = store.tables() - {NOTABLE}
    rows = [row for table in tables for row in store.ask(f"SELECT {COLUMNS} FROM {table}")]
    return [_entry(*row) for row in sorted(rows, key=lambda row: (row[8], row[0]))]


def _entry(key, mode, colour, proof, who, party, place, by, seen_at) -> Entry:  # type: ignore[no-untyped-def]
    words = (list(MODES)[mode], list(COLOURS)[colour], list(PROOFS)[proof])
    by = UUID(bytes=by) if by else None
    return Entry(UUID(bytes=key), *words, who, party, UUID(bytes=place), by, moment(seen_at))


@contextmanager
def scan_path() -> Iterator[Store]:
    """A store that starts and ends empty: its tables know no rollback."""
    store = open_store()
    _clear(store)
    try:
        yield store
    finally:
        _clear(store)
        store.close()


def _clear(store: Store) -> None:
    for table in store.tables():
        store.run(f"DELETE FROM {table}")
