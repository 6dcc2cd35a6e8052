"""The chain names the first bad line, whatever was done to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from linli.loops import seal
from linli.loops.models import Event, Ledger
from linli.loops.tests.conftest import Office


def tamper(statement: str, *values: object) -> None:
    """Write behind the engine's back, as somebody with the database password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE loops_event DISABLE TRIGGER loops_event_append_only")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS loops_event_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS loops_event_no_delete")
        cursor.execute(statement, values)


def raise_the_head(office: Office) -> None:
    last = Event.objects.filter(community_id=office.id).order_by("-seq")[0]
    Ledger.objects.filter(pk=office.id).update(seq=last.seq, head=last.digest)


@pytest.fixture
def three(office: Office) -> Office:
    for n in range(3):
        office.open(intent=f"open-{n}")
    return office


@pytest.mark.parametrize(
    ("deed", "bad"),
    [
        (lambda: tamper("UPDATE loops_event SET actor_name = %s WHERE seq = 2", "别人"), 2),
        (lambda: tamper("UPDATE loops_event SET given = %s WHERE seq = 3", '{"x": 1}'), 3),
        (lambda: tamper("DELETE FROM loops_event WHERE seq = 1"), 1),
        (lambda: tamper("DELETE FROM loops_event WHERE seq = 3"), 3),
        (lambda: tamper("UPDATE loops_event SET seq = 9 WHERE seq = 2"), 2),
    ],
)
def test_the_first_bad_line_is_named(three: Office, deed: Callable[[], None], bad: int) -> None:
    assert seal.verify(three.id) is None
    deed()
    broken = seal.verify(three.id)
    assert broken is not None and broken.seq == bad


def test_a_chain_cut_behind_the_printed_head_does_not_hold(three: Office) -> None:
    ledger = Ledger.objects.get(pk=three.id)
    printed = (ledger.seq, ledger.head)
    tamper("DELETE FROM loops_event WHERE seq = 3")
    raise_the_head(three)
    assert seal.verify(three.id) is None
    broken = seal.verify(three.id, published=printed)
    assert broken is not None and broken.seq == 3
