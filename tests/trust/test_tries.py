"""Guessing passwords: all processes count together, no neighbour is locked out, and time tells nobody which names exist."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.roster import tries
from linli.roster.models import SignInTry, Tally
from linli.roster.passwords import Argon2
from tests.town import PASSWORD, T0, Town, make_town

HERE, THERE = "198.51.100.7", "198.51.100.8"


@pytest.fixture
def town(db: None) -> Town:
    return make_town(nobody_known=True)


def sign_in(name: str, password: str, address: str = HERE) -> int:
    facts = {"login": name, "password": password}
    return Client(REMOTE_ADDR=address).post("/accounts/login/", facts).status_code


def test_five_wrong_ones_lock_this_name_here_and_nothing_else(town: Town) -> None:
    name = town.desk.username
    assert [sign_in(name, f"wrong-{n}") for n in range(12)] == [200] * 12
    assert sign_in(name.upper(), PASSWORD) == 200, "locked, and refused tries do not lengthen it"
    assert sign_in(name, PASSWORD, THERE) == 302, "the same name from elsewhere"
    assert sign_in(town.patrol.username, PASSWORD) == 302, "the neighbour behind the same address"
    assert SignInTry.objects.count() == 5
    SignInTry.objects.update(at=T0)
    assert sign_in(name, PASSWORD) == 302, "minutes later"


def test_a_whole_compound_signs_in_at_eight_behind_one_address(town: Town) -> None:
    everybody = [user.username for user in town.staff.values()]
    for name in everybody:
        sign_in(name, "a-slip-of-the-finger")
    assert [sign_in(name, PASSWORD) for name in everybody] == [302] * len(everybody)


def test_the_limits_are_exact_and_end_by_themselves(db: None) -> None:
    def left(name: str, address: str, **after: float) -> bool:
        return tries.begin(name, address, at=T0 + timedelta(**after)) is not None

    assert [left("a", HERE, seconds=n) for n in range(6)] == [True] * 5 + [False]
    assert not left("a", HERE, minutes=4)
    assert left("a", HERE, minutes=5, seconds=1)
    assert all(left("b", f"198.51.100.{n}") for n in range(tries.FROM_EVERYWHERE))
    assert not left("b", "203.0.113.1"), "through many addresses"
    assert all(left(f"name-{n}", THERE, hours=3) for n in range(tries.OF_ONE_ADDRESS))
    assert not left("another", THERE, hours=3), "whatever the names"
    assert tries.forget(at=T0 + timedelta(hours=3)) == 106
    assert SignInTry.objects.count() == tries.OF_ONE_ADDRESS


def test_two_processes_count_together(committed: None) -> None:
    """Three tries in another process leave two here."""
    code = (
        "import django; django.setup()\n"
        "from linli.roster import tries; from django.core.cache import cache; from tests.town import T0\n"
        f"print([tries.begin('a', '{HERE}', at=T0) is not None for _ in range(3)]); cache.set('there', [1.5], 60)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "LINLI_DATABASE": database_url(),
    }
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=settings.ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "[True, True, True]", ran.stderr
    assert [tries.begin("a", HERE, at=T0) is not None for _ in range(3)] == [True, True, False]
    assert cache.get("there") == [1.5], "allauth's other limits are shared too"


def database_url() -> str:
    """The test's own database, as another process is told of it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    host = told["HOST"]
    return (
        f"postgresql://{told['USER']}:{told['PASSWORD']}@localhost:{told['PORT']}/{told['NAME']}?host={host}"
    )


def test_the_other_limits_are_kept_in_a_table(db: None) -> None:
    one, other = (DatabaseCache("roster_tally", {"OPTIONS": {}}) for _ in range(2))
    one.set("second-factor", [1.0, 2.0], 60)
    assert other.get("second-factor") == [1.0, 2.0]
    assert not other.add("second-factor", True, 60)
    assert Tally.objects.count() == 1


def test_counting_costs_three_queries(town: Town) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sign_in(town.patrol.username, PASSWORD) == 302
    mine = [q["sql"] for q in asked if "roster_signintry" in q["sql"]]
    assert [sql.split()[0] for sql in mine] == ["INSERT", "SELECT", "DELETE"]
    assert not any("roster_tally" in q["sql"] for q in asked)


def hashed(monkeypatch: pytest.MonkeyPatch, name: str, address: str = HERE) -> int:
    """How often argon2 ran for one wrong password."""
    calls: list[str] = []
    encode, verify = Argon2.encode, Argon2.verify
    with monkeypatch.context() as patched:
        patched.setattr(Argon2, "encode", lambda *a, **k: calls.append("encode") or encode(*a, **k))
        patched.setattr(Argon2, "verify", lambda *a, **k: calls.append("verify") or verify(*a, **k))
        assert sign_in(name, "wrong-password", address) == 200
    return len(calls)


def test_an_unknown_name_costs_what_a_wrong_password_costs(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(get_hasher(), Argon2)
    unopened = town.hire("patrol", "新人")
    unopened.set_unusable_password()
    unopened.save()
    closed = town.hire("patrol", "离职")
    closed.is_active = False
    closed.save()
    names = ("nobody.here", town.desk.username, unopened.username, closed.username)
    assert [hashed(monkeypatch, name) for name in names] == [1, 1, 1, 1]
    for name in names[:2]:
        for _ in range(5):
            sign_in(name, "wrong-password", THERE)
    assert [hashed(monkeypatch, name, THERE) for name in names[:2]] == [0, 0], "locked alike"
