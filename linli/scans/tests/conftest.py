"""A town with a shop whose code is out, and a store that starts empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from linli.codes import issuing
from linli.codes.models import Code, Kind
from linli.registry.models import Venue
from linli.scans.store import Store, open_store
from tests.town import T0, Town, make_town


@dataclass
class Shop:
    """An open venue of the town with its code."""

    town: Town
    venue: Venue
    code: Code

    @property
    def id(self) -> UUID:
        return self.venue.pk


@pytest.fixture
def store(db: None) -> Iterator[Store]:
    """Empty, whatever an earlier test left: these tables know no rollback."""
    opened = open_store()
    for table in opened.tables():
        opened.run(f"DELETE FROM {table}")
    yield opened
    opened.close()


@pytest.fixture
def shop(store: Store) -> Shop:
    return make_shop(make_town())


def make_shop(town: Town, name: str = "晨光超市", at: datetime = T0) -> Shop:
    venue = Venue.objects.create(community=town.community, name=name, kind="商场/超市", path="xysj/a/")
    return Shop(town, venue, issuing.issue(Kind.VENUE, venue.pk, community_id=town.id, at=at))
