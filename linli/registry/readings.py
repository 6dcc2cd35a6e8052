"""The log of readings: a file of names and numbers that leaves is one too, and the log itself is kept by the pack's days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.loops.rights import Actor
from linli.loops.shred import record
from linli.registry.imports import Import
from linli.registry.people import Reading
from linli.registry.retention import Past, past

IMPORT, RESULT_FILE, PREVIEW = "import", "result_file", "preview"
"""`owner_kind` of a reading of an import, and its kinds: the file taken away, the quoted rows looked through."""

AGAIN = timedelta(hours=1)
"""Pages of one preview within this time are one look."""

DAYS = "retention.audit_days"
"""Where the pack says how long."""

MOST = 5000
"""Readings of one community in one run: the next hour goes on."""


def handed_out(imported: Import, *, reader: Actor, at: datetime) -> Reading:
    """Log that somebody takes a result file away, before its first byte leaves."""
    return _log(imported, RESULT_FILE, "result file", reader, at)


def looked_through(imported: Import, *, reader: Actor, at: datetime) -> None:
    """Log that somebody goes through the rows of a preview, which quote what the file says; once in AGAIN."""
    before = Reading.objects.filter(
        community_id=imported.community_id,
        owner_id=imported.id,
        at__gt=at - AGAIN,
        kind=PREVIEW,
        reader_id=reader.id,
    )
    if not before.exists():
        _log(imported, PREVIEW, "import preview", reader, at)


def _log(imported: Import, kind: str, reason: str, reader: Actor, at: datetime) -> Reading:
    return Reading.objects.create(
        community_id=imported.community_id,
        reader_id=reader.id,
        reader_name=reader.shown_name,
        owner_kind=IMPORT,
        owner_id=imported.id,
        kind=kind,
        reason=reason,
        at=at,
    )


def forget(*, at: datetime, most: int = MOST) -> int:
    """Drop readings older than each community's pack says. Returns how many."""
    return sum(_of_community(one, most) for one in past(at, days=DAYS))


def _of_community(over: Past, most: int) -> int:
    community, at = over.community, over.at
    old = Reading.objects.filter(community=community, at__lt=over.before).order_by("at")
    with transaction.atomic():
        count, _each = Reading.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()
        record("reading", count, community_id=community.id, rule=over.rule, at=at)
    return count
