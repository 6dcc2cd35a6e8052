"""The hot path as its callers meet it: what is acknowledged is on the disk, what is not can be sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.codes import issuing
from linli.codes.models import Kind
from linli.codes.word import word_of
from linli.registry import strangers
from linli.scans import gates
from linli.scans.fast import ID, Fast
from linli.scans.ingest import Ingest
from linli.scans.looking import heads_today, visits_of
from linli.scans.record import Row
from linli.scans.store import Store, open_store
from linli.scans.tests.conftest import Shop

DAY = timedelta(days=1)


_callers: list[Caller] = []


@pytest.fixture(autouse=True)
def nobody_writes_on() -> Iterator[None]:
    """A writer's connection would keep the test database from being dropped."""
    yield
    while _callers:
        _callers.pop().fast.ingest.close()


class Caller:
    """Talks ASGI to one Fast; Django behind it says that it was asked."""

    def __init__(self, shop: Shop, ingest: Ingest | None = None) -> None:
        self.fast = Fast(self.django)
        self.fast.known.look(now())
        self.fast.known.next_look = float("inf")  # its own look would open a connection of another thread
        if ingest:
            self.fast.ingest = ingest
        self.asked: list[tuple[str, bytes]] = []
        _callers.append(self)

    async def django(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.asked.append((scope["path"], message.get("body", b"")))
        headers = [(b"content-type", b"text/html"), (b"x-linli-keep", b"10")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<p>" + ID + b"</p>"})

    def say(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        return asyncio.run(self.saying(method, path, body, headers))

    async def saying(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        told = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
        path, _sep, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": told,
        }
        answers: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            answers.append(message)

        await self.fast(scope, receive, send)
        start = answers[0]
        found = {k.decode().lower(): v.decode() for k, v in start["headers"]}
        return start["status"], found, b"".join(m.get("body", b"") for m in answers[1:])

    def scans(self, key: str, *scans: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        told = {"scans": list(scans)} if len(scans) != 1 else scans[0]
        status, _headers, body = self.say(
            "POST", "/api/scans", json.dumps(told).encode(), authorization=f"Bearer {key}"
        )
        return status, json.loads(body)


def test_a_gate_sends_what_passes_it_and_hears_of_each_card(shop: Shop) -> None:
    who = shop.town.person["陆青禾"]
    card = issuing.issue(Kind.PERSON, who.pk, community_id=shop.town.id, at=now())
    dead = issuing.issue(Kind.PERSON, uuid7(), community_id=shop.town.id, at=now())
    issuing.revoke(Kind.PERSON, dead.subject, community_id=shop.town.id, at=now() - DAY)
    key = gates.make(shop.venue, "东门闸机", at=now()).key
    caller = Caller(shop)
    ids = [str(uuid7()) for _ in range(6)]
    sent = (
        {"id": ids[0], "card": card.token, "colour": "green"},
        {"id": ids[1], "card": dead.short_code},
        {"id": ids[2], "card": "7A3K-9F4J"},
        {"id": ids[3], "number": "139 0004 9901", "party": 2},
        {"id": ids[4], "colour": "purple"},
        {"id": ids[5], "number": "12345"},
    )
    status, told = caller.scans(key, *sent)
    assert (status, told["kept"]) == (200, 4)
    assert [(ids.index(s["id"]), s.get("card"), "refused" in s) for s in told["scans"]] == [
        (1, "revoked", False), (2, "unknown", False), (4, None, True), (5, None, True),
    ]  # fmt: skip
    assert caller.scans(key, sent[0]) == (200, {"kept": 1, "scans": [{"id": ids[0], "card": "known"}]})
    assert caller.scans(key, *sent)[1]["kept"] == 4, "the same answer, and no fact doubled"
    assert heads_today([shop.id], at=now()) == {shop.id: 5}
    keys = strangers.keys_of(who.pk, community_id=shop.town.id)
    until = now() + DAY
    assert len(visits_of(keys, since=now() - DAY, until=until, community_id=shop.town.id)) == 1
    stranger = strangers.key_of("13900049901")
    assert stranger
    assert len(visits_of([stranger], since=now() - DAY, until=until, community_id=shop.town.id)) == 1


def test_who_has_no_key_no_list_or_no_id_of_its_own_is_told_why(shop: Shop, store: Store) -> None:
    gate = gates.make(shop.venue, "东门闸机", at=now())
    caller = Caller(shop)
    good = {"id": str(uuid7())}
    assert caller.scans("linli_gate_wrong", good)[0] == 401
    assert caller.say("POST", "/api/scans", b"{", authorization=f"Bearer {gate.key}")[0] == 400
    assert caller.say("GET", "/api/scans")[0] == 405
    assert caller.scans(gate.key, *[good] * 501)[0] == 400
    status, told = caller.scans(gate.key, {"id": "4dd7a3a4-0000-4000-8000-000000000000"})
    assert (status, "UUIDv7" in told["scans"][0]["refused"]) == (422, True)
    elsewhere = caller.scans(gate.key, {**good, "place": "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"})
    assert (elsewhere[0], elsewhere[1]["kept"]) == (422, 0)
    assert heads_today([shop.id], at=now()) == {}
    gates.revoke(gate.gate.pk, community_id=shop.town.id, at=now())
    caller.fast.known.look(now())
    assert caller.scans(gate.key, good)[0] == 401


def test_a_form_without_a_fault_never_reaches_django(shop: Shop) -> None:
    caller, path = Caller(shop), f"/v/{shop.code.token}/"
    word = word_of(shop.code.token, local(now()).date())
    form = {
        "id": str(uuid7()),
        "number": "13900049901",
        "heads": "3",
        "others": "139 00049902".replace(" ", ""),
        "word": word,
    }
    for _again in range(2):
        status, headers, _body = caller.say("POST", path, urlencode(form).encode())
        assert (status, headers["location"]) == (303, f"{path}?done=3")
    assert caller.asked == []
    assert heads_today([shop.id], at=now()) == {shop.id: 3}
    stranger = strangers.key_of("13900049902")
    assert stranger
    [along] = visits_of([stranger], since=now() - DAY, until=now() + DAY, community_id=shop.town.id)
    assert along.proof == 1
    other_word = f"{(int(word) + 1) % 100:02}"
    wrong = [
        urlencode({**form, "id": str(uuid7()), **w}).encode() for w in ({"number": "1"}, {"word": other_word})
    ]
    assert [caller.say("POST", path, body)[0] for body in wrong] == [200, 200]
    assert [body for _path, body in caller.asked] == wrong, (
        "Django reads the whole form again and says what is wrong"
    )
    assert heads_today([shop.id], at=now()) == {shop.id: 3}


def test_a_crowd_reads_one_page_and_everybody_gets_an_id(shop: Shop) -> None:
    caller, path = Caller(shop), f"/v/{shop.code.token}/"
    pages = [caller.say("GET", path) for _ in range(3)]
    assert len(caller.asked) == 1
    assert "x-linli-keep" not in pages[0][1]
    ids = {UUID(body.decode()[3:-4]) for _status, _headers, body in pages}
    assert len(ids) == 3
    caller.say("GET", path, accept_language="en-GB")
    caller.say("GET", path, cookie="linli_me=x")
    caller.say("GET", path, cookie="linli_me=x")
    assert len(caller.asked) == 4, "another language is another page, and whoever is remembered has their own"


class Stuck(Ingest):
    """Its disk refuses, or takes for ever."""

    def __init__(self, store: object) -> None:
        super().__init__(lambda: store)  # type: ignore[arg-type,return-value]


class Broken:
    def write(self, rows: Sequence[Row]) -> int:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        pass


def test_a_full_disk_is_no_acknowledgement_and_what_comes_too_fast_is_asked_to_come_again(shop: Shop) -> None:
    key = gates.make(shop.venue, "东门闸机", at=now()).key
    broken = Caller(shop, Stuck(Broken()))
    status, headers, _body = broken.say(
        "POST", "/api/scans", json.dumps({"id": str(uuid7())}).encode(), authorization=f"Bearer {key}"
    )
    assert (status, 2 <= int(headers["retry-after"]) <= 8) == (503, True)
    assert heads_today([shop.id], at=now()) == {}
    full = Caller(shop)
    full.fast.ingest.came = 10**6
    assert full.scans(key, {"id": str(uuid7())})[0] == 503
    assert full.say("POST", f"/v/{shop.code.token}/", b"id=1")[0] == 503
    full.fast.ingest.came = 0
    assert full.scans(key, {"id": str(uuid7())})[0] == 200


def test_many_at_once_share_commits_and_each_hears_of_its_own(shop: Shop) -> None:
    commits: list[int] = []

    class Counting:
        def __init__(self) -> None:
            self.store = open_store()

        def write(self, rows: Sequence[Row]) -> int:
            commits.append(len(rows))
            return self.store.write(rows)

        def close(self) -> None:
            self.store.close()

    key = gates.make(shop.venue, "东门闸机", at=now()).key
    caller = Caller(shop, Stuck(Counting()))
    caller.fast.ingest.opening = Counting  # type: ignore[assignment]

    async def crowd() -> list[int]:
        told = {"authorization": f"Bearer {key}"}
        bodies = [json.dumps({"id": str(uuid7())}).encode() for _ in range(300)]
        answers = await asyncio.gather(*(caller.saying("POST", "/api/scans", b, dict(told)) for b in bodies))
        return [status for status, _headers, _body in answers]

    assert asyncio.run(crowd()) == [200] * 300
    assert sum(commits) == 300
    assert len(commits) < 30
    assert heads_today([shop.id], at=now()) == {shop.id: 300}
