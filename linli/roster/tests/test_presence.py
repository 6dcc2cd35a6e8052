"""Half an hour of silence asks again before anything secret is shown."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase

from linli.roster import presence
from tests.town import T0


def session(proved_after: float | None = 0) -> SessionBase:
    made = SessionBase()
    if proved_after is not None:
        made["account_authentication_methods"] = [{"at": (T0 + timedelta(minutes=proved_after)).timestamp()}]
    return made


def test_somebody_who_keeps_working_is_not_asked_again() -> None:
    mine = session()
    for minute in range(0, 200, 25):
        presence.touch(mine, T0 + timedelta(minutes=minute))
    assert not presence.must_return(mine)


def test_thirty_one_minutes_of_silence_ask_again() -> None:
    mine = session()
    presence.touch(mine, T0)
    presence.touch(mine, T0 + timedelta(minutes=31))
    assert presence.must_return(mine)


def test_proving_it_again_is_enough() -> None:
    mine = session()
    presence.touch(mine, T0)
    presence.touch(mine, T0 + timedelta(minutes=31))
    mine["account_authentication_methods"] = [{"at": (T0 + timedelta(minutes=32)).timestamp()}]
    assert not presence.must_return(mine)


def test_reading_pages_writes_the_session_once_a_minute() -> None:
    mine = session()
    touched = [presence.touch(mine, T0 + timedelta(seconds=s)) for s in (0, 10, 59, 60, 61, 125)]
    assert touched == [True, False, False, True, False, True]
