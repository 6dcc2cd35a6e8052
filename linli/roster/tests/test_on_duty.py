"""Who is on duty: across midnight, on call, substitutes, and what one duty covers."""

from __future__ import annotations

import pytest

from linli.base.scope import path
from linli.roster.on_duty import Book, duties_of, scopes_of
from tests.town import T0, Town, make_town, minutes

BOOK = Book()


@pytest.fixture
def town(db: None) -> Town:
    made = make_town(nobody_known=True)
    for user in made.staff.values():
        user.shifts.all().delete()
    return made


def heard(town: Town, duty: str, after: float = 0, scope: str = "") -> list[str]:
    found = BOOK.holders(duty, community_id=town.id, scope=scope or town.community.path, at=minutes(after))
    return [user.username for user in found]


def test_a_shift_across_midnight_is_half_open(town: Town) -> None:
    town.appoint(town.patrol, "patrol", starts_at=minutes(-310), ends_at=minutes(290))  # 20:00 to 06:00
    name = town.patrol.username
    assert [heard(town, "patrol", m) for m in (-311, -310, 0, 289, 290)] == [[], [name], [name], [name], []]


def test_who_is_on_call_hears_only_when_nobody_is_on_post(town: Town) -> None:
    town.appoint(town.patrol, "patrol", on_call=True)
    assert heard(town, "patrol") == [town.patrol.username]
    town.appoint(town.delivery, "patrol", starts_at=T0, ends_at=minutes(60))
    assert heard(town, "patrol") == [town.delivery.username]
    assert heard(town, "patrol", 60) == [town.patrol.username]


def test_a_substitute_takes_the_place_until_the_end(town: Town) -> None:
    first = town.appoint(town.patrol, "patrol")
    second = town.appoint(town.delivery, "patrol", starts_at=T0, ends_at=minutes(60))
    second.instead_of = first
    second.save()
    assert [heard(town, "patrol", m) for m in (-1, 0, 60)] == [
        [town.patrol.username], [town.delivery.username], [town.patrol.username],
    ]  # fmt: skip


def test_the_nearest_place_hears_first(town: Town) -> None:
    everywhere = town.appoint(town.patrol, "grid_lead")
    near = town.appoint(town.delivery, "grid_lead", scope=path("xysj", "a", "g1"))
    inside = path("xysj", "a", "g1", "3")
    assert heard(town, "grid_lead", scope=inside) == [near.user.username, everywhere.user.username]
    assert heard(town, "grid_lead", scope=path("xysj", "b")) == [everywhere.user.username]


def test_the_desk_may_act_for_reception_and_reception_not_for_the_desk(town: Town) -> None:
    town.appoint(town.desk, "desk")
    town.appoint(town.reception, "reception")
    where = {"community_id": town.id, "scope": town.community.path, "at": T0}
    assert BOOK.holds(town.desk, "reception", **where)
    assert not BOOK.holds(town.reception, "desk", **where)


def test_no_scope_is_no_licence(town: Town) -> None:
    town.appoint(town.desk, "desk")
    assert not BOOK.holds(town.desk, "desk", community_id=town.id, scope="", at=T0)


def test_only_the_outermost_places_are_listed(town: Town) -> None:
    town.appoint(town.desk, "grid_lead", scope=path("xysj", "a"))
    town.appoint(town.desk, "patrol", scope=path("xysj", "a", "g1"))
    town.appoint(town.desk, "gatekeeper", scope=path("xysj", "b"))
    assert scopes_of(town.desk, at=T0) == ["xysj/a/", "xysj/b/"]
    assert sorted(duties_of(town.desk, at=T0)) == ["gatekeeper", "grid_lead", "patrol"]
