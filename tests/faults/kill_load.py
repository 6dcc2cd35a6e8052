"""Clients that do not give up: each act has an id, is sent until it is acknowledged, and what was acknowledged is
written down on a disk outside the house before the next act begins."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from linli.base.ids import uuid7

TOKEN = "k" * 32
"""Of the form and of the cookie: Django compares the two."""
PAUSE = 0.05


@dataclass
class Book:
    """What was sent and what was acknowledged, each line on the disk before anything else happens."""

    path: Path
    sent: set[str] = field(default_factory=set)
    acked: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.file = self.path.open("a", encoding="ascii")

    def note(self, word: str, ids: list[str]) -> None:
        """`sent` or `acked`."""
        with self.lock:
            getattr(self, word).update(ids)
            self.file.write("".join(f"{word} {i}\n" for i in ids))
            self.file.flush()
            os.fsync(self.file.fileno())


class Stopped(Exception):
    """The test is over."""


@dataclass
class Client:
    """One of eight: where the server is now, when to stop, and its own dice."""

    port: Callable[[], int]
    stop: threading.Event
    book: Book
    dice: random.Random
    troubles: list[str] = field(default_factory=list)

    def until_acked(
        self, ids: list[str], request: Callable[[], tuple[str, bytes, dict[str, str]]], good: set[int]
    ) -> bytes:
        """Send until one of the good answers comes; a connection that breaks, a 5xx or a 429 is asked again."""
        self.book.note("sent", ids)
        while not self.stop.is_set():
            answer = self._once(*request())
            if answer and answer[0] in good:
                self.book.note("acked", ids)
                return answer[1]
            if answer and answer[0] < 500 and answer[0] != 429:
                self.troubles.append(f"{answer[0]} for {ids}: {answer[1][:300].decode(errors='replace')}")
                raise Stopped
            time.sleep(PAUSE)
        raise Stopped

    def _once(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
        """Status and body; None when no answer came. One in ten hangs up before the answer."""
        connection = HTTPConnection("127.0.0.1", self.port(), timeout=10)
        try:
            connection.request("POST", path, body, headers)
            if self.dice.random() < 0.1:
                return None
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()


HANDS = {"giver": "路远行", "taker": "温知暖"}
ROAD: tuple[tuple[str, dict[str, str]], ...] = (
    ("verify", {
        "people": "1", "identity": "on", "time": "01:40", "place": "A区", "service": "G9457", "contact": "no",
        "health": "well", "history": "other_province",
    }),
    ("certify", {}),
    ("dispatch", {"vehicle": "晋DY0001", "driver": "路远行"}),
    ("board", HANDS),
    ("deliver", HANDS),
    ("hand_over", HANDS | {"notice_given": "on"}),
)  # fmt: skip
"""Step and form of a return where all goes well."""


def clerk(client: Client, session: str, cases: list[str]) -> None:
    """Take each case along its road through the desk's own form; now and then send an old step again."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    done: list[tuple[str, str, dict[str, str]]] = []
    for case_id, step, form in ((c, s, f) for c in cases for s, f in ROAD):
        act = (f"kill-{case_id[-12:]}-{step}", f"/desk/case/{case_id}/step/{step}/", form)
        for intent, path, answers in (
            act,
            *client.dice.sample(done, min(len(done), 1)) * client.dice.randint(0, 1),
        ):
            body = urlencode({**answers, "intent": intent, "csrfmiddlewaretoken": TOKEN}).encode()
            client.until_acked([intent], lambda path=path, body=body: (path, body, headers), {302})  # type: ignore[misc]
        done.append(act)


def sender(client: Client, key: str, number: int) -> None:
    """Push notices, alone and in batches; now and then push an old one again."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    told: list[dict[str, str]] = []
    for notice in _notices(number):
        batch = [notice, *client.dice.sample(told, min(len(told), client.dice.randint(0, 3)))]
        body = json.dumps(batch if len(batch) > 1 else notice).encode()
        answer = client.until_acked(
            [n["id"] for n in batch],
            lambda body=body: ("/api/notices", body, headers),
            {200, 201},  # type: ignore[misc]
        )
        assert b"refused" not in answer or b'"refused": 0' in answer, answer
        told.append(notice)


def gate(client: Client, key: str) -> None:
    """Scan after scan, alone and a few together; now and then an old one again. Some show red."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    told: list[dict[str, str]] = []
    while True:
        fresh = {"id": str(uuid7()), "colour": client.dice.choice(("green", "green", "red"))}
        scans = [fresh, *client.dice.sample(told, min(len(told), client.dice.randint(0, 3)))]
        body = json.dumps({"scans": scans}).encode()
        client.until_acked(
            [s["id"] for s in scans],
            lambda body=body: ("/api/scans", body, headers),
            {200},  # type: ignore[misc]
        )
        told = [*told[-50:], fresh]


def _notices(number: int) -> Iterator[dict[str, str]]:
    """Somebody else each time, by a car, to a door of the community."""
    for n in range(100_000):
        name = f"尉迟{chr(0x4E00 + number * 4000 + n % 4000)}"
        yield {"id": f"kill-{number}-{n}", "name": name, "destination": "香阅四季A区3-1-101"}
