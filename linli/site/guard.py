"""Refuses to start where an acknowledged step could be lost, or where strangers could look in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_KEY = 40
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def faults(host: str = "127.0.0.1") -> list[str]:
    """What makes this installation unsafe to start, in sentences. `host` is where the server will listen."""
    return [*configuration_faults(host), *durability_faults()]


def configuration_faults(host: str) -> Iterator[str]:
    """Secrets, debugging and time: what the environment got wrong."""
    away = host not in LOOPBACK or not _is_local(settings.PUBLIC_HOST)
    if settings.DEBUG and away:
        yield "LINLI_DEBUG=1 shows the inside of the program to everybody: unset it, or listen on 127.0.0.1 only"
    if len(set(settings.SECRET_KEY)) < 10 or len(settings.SECRET_KEY) < SHORTEST_KEY:
        yield f"LINLI_SECRET_KEY is too weak: at least {SHORTEST_KEY} random characters, or leave it unset"
    if not settings.USE_TZ or settings.TIME_ZONE != "Asia/Shanghai":
        yield "times are kept in UTC and shown in Asia/Shanghai; USE_TZ or TIME_ZONE was changed"
    if not settings.HTTPS and not _is_local(settings.PUBLIC_HOST):
        yield (
            f"LINLI_URL={settings.PUBLIC_URL} is not https: passwords would cross the network readable. "
            "Put a proxy with a certificate before linli (docs/operate.md)"
        )


def _is_local(name: str) -> bool:
    return name in LOOPBACK


def durability_faults() -> Iterator[str]:
    """Database settings under which a power cut may take acknowledged steps (trust.md P2: measured)."""
    if settings.DURABILITY == "relaxed":
        return
    if settings.DURABILITY != "strict":
        yield f"LINLI_DURABILITY={settings.DURABILITY}: it is strict (the default) or relaxed"
    try:
        yield from _sqlite_faults() if connection.vendor == "sqlite" else _postgresql_faults()
    except DatabaseError as error:
        yield f"the database does not answer: {error}"


def _sqlite_faults() -> Iterator[str]:
    journal, synchronous = str(_asked("PRAGMA journal_mode")), int(_asked("PRAGMA synchronous"))
    safe = (journal == "wal" and synchronous >= 2) or (journal in ("delete", "truncate") and synchronous == 3)
    if not safe and journal != "memory":
        yield (
            f"SQLite runs with journal_mode={journal} and synchronous={SYNCHRONOUS.get(synchronous, synchronous)}: "
            "a power cut may lose acknowledged steps. It must be WAL with FULL"
        )


def _postgresql_faults() -> Iterator[str]:
    for name in ("fsync", "full_page_writes"):
        if _asked(f"SHOW {name}") == "off":
            yield f"PostgreSQL runs with {name}=off: a power cut may destroy the database. Set {name}=on"
    if (commit := _asked("SHOW synchronous_commit")) == "off":
        yield f"PostgreSQL runs with synchronous_commit={commit}: acknowledged steps may be lost. Set it to on"


def _asked(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@register(Tags.security)
def configuration(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`manage.py check`: what can be said without touching the database."""
    return [Error(fault, id="linli.E001") for fault in configuration_faults("127.0.0.1")]


@register(Tags.database)
def durability(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`manage.py check --database default`: whether acknowledged means on disk."""
    return [Error(fault, id="linli.E002") for fault in durability_faults()] if databases else []
