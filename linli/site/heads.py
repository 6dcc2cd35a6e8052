"""Publishes the head of every ledger once an hour outside the database, so that a cut or rewritten chain shows.

    HOME/heads/<community id>.jsonl     {"at": "2022-04-14T17:00:00+00:00", "seq": 812, "head": "9f…"}

Print a line, or mail it: `linli verify` compares the chain with every line it finds here.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.loops.models import Ledger


def folder() -> Path:
    """Where the heads are written."""
    return Path(settings.HOME) / "heads"


def publish(*, at: datetime) -> int:
    """Append the head of every ledger that moved since the hour began. Returns how many lines were written."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return sum(
        _append(ledger, at)
        for ledger in Ledger.objects.filter(seq__gt=0)
        if (last := published(ledger.community_id)[-1:]) == [] or _is_new(last[0], ledger, hour)
    )


def _is_new(last: dict[str, object], ledger: Ledger, hour: datetime) -> bool:
    return datetime.fromisoformat(str(last["at"])) < hour and last["seq"] != ledger.seq


def _append(ledger: Ledger, at: datetime) -> int:
    folder().mkdir(mode=0o700, exist_ok=True)
    line = json.dumps({"at": at.isoformat(), "seq": ledger.seq, "head": ledger.head})
    with (folder() / f"{ledger.community_id}.jsonl").open("a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return 1


def published(community_id: UUID) -> list[dict[str, object]]:
    """Every head written so far, oldest first; a line torn by a crash is left out."""
    try:
        lines = (folder() / f"{community_id}.jsonl").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines if line.endswith("}")]
