"""What becomes of a file of each kind: the layer that owns the records registers how they are kept.

    register_kind("volunteers", apply=keep_volunteers, answers=known_volunteers)   # in roster's AppConfig.ready

`apply(batch)` runs inside one transaction with the import's position: it must leave every item of the batch with a
`result`, must update what is there already, and must not send anything to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as N_

from linli.registry.intake import Outcome, Row
from linli.registry.places import Community


class Result(StrEnum):
    """What a row came to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MERGED = "merged"  # the same record again, nothing new to keep
    HELD = "held"  # waits for a person; nothing of it is in the register
    SKIPPED = "skipped"  # a person decided to leave it out
    REFUSED = "refused"  # cannot be kept; `why` says it


REFUSALS = {
    "door": N_("没有小区、楼栋或房号,不知道住哪一户"),
    "name": N_("没有姓名"),
    "plate": N_("没有车牌号"),
    "seats": N_("没有座位数"),
}
"""Why a row cannot be kept, by `Item.why`."""


@dataclass
class Item:
    """One row with its final outcome. Accepted suggestions already stand in `row.values`.

    `decisions` are what a person decided, by kind of defect: accept, keep or skip.
    """

    row: Row
    position: int
    outcome: Outcome
    decisions: Mapping[str, str] = field(default_factory=dict)
    result: Result | None = None
    target: UUID | None = None
    why: str = ""

    def came_to(self, result: Result, target: UUID | None = None, why: str = "") -> None:
        """Say what became of the row."""
        self.result, self.target, self.why = result, target, why


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows of one file. `memory` lives as long as the run: what was looked up once."""

    community: Community
    items: list[Item]
    at: datetime
    import_id: UUID
    memory: dict[str, Any]


Apply = Callable[[Batch], None]
Answers = Callable[[Community, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class Handling:
    """How a kind is kept, and what its reader may ask (fields of `intake.Setting`)."""

    apply: Apply
    answers: Answers | None = None


_kinds: dict[str, Handling] = {}


def register_kind(kind: str, apply: Apply, answers: Answers | None = None) -> None:
    """Say how the rows of a kind of file are kept. Registering again replaces."""
    _kinds[kind] = Handling(apply, answers)


def handling_of(kind: str) -> Handling | None:
    """How a kind is kept; None for a kind that this house can read but has nowhere to put yet."""
    return _kinds.get(kind)
