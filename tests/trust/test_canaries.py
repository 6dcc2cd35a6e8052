"""Fifty people whose names and numbers nobody else has: after a working night they stand in no log and no address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.test import Client

from tests.trust.routes import routes
from tests.trust.world import World, make_world


class Everything(logging.Handler):
    """Keeps every line that any logger says, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def heard() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(
        logging.INFO
    )  # SQL is logged in DEBUG only, never by linli
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def night(world: World) -> Iterator[str]:
    """Every address that our director and desk meet: pages, their links, and where forms lead."""
    for user in (world.ours.director, world.ours.desk):
        client = world.signed_in(user)
        for route in routes():
            if route.converters or route.name in ("account_logout", "desk-live"):
                continue
            answer = client.get(route.path, headers={"Accept": "text/html"})
            yield route.path
            yield from links(answer)
        yield from searched(client, world)


def links(answer: object) -> Iterator[str]:
    if answer.streaming:  # type: ignore[attr-defined]
        return
    body = answer.content.decode(errors="replace")  # type: ignore[attr-defined]
    for part in body.split('href="')[1:]:
        yield part.partition('"')[0]
    yield answer.headers.get("Location", "")  # type: ignore[attr-defined]


def searched(client: Client, world: World) -> Iterator[str]:
    """A wrong sign-in and a failed form with somebody's data in it."""
    name, facts = next(iter(world.ours.facts.items()))
    for path in ("/accounts/login/", "/desk/staff/new/", "/desk/shifts/new/"):
        answer = client.post(
            path, {"login": name, "username": facts.id_number, "user": facts.phone, "reason": name}
        )
        yield from links(answer)


def test_no_name_and_no_number_reaches_a_log_or_an_address(db: None, heard: Everything) -> None:
    world = make_world()
    canaries = world.ours.canaries
    assert len(canaries) >= 50
    addresses = [unquote(address) for address in night(world)]
    assert len(addresses) > 100
    assert [c for c in canaries if any(c in line for line in heard.lines)] == []
    assert [c for c in canaries if any(c in address for address in addresses)] == []


def test_an_exception_does_not_carry_what_was_typed(
    db: None, heard: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.desk import staff_screens

    world = make_world()
    client = world.signed_in(world.ours.director)

    def broken(**facts: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(staff_screens.accounts, "open_account", broken)
    answer = client.post("/desk/staff/new/", {"shown_name": "陆青禾", "username": "lu.qinghe"})
    assert answer.status_code == 500
    assert "broken on purpose" not in answer.content.decode()
    assert any("broken on purpose" in line for line in heard.lines)
    assert not any("陆青禾" in line for line in heard.lines)
