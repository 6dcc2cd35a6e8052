"""The worker: each pass on its own, heads once an hour, and a chain that was cut is noticed."""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from linli.loops import engine
from linli.loops.models import Event, Ledger
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.site import heads, proof, worker
from linli.site.worker import Pass
from tests.town import T0, Town, make_town, minutes


@pytest.fixture
def town(db: None, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Town:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return make_town(nobody_known=True)


def open_return(town: Town, n: int) -> None:
    opening = Opening(title="返乡 · 王*", scope=town.community.path, subject=f"s{n}")
    engine.open_case(Return, opening, community_id=town.id, at=minutes(n), intent=f"open-{n}")


def test_a_pass_that_fails_costs_the_others_nothing(caplog: pytest.LogCaptureFixture, db: None) -> None:
    done: list[str] = []

    def broken(at: object) -> int:
        raise RuntimeError("poison")

    every = [Pass("broken", broken), Pass("good", lambda at: done.append("good") or 2)]  # type: ignore[func-returns-value]
    with caplog.at_level(logging.ERROR):
        assert worker.one_round(every) == 2
        assert worker.one_round(every) == 2
    assert done == ["good", "good"]
    assert [r.getMessage() for r in caplog.records] == ["pass broken failed"], "it rests after a failure"


def test_the_round_under_way_is_finished(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    stop, rounds = threading.Event(), []

    def one(at: object) -> int:
        rounds.append(at)
        if len(rounds) == 3:
            stop.set()
        return 1

    monkeypatch.setattr(worker, "passes", lambda: [Pass("one", one)])
    worker.work(stop)
    assert len(rounds) == 3


def test_everything_a_worker_does_is_installed() -> None:
    assert [p.name for p in worker.passes()] == [
        "clock",
        "steady",
        "packs",
        "scans",
        "relay",
        "outbox",
        "imports",
        "patrols",
        "walks",
        "heads",
        "forget",
        "isolations",
        "calls",
        "sheets",
        "supplies",
        "visitors",
        "census",
        "patrols forget",
        "alerts",
        "lists",
        "traces",
        "venues",
        "days of scans",
        "readings",
        "devices",
        "tries",
    ]


def test_a_head_is_published_once_an_hour_and_only_when_the_ledger_moved(town: Town) -> None:
    assert heads.publish(at=T0) == 0
    open_return(town, 1)
    assert [heads.publish(at=minutes(m)) for m in (2, 3, 4)] == [1, 0, 0]
    open_return(town, 5)
    assert [heads.publish(at=T0 + timedelta(hours=h)) for h in (1, 2)] == [1, 0]
    lines = heads.published(town.id)
    assert [line["seq"] for line in lines] == [1, 2]
    assert lines[-1]["head"] == Ledger.objects.get(pk=town.id).head


def test_a_line_torn_by_a_crash_is_left_out(town: Town) -> None:
    open_return(town, 1)
    heads.publish(at=T0)
    with (heads.folder() / f"{town.id}.jsonl").open("a") as file:
        file.write('{"at": "2022-04-14T')
    assert len(heads.published(town.id)) == 1


def test_an_untouched_ledger_holds(town: Town) -> None:
    for n in range(3):
        open_return(town, n)
    heads.publish(at=T0)
    found = proof.examine()
    assert (found["holds"], [row["seq"] for row in found["communities"]]) == (True, [3])
    json.dumps(found)


def tamper(*statements: str) -> None:
    """As somebody with the database's password would: past the triggers."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement.format(event=table, ledger=Ledger._meta.db_table))


def test_an_altered_event_is_named(town: Town) -> None:
    for n in range(3):
        open_return(town, n)
    tamper("UPDATE {event} SET actor_name='somebody else' WHERE seq=2")
    found = proof.examine()
    assert not found["holds"]
    assert found["communities"][0]["broken"] == {"seq": 2, "why": "altered"}


def test_a_chain_cut_behind_a_published_head_is_noticed_even_when_its_head_was_moved(town: Town) -> None:
    for n in range(3):
        open_return(town, n)
    heads.publish(at=T0)
    digest = Event.objects.get(seq=2).digest
    tamper("DELETE FROM {event} WHERE seq=3", f"UPDATE {{ledger}} SET seq=2, head='{digest}'")
    assert proof.examine()["communities"][0]["broken"] == {
        "seq": 3,
        "why": "the chain ends before the published head",
    }


def test_a_community_that_does_not_exist_is_said(town: Town) -> None:
    found = proof.examine(slug="nowhere")
    assert (found["holds"], found["database"]) == (False, ["there is no community 'nowhere'"])
