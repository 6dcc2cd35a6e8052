"""Accounts and shifts: links that work once, shifts that end, and nothing across communities."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from linli.loops.ledger import Refused
from linli.roster import accounts
from linli.roster.models import Shift, User
from linli.roster.on_duty import duties_of
from tests.town import PASSWORD, T0, Town, make_town, minutes


@pytest.fixture
def town(db: None) -> Town:
    return make_town(nobody_known=True)


def test_a_new_account_opens_only_with_its_link_and_only_once(town: Town) -> None:
    user = accounts.open_account(community_id=town.id, username=" Wang.Min ", shown_name="王敏")
    assert (user.username, user.has_usable_password()) == ("wang.min", False)
    token = accounts.link_token(user)
    assert accounts.owner_of(user.pk, token) == user
    assert accounts.owner_of(user.pk, token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    user.set_password("another long sentence")
    user.save()
    assert accounts.owner_of(user.pk, token) is None


def test_a_taken_name_is_refused_and_nothing_is_written(town: Town) -> None:
    before = User.objects.count()
    with pytest.raises(Refused) as refused:
        accounts.open_account(community_id=town.id, username="XYSJ-desk", shown_name="某人")
    assert refused.value.faults == {"username": "已有人用"}
    assert User.objects.count() == before


def test_a_new_link_ends_the_old_password_and_every_session(town: Town, client: Client) -> None:
    assert client.login(username=town.desk.username, password=PASSWORD)
    UserSession.objects.create(user=town.desk, ip="192.0.2.1", session_key=client.session.session_key)
    accounts.renew(town.desk)
    assert not client.login(username=town.desk.username, password=PASSWORD)
    assert UserSession.objects.count() == 0


def test_a_closed_account_is_off_duty_and_signed_out(town: Town) -> None:
    assert list(duties_of(town.desk, at=T0)) == ["desk"]
    accounts.close_account(town.desk)
    assert duties_of(town.desk, at=T0) == {}


def test_the_same_shift_twice_is_one_shift(town: Town) -> None:
    facts = {
        "community": town.community, "user": town.patrol, "duty": "gatekeeper", "scope": town.community.path,
        "starts_at": T0, "ends_at": minutes(600),
    }  # fmt: skip
    assert accounts.give_shift(**facts) == accounts.give_shift(**facts)
    assert Shift.objects.filter(user=town.patrol, duty="gatekeeper").count() == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"duty": "janitor"}, "没有这个岗位"),
        ({"ends_at": T0 - timedelta(minutes=1)}, "结束要晚于开始"),
        ({"scope": "other/"}, "人和地点都要在本社区内"),
        ({"scope": ""}, "人和地点都要在本社区内"),
    ],
)
def test_a_wrong_shift_is_refused_and_nothing_is_written(
    town: Town, change: dict[str, object], fault: str
) -> None:
    before = Shift.objects.count()
    facts: dict[str, object] = {
        "community": town.community, "user": town.patrol, "duty": "gatekeeper", "scope": town.community.path,
        "starts_at": T0, "ends_at": minutes(600), **change,
    }  # fmt: skip
    with pytest.raises(Refused, match=fault):
        accounts.give_shift(**facts)  # type: ignore[arg-type]
    assert Shift.objects.count() == before


def test_a_shift_for_somebody_of_another_community_is_refused(town: Town) -> None:
    stranger = make_town("bingding", "丙丁社区", nobody_known=True).patrol
    with pytest.raises(Refused):
        accounts.give_shift(
            community=town.community,
            user=stranger,
            duty="patrol",
            scope=town.community.path,
            starts_at=T0,
            ends_at=None,
        )


def test_a_running_shift_ends_now_and_a_coming_one_is_called_off(town: Town) -> None:
    running = town.appoint(town.patrol, "gatekeeper", starts_at=minutes(-60), ends_at=minutes(60))
    coming = town.appoint(town.patrol, "delivery", starts_at=minutes(60))
    for _again in range(2):
        accounts.end_shift(running, at=T0)
        accounts.end_shift(coming, at=T0)
    running.refresh_from_db()
    coming.refresh_from_db()
    assert (running.ends_at, running.called_off_at) == (T0, None)
    assert (coming.ends_at, coming.called_off_at) == (None, T0)
    assert "gatekeeper" not in duties_of(town.patrol, at=minutes(1))
