"""The slice of the house that one phone carries: its tasks, what each step asks, and when all of it must be gone.

It is cut into parts (the head, the late records, 32 buckets of tasks by the case's id), each with a short digest. The
digests together are the token; a phone that sends its token back (`since`) gets only the parts that changed, whatever
changed them: a step, a renamed place, a new declaration, another language. Nothing is remembered on the server.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.codes.address import digest
from linli.codes.token import short_code_of, token_of
from linli.field import declared
from linli.field.tasks import Held, may_keep, starts_at, steps_at, tasks_of
from linli.loops.evidence import MAX_TEXT
from linli.loops.models import Case, LateNote
from linli.loops.registry import loop_of
from linli.loops.spec import Carried
from linli.registry.models import Dwelling
from linli.roster.duties import title
from linli.roster.models import User
from linli.roster.on_duty import shifts_now

VERSION = 1
"""Of the payload. Fields are added, never changed or taken away; a reader ignores what it does not know."""
BUCKETS = 32
DIGITS = 8

Part = dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Asking:
    """Whose phone asks, when, with which duties, until when its session lives and what the phone calls it."""

    user: User
    held: Held
    at: datetime
    session_ends_at: datetime
    handle: str = ""


def changed(asking: Asking, since: str = "") -> dict[str, Any]:
    """What the phone lacks: `token`, `now`, and the `parts` whose digest is not the one it named."""
    parts = _parts(asking)
    digests = {name: _digest(part) for name, part in parts.items()}
    known = dict(zip(parts, since.split("."), strict=False))
    return {
        "v": VERSION,
        "token": ".".join(digests.values()),
        "now": asking.at.isoformat(),
        "parts": {name: part for name, part in parts.items() if digests[name] != known.get(name)},
    }


def _digest(part: Part) -> str:
    text = json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _parts(asking: Asking) -> dict[str, Part]:
    user = asking.user
    cases = tasks_of(user.id, user.community_id, asking.held) if user.community_id else []
    late = _late(user, user.community_id) if user.community_id else []
    buckets: dict[str, Part] = {f"b{n:02}": [] for n in range(BUCKETS)}
    for case, task in zip(cases, _tasks(cases, asking), strict=True):
        bucket = buckets[f"b{case.id.int % BUCKETS:02}"]
        assert isinstance(bucket, list)
        bucket.append(task)
    loops = {case.loop for case in cases} | {row["loop"] for row in late}
    return {"head": _head(asking, loops), "late": late, **buckets}


def _head(asking: Asking, loops: set[str]) -> dict[str, Any]:
    user, ends_at = asking.user, _shift_ends_at(asking)
    told = declared.of(loops, asking.held, community_id=user.community_id, at=asking.at)
    return {
        "user": str(user.id),
        "name": user.shown_name,
        "community": user.community.name if user.community else "",
        "language": get_language(),
        "duties": [_(title(duty)) for duty in sorted(asking.held)],
        "on_duty": bool(asking.held),
        "ends_at": ends_at.isoformat() if ends_at else None,
        "session_ends_at": asking.session_ends_at.isoformat(),
        "handle": asking.handle,
        "longest": MAX_TEXT,
        **told,
    }


def _shift_ends_at(asking: Asking) -> datetime | None:
    """When the last of the running shifts ends; None for a standing appointment. Off duty: now, so that nothing stays."""
    if not asking.held or not asking.user.community_id:
        return None
    ends = shifts_now(asking.user.community_id, asking.at).filter(user=asking.user)
    found = list(ends.values_list("ends_at", flat=True))
    return None if None in found else max((e for e in found if e), default=None)


def _tasks(cases: list[Case], asking: Asking) -> list[dict[str, Any]]:
    carried = _carried(cases)
    doors = _doors({_place(case, carried) for case in cases})
    return [
        _task(case, carried.get(case.id, Carried()), asking) | _found_by(case, carried, doors)
        for case in cases
    ]


def _found_by(case: Case, carried: Mapping[UUID, Carried], doors: Mapping[str, list[str]]) -> dict[str, Any]:
    """Digests of every code that leads to this task, besides its own id."""
    codes = [*(carried[case.id].codes if case.id in carried else ()), *doors.get(_place(case, carried), ())]
    return {"codes": codes} if codes else {}


def _place(case: Case, carried: Mapping[UUID, Carried]) -> str:
    """Where exactly, as far as the matter says."""
    return (carried[case.id].place if case.id in carried else "") or case.scope


def _doors(paths: set[str]) -> dict[str, list[str]]:
    """The dwellings among these places: path → digests of the dwelling's code, scanned and typed."""
    rows = Dwelling.objects.filter(path__in=paths).values_list("path", "pk")
    return {path: [digest(token_of(pk)), digest(short_code_of(pk))] for path, pk in rows}


def _carried(cases: list[Case]) -> Mapping[UUID, Carried]:
    """What each loop lets out of the house, asked once per loop."""
    found: dict[UUID, Carried] = {}
    for key in {case.loop for case in cases}:
        if carry := loop_of(key).carry:
            found |= carry([case for case in cases if case.loop == key])
    return found


def _task(case: Case, carried: Carried, asking: Asking) -> dict[str, Any]:
    loop, place, held = case.declared, case.scope, asking.held
    steps = steps_at(loop, place, held)
    beside = [other.key for other in starts_at(loop, place, held)]
    opens = {s.key: at.isoformat() for s in steps if (at := s.opens_at(case.anchors)) and at > asking.at}
    task: dict[str, Any] = {
        "id": str(case.id),
        "loop": case.loop,
        "state": case.state,
        "title": case.title,
        "due": case.due_at.isoformat() if case.due_at else None,
        "mine": case.holder_id == asking.user.id,
        "holder": case.holder_name,
        "steps": [*([declared.KEPT] if may_keep(loop, place, held) else []), *(step.key for step in steps)],
        "facts": [[fact.label, fact.value] for fact in carried.facts],
    }
    known = {k: v for s in steps if (v := carried.known.get(s.key)) for k in [s.key]}
    more = {"known": known, "opens": opens, "beside": beside, "planned": carried.planned}
    return {**task, **{key: value for key, value in more.items() if value}}


def _late(user: User, community_id: UUID) -> list[dict[str, Any]]:
    """My records that came too late and that nobody has decided yet."""
    notes = LateNote.objects.filter(
        community_id=community_id, decided_at=None, event__actor_id=user.id
    ).select_related("event", "case")
    return [
        {
            "intent": note.event.intent,
            "case": str(note.case_id),
            "loop": note.case.loop,
            "title": note.case.title,
            "step": note.step,
            "sentence": note.reason,
            "at": note.event.at.isoformat(),
        }
        for note in notes.order_by("event__seq")
    ]
