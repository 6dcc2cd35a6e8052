"""The engine in another domain: its loops, its pack, its people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from linli.base.ids import uuid7
from linli.loops import engine, registry, relay, rights
from linli.loops.models import Adoption, Case
from linli.loops.spec import Opening
from linli.loops.tests.parcel import PACK, T0, Book, Clerk, Parcel, Receipt, minutes


@dataclass
class Office:
    """One community with a runner, a lead and a director."""

    id: UUID
    runner: Clerk
    lead: Clerk
    director: Clerk

    def open(self, intent: str = "open-1", **anchors: str) -> Case:
        """A parcel waiting since T0."""
        opening = Opening(title="包*", scope="c1/a/", subject="p1", anchors=anchors)
        return engine.open_case(Parcel, opening, community_id=self.id, at=T0, intent=intent)

    def fetch(self, case: Case, intent: str = "fetch-1", after: float = 3) -> None:
        """The runner takes it from the shop."""
        given = {"giver": "店主王某", "taker": "跑腿李某"}
        engine.advance(case.id, "fetch", actor=self.runner, given=given, at=minutes(after), intent=intent)


def adopt(community_id: UUID, body: str = PACK) -> None:
    """Let the test pack bind a community from long ago."""
    Adoption.objects.create(
        community_id=community_id, key="test@1", body=body, from_at=minutes(-9999), adopted_at=T0, adopted_by="t",
        replanned_at=T0,
    )  # fmt: skip


def make_office() -> Office:
    """A community with its pack, and the duty book that knows its people."""
    community_id = uuid7()
    runner, lead, director = (Clerk(n, community_id) for n in ("李跑", "王组", "赵主"))
    rights.install(Book(runner=[runner], lead=[lead], director=[director]))
    adopt(community_id)
    return Office(community_id, runner, lead, director)


@pytest.fixture(autouse=True)
def other_domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the parcel loops are registered, nobody subscribes, and the duty book is put back afterwards."""
    monkeypatch.setattr(registry, "_loops", {"parcel": Parcel, "receipt": Receipt})
    monkeypatch.setattr(relay, "_subscribers", {})
    before = rights.book()
    yield
    rights.install(before)


@pytest.fixture
def office(db: None) -> Office:
    """A fresh office."""
    return make_office()
