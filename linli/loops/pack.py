"""Policy packs: the rules of the day as data, effective-dated, never as code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.loops.evidence import Given
from linli.loops.models import Adoption, Ledger

SHIPPED = Path(__file__).parent.parent / "packs"
"""Where the packs that come with linli lie, one TOML file each."""

MOST_MINUTES = 120
"""A rung of the ladder that waits longer would be a case that nobody hears of (`deadlines.steady` counts on it)."""

_SPAN = re.compile(r"^(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$")


class BadPack(ValueError):
    """A pack that cannot be used; `faults` says all of what is wrong, in sentences."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def span(text: str) -> timedelta:
    """`"1d12h"`, `"20m"`, `"-45m"` as a duration. Raises ValueError for anything else."""
    found = _SPAN.match(text)
    if not found or not any(found.groups()[1:]):
        raise ValueError(f"not a duration: {text!r} (write 20m, 2h, 1d12h)")
    minus, days, hours, minutes = found.groups()
    size = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))
    return -size if minus else size


@dataclass(frozen=True)
class Pack:
    """One pack, read. Tables are reached by dotted path: `pack.get("isolation.fever")`."""

    key: str
    title: str
    body: dict[str, Any]

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a dotted path; raises KeyError when it is missing and no default is given."""
        value: Any = self.body
        for name in path.split("."):
            if not isinstance(value, dict) or name not in value:
                if default is None:
                    raise KeyError(f"pack {self.key} says nothing about {path}")
                return default
            value = value[name]
        return value

    def due_at(self, key: str, entered_at: datetime, anchors: Given) -> datetime:
        """The promise of a state: `after` counts from entering it; `anchor` + `offset` from a moment of the case."""
        rule = self.body["due"][key]
        moment = anchors.get(rule.get("anchor", ""))
        if moment:
            return datetime.fromisoformat(moment) + span(rule.get("offset", "0m"))
        return entered_at + span(rule["after"])

    def is_quiet(self, due_key: str) -> bool:
        """A state that needs no answer before its promise: nobody has to acknowledge a week of isolation."""
        return bool(self.body["due"][due_key].get("quiet", False))

    def reminder(self, due_key: str) -> timedelta:
        """How long before its promise a quiet state's first duty is softly reminded; nothing when it is not."""
        return span(self.body["due"][due_key].get("remind", "0m"))

    @property
    def ladder(self) -> list[timedelta]:
        """How long each rung of the escalation is given, one after the other; the last repeats."""
        return self._gaps(self.get("ladder.minutes"))

    def ladder_of(self, due_key: str) -> list[timedelta]:
        """The same for one promise, which may climb at a pace of its own (`minutes`)."""
        return self._gaps(self.body["due"][due_key].get("minutes") or self.get("ladder.minutes"))

    def _gaps(self, minutes: list[int]) -> list[timedelta]:
        gaps = [b - a for a, b in zip([0, *minutes], minutes, strict=False)]
        return [timedelta(minutes=m) for m in [*gaps, self.get("ladder.repeat_minutes")]]

    @property
    def last_resort(self) -> str:
        """The duty that hears when every rung of a state's own ladder was silent."""
        return str(self.get("ladder.last_resort"))

    @property
    def grace(self) -> timedelta:
        """How long an acknowledgement holds the ladder still once the promise is broken."""
        return timedelta(minutes=self.get("ladder.acknowledged_minutes"))


@lru_cache(maxsize=256)
def read(text: str) -> Pack:
    """A pack from its TOML text. Raises BadPack with every fault at once."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPack([f"not valid TOML: {error}"]) from error
    if found := faults(body):
        raise BadPack(found)
    return Pack(key=f"{body['key']}@{body['version']}", title=body["title"], body=body)


def faults(body: dict[str, Any]) -> list[str]:
    """What is missing or unreadable in a pack, in sentences."""
    found = [f"says no {k!r}" for k in ("key", "version", "title", "issuer", "document") if not body.get(k)]
    for key, rule in body.get("due", {}).items():
        found += _due_faults(key, rule)
    ladder = body.get("ladder", {})
    minutes = ladder.get("minutes", [])
    found += _pace_faults("ladder.minutes", minutes)
    for key in ("repeat_minutes", "acknowledged_minutes"):
        if not isinstance(ladder.get(key), int) or ladder[key] <= 0:
            found.append(f"ladder.{key} must be a number of minutes")
    if not ladder.get("last_resort"):
        found.append("ladder.last_resort names no duty")
    return found


def _pace_faults(name: str, minutes: list[int]) -> list[str]:
    found = []
    if not minutes or minutes != sorted(set(minutes)) or minutes[0] <= 0:
        found.append(f"{name} must rise, for example [2, 5, 10]")
    if any(b - a > MOST_MINUTES for a, b in pairwise([0, *minutes])):
        found.append(f"{name}: no rung may wait longer than {MOST_MINUTES} minutes")
    return found


def _due_faults(key: str, rule: dict[str, Any]) -> list[str]:
    found = [] if "after" in rule else [f"due.{key} has no 'after' for cases without its anchor"]
    if "minutes" in rule:
        found += _pace_faults(f"due.{key}.minutes", rule["minutes"])
    if "remind" in rule and not rule.get("quiet"):
        found.append(f"due.{key}.remind: only a quiet promise is reminded of; others tell from the start")
    for part in ("after", "offset", "remind"):
        try:
            span(rule.get(part, "0m"))
        except ValueError as error:
            found.append(f"due.{key}.{part}: {error}")
    return found


@lru_cache(maxsize=64)
def shipped(key: str) -> str:
    """The text of a pack that comes with linli. Raises FileNotFoundError."""
    return (SHIPPED / f"{key}.toml").read_text(encoding="utf-8")


def shipped_keys() -> Iterable[str]:
    """The keys of the packs that come with linli."""
    return sorted(p.stem for p in SHIPPED.glob("*.toml"))


DEFAULT = "changzhi-2022-04"
"""What binds a community that has adopted nothing yet."""


def pack_for(community_id: UUID, at: datetime) -> Pack:
    """The pack that binds a community at a moment; the shipped default until it has adopted one."""
    body = (
        Adoption.objects.filter(community_id=community_id, from_at__lte=at)
        .order_by("-from_at")
        .values_list("body", flat=True)
        .first()
    )
    return read(body if body is not None else shipped(DEFAULT))


@lru_cache(maxsize=4096)
def _adopted(community_id: UUID, adoptions: int) -> list[tuple[datetime, str]]:
    """The community's packs, latest first. `adoptions` is the ledger's count: a new adoption is a new cache entry."""
    rows = Adoption.objects.filter(community_id=community_id).order_by("-from_at")
    return list(rows.values_list("from_at", "body"))


def pack_under(ledger: Ledger, at: datetime) -> Pack:
    """`pack_for`, without a query, for whoever holds the community's ledger lock."""
    for from_at, body in _adopted(ledger.community_id, ledger.adoptions):
        if from_at <= at:
            return read(body)
    return read(shipped(DEFAULT))
