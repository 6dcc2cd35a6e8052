"""What `linli verify` examines: each community's chain, the heads published earlier, and the database itself."""

from __future__ import annotations

from typing import Any

from django.db import connection

from linli.loops import seal
from linli.loops.models import Event, Ledger
from linli.registry.models import Community
from linli.site import heads

Head = tuple[int, str]


def examine(*, slug: str | None = None, head: Head | None = None) -> dict[str, Any]:
    """Everything that was looked at, as JSON would have it; `holds` is the answer."""
    communities = Community.objects.order_by("slug")
    if slug:
        communities = communities.filter(slug=slug)
    rows = [_chain(community, head) for community in communities]
    database = _database_faults()
    if slug and not rows:
        database.append(f"there is no community {slug!r}")
    holds = not database and not any(row["broken"] for row in rows)
    return {"holds": holds, "communities": rows, "database": database}


def _chain(community: Community, head: Head | None) -> dict[str, Any]:
    ledger = Ledger.objects.filter(pk=community.id).first()
    known = [(int(str(line["seq"])), str(line["head"])) for line in heads.published(community.id)]
    broken = seal.verify(community.id, published=head or (known[-1] if known else None))
    broken = broken or _at_heads(community, [*known, *([head] if head else [])])
    return {
        "slug": community.slug,
        "id": str(community.id),
        "seq": ledger.seq if ledger else 0,
        "head": ledger.head if ledger else seal.GENESIS,
        "broken": {"seq": broken.seq, "why": broken.why} if broken else None,
    }


def _at_heads(community: Community, known: list[Head]) -> seal.Broken | None:
    """The first published head that the chain no longer shows."""
    stored = dict(
        Event.objects.filter(community_id=community.id, seq__in=[seq for seq, _ in known]).values_list(
            "seq", "digest"
        )
    )
    for seq, digest in sorted(known):
        if stored.get(seq) != digest:
            return seal.Broken(seq, "differs from the published head")
    return None


def _database_faults() -> list[str]:
    """SQLite examines every page; PostgreSQL has checksums and amcheck of its own."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(5)")
        said = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        torn = cursor.fetchone()
    return [line for line in said if line != "ok"] + (
        [f"a row of {torn[0]} refers to nothing"] if torn else []
    )
