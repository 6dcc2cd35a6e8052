"""Who may move a case, and who is told: answered by the duty book that the roster installs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Actor(Protocol):
    """Whoever acts: a signed-in member of staff, or a service with a name."""

    @property
    def id(self) -> UUID: ...
    @property
    def shown_name(self) -> str: ...
    @property
    def community_id(self) -> UUID | None: ...


class DutyBook(Protocol):
    """Who holds which duty, here, now."""

    def holds(self, actor: Actor, duty: str, *, community_id: UUID, scope: str, at: datetime) -> bool:
        """Whether `actor` may act for `duty` at a place under `scope`."""
        ...

    def holders(self, duty: str, *, community_id: UUID, scope: str, at: datetime) -> Sequence[Actor]:
        """Everybody on duty for it, who is told; nearest scope first."""
        ...

    def title(self, duty: str) -> str:
        """The duty as the reader calls it."""
        ...


class _Nobody:
    """The book before one is installed: nobody may do anything, nobody is told."""

    def holds(self, actor: Actor, duty: str, *, community_id: UUID, scope: str, at: datetime) -> bool:
        return False

    def holders(self, duty: str, *, community_id: UUID, scope: str, at: datetime) -> Sequence[Actor]:
        return ()

    def title(self, duty: str) -> str:
        return duty


_book: list[DutyBook] = [_Nobody()]


def install(book: DutyBook) -> DutyBook:
    """Make `book` the one that answers; returns the one before (tests put it back)."""
    before, _book[0] = _book[0], book
    return before


def book() -> DutyBook:
    """The installed duty book."""
    return _book[0]
