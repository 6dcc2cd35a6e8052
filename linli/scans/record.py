"""The fact itself: what is kept of a code that was seen, and how it becomes a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as N_

MODES = {
    "self": N_("本人扫码"),
    "companion": N_("同行人员"),
    "proxy": N_("代人登记"),
    "reverse": N_("场所扫个人码"),
    "id_card": N_("手输证件号"),
    "by_hand": N_("纸面登记"),
    "staff": N_("工作人员代查"),
}
"""By which way somebody was registered (domain.md §3); all leave the same fact."""
WAYS = {"in": N_("进"), "out": N_("出"), "pass": N_("经过")}
COLOURS = {"": N_("没看"), "green": N_("绿码"), "yellow": N_("黄码"), "red": N_("红码"), "grey": N_("查不到")}
"""What whoever looked saw. linli assigns none and changes none."""
PROOFS = {"": N_("未核实"), "word": N_("当天口令"), "checker": N_("查验员"), "patrol": N_("扫街")}
"""By what it is known that the person stood at the place; without one a presence is unverified (a photo travels)."""

_MODE, _WAY, _COLOUR, _PROOF = ({key: n for n, key in enumerate(m)} for m in (MODES, WAYS, COLOURS, PROOFS))
CALM = ("", "green")
"""Colours that lead to nothing further."""

BEFORE, AHEAD = timedelta(hours=72), timedelta(minutes=10)
"""How far a device's clock may be off before its time is kept but not believed (trust.md, rogue device)."""

ODD = 1
"""Flag: the device's clock was not believed; the time is the server's."""
LATE = 2
"""Flag: typed in from paper later than a device may send it; the time is the paper's, `at` says when it was entered."""

Row = tuple[
    bytes, bytes, bytes, bytes | None, bytes | None, int, int, int, int, int, bytes | None, int, int, int
]
"""As `COLUMNS` of `store`: id, community, place, who, contact, mode, way, colour, proof, party, by, seen, at, flags."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One passage. `id` is a UUIDv7 that the device made: the same again is the same fact.

    `who` is the id of somebody of the register or a key of `registry.strangers`, 16 bytes; None where nobody is known.
    `contact` is the number enclosed for this id, for whoever must be called. `party` counts heads, `by` is the account
    that registered somebody else.
    """

    id: UUID
    place: UUID
    mode: str = "self"
    way: str = "in"
    colour: str = ""
    who: bytes | None = None
    contact: bytes = b""
    party: int = 1
    by: UUID | None = None
    device_at: datetime | None = None
    proof: str = ""


def milliseconds(moment: datetime) -> int:
    """Since 1970 in UTC, as rows keep moments."""
    return int(moment.timestamp() * 1000)


def moment(ms: int) -> datetime:
    """The other way."""
    return datetime.fromtimestamp(ms / 1000, UTC)


_BEFORE, _AHEAD = (int(span.total_seconds() * 1000) for span in (BEFORE, AHEAD))


def believed(said: int | None, made: int, at: int) -> tuple[int, int]:
    """(when it was seen, flags): the device's word within the bounds, else when its id was made, else the server's."""
    for told in (said, made):
        if told is not None and at - _BEFORE <= told <= at + _AHEAD:
            return told, 0
    return at, ODD


def made_at(id_bytes: bytes) -> int:
    """Milliseconds in a UUIDv7: when its device made it."""
    return int.from_bytes(id_bytes[:6], "big")


def row_of(seen: Seen, community: bytes, at: int, since: int | None = None) -> Row:
    """As it is written; `since` is how far back paper is believed. Raises KeyError for a word that is none of ours."""
    key = seen.id.bytes
    said = milliseconds(seen.device_at) if seen.device_at else None
    seen_at, flags = believed(said, made_at(key), at)
    if flags and said is not None and since is not None and since <= said < at:
        seen_at, flags = said, LATE
    return (
        key,
        community,
        seen.place.bytes,
        seen.who,
        seen.contact or None,
        _MODE[seen.mode],
        _WAY[seen.way],
        _COLOUR[seen.colour],
        _PROOF[seen.proof],
        max(1, min(seen.party, 99)),
        seen.by.bytes if seen.by else None,
        seen_at,
        at,
        flags,
    )


def record(facts: Iterable[Seen], *, community_id: UUID, at: datetime, since: datetime | None = None) -> int:
    """Keep facts that came by a page or a phone of ours: on the disk when this returns; how many were new.

    `since` is for what a colleague types in from paper and answers for: a time as far back as this is believed and kept
    beside the time of typing, where a device's word would not be (`LATE`). The caller sees to it that its day is kept.
    Raises KeyError for a word that is none of ours (nothing written), OSError where the disk refuses.
    """
    from linli.scans.store import opened

    now = milliseconds(at)
    first = milliseconds(since) if since else None
    rows = [row_of(seen, community_id.bytes, now, first) for seen in facts]
    with opened() as store:
        return store.write(rows)
