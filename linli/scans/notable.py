"""Facts of a colour that leads to something are handed on, at least once, until every subscriber has them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.scans.record import COLOURS, MODES, milliseconds, moment
from linli.scans.store import NOTABLE, Store, open_store, opened

log = logging.getLogger(__name__)

AT_ONCE = 200

_COLOURS, _MODES = tuple(COLOURS), tuple(MODES)


@dataclass(frozen=True)
class Notable:
    """One such fact. `id` is the scan's: whoever reacts uses it as the intent, so that twice is once."""

    id: UUID
    community_id: UUID
    place: UUID
    who: bytes | None
    colour: str
    mode: str
    by: UUID | None
    seen_at: datetime


Reaction = Callable[[Notable, datetime], None]
_reactions: list[Reaction] = []


def notable(react: Reaction) -> Reaction:
    """Decorator: `react(fact, at)` runs in a transaction of its own, soon after the scan is on the disk."""
    if react not in _reactions:
        _reactions.append(react)
    return react


def hand_on(at: datetime) -> int:
    """Tell every subscriber what it was not told yet; one that fails is told again in the next round. How many facts."""
    with opened() as store:
        return _hand_on(store, at)


class Handing:
    """The same round after round: its store stays open, and one that failed is opened anew in the next round."""

    def __init__(self) -> None:
        self.store: Store | None = None

    def hand_on(self, at: datetime) -> int:
        """As the function. Raises what the database said."""
        store = self.store = self.store or open_store()
        try:
            return _hand_on(store, at)
        except Exception:
            self.store = None
            store.close()
            raise


def _hand_on(store: Store, at: datetime) -> int:
    rows = store.ask(
        f"SELECT id, community, place, who, colour, mode, registrar, seen_at FROM {NOTABLE} "  # noqa: S608
        f"WHERE told IS NULL ORDER BY at, id LIMIT {AT_ONCE}"
    )
    return sum(_handed(row, store, at) for row in rows)


def _handed(row: tuple[object, ...], store: Store, at: datetime) -> bool:
    fact = _fact(row)
    try:
        with transaction.atomic():
            for react in _reactions:
                react(fact, at)
    except Exception:
        log.exception("a notable scan was not taken: told again")
        return False
    store.run(f"UPDATE {NOTABLE} SET told = ? WHERE id = ?", (milliseconds(at), fact.id.bytes))  # noqa: S608
    return True


def _fact(row: tuple[object, ...]) -> Notable:
    key, community, place, who, colour, mode, by, seen_at = row
    return Notable(
        UUID(bytes=key),  # type: ignore[arg-type]
        UUID(bytes=community),  # type: ignore[arg-type]
        UUID(bytes=place),  # type: ignore[arg-type]
        who,  # type: ignore[arg-type]
        _COLOURS[colour],  # type: ignore[call-overload]
        _MODES[mode],  # type: ignore[call-overload]
        UUID(bytes=by) if by else None,  # type: ignore[arg-type]
        moment(seen_at),  # type: ignore[arg-type]
    )
