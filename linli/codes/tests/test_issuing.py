"""A subject has one code that lives, whoever asks for it and however often; a new one ends the old one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.base.ids import uuid7
from linli.codes import issuing
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from tests.town import T0, make_town

pytestmark = pytest.mark.django_db


def test_a_subject_has_one_living_code_until_it_is_given_a_new_one() -> None:
    town, shop = make_town(), uuid7()
    first = issuing.issue(Kind.VENUE, shop, community_id=town.id, at=T0)
    assert issuing.issue(Kind.VENUE, shop, community_id=town.id, at=T0 + timedelta(hours=1)) == first
    assert (len(first.token), len(first.short_code)) == (26, 8)
    later = T0 + timedelta(days=1)
    second = issuing.reissue(Kind.VENUE, shop, community_id=town.id, at=later)
    first.refresh_from_db()
    assert (first.revoked_at, second.revoked_at) == (later, None)
    assert first.token != second.token
    assert issuing.live(Kind.VENUE, shop, community_id=town.id) == second
    assert issuing.live_of(Kind.VENUE, [shop, uuid7()], community_id=town.id) == {shop: second}
    assert issuing.revoke(Kind.VENUE, shop, community_id=town.id, at=later) == 1
    assert issuing.revoke(Kind.VENUE, shop, community_id=town.id, at=later) == 0
    assert Code.objects.count() == 2


def test_a_code_is_found_as_it_is_scanned_or_typed_and_ends_at_its_hour() -> None:
    town = make_town()
    until = T0 + timedelta(hours=4)
    made = issuing.issue(Kind.PASS, uuid7(), community_id=town.id, at=T0, expires_at=until)
    for said in (made.token, made.token.lower(), made.short_code, grouped(made.short_code).lower()):
        assert issuing.find(said) == made
    assert issuing.find(made.token, kind=Kind.VENUE) is None
    assert issuing.find("hello") is None
    assert [issuing.is_alive(made, at) for at in (T0, until - timedelta(seconds=1), until)] == [
        True,
        True,
        False,
    ]


def test_a_short_code_that_is_taken_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town()
    taken = issuing.issue(Kind.PERSON, uuid7(), community_id=town.id, at=T0).short_code
    tried = iter([taken, taken, "2222222" + "2"])
    monkeypatch.setattr(issuing, "new_short_code", lambda: next(tried))
    assert issuing.issue(Kind.PERSON, uuid7(), community_id=town.id, at=T0).short_code == "22222222"


def test_a_thousand_codes_are_issued_at_once_and_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    town, people = make_town(), [uuid7() for _ in range(1100)]
    own = issuing.issue(Kind.PERSON, people[0], community_id=town.id, at=T0)
    fresh, tried = issuing.new_short_code, iter([own.short_code])  # the first that is drawn is taken
    monkeypatch.setattr(issuing, "new_short_code", lambda: next(tried, None) or fresh())
    found = issuing.issue_all(Kind.PERSON, people, community_id=town.id, at=T0)
    assert (set(found), found[people[0]]) == (set(people), own)
    assert issuing.issue_all(Kind.PERSON, [*people, people[1]], community_id=town.id, at=T0) == found
    assert Code.objects.count() == 1100
