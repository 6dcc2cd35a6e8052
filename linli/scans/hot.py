"""What a gate or a phone sends, read and answered without Django: each scan becomes a row, or a sentence why not."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from linli.codes.token import read_short_code, read_token
from linli.registry.strangers import enclosed, key_of
from linli.scans.known import Entry, Known
from linli.scans.record import COLOURS, MODES, PROOFS, WAYS, Row, believed, made_at

MOST = 500
"""Scans in one request."""
LARGEST = 1 << 20
"""Bytes of one request."""

_MODE, _WAY, _COLOUR, _PROOF = ({key: n for n, key in enumerate(m)} for m in (MODES, WAYS, COLOURS, PROOFS))


class Wrong(ValueError):
    """A scan that cannot be kept; `str()` says why, for whoever wrote the sender."""


def read_rows(body: bytes, place: Entry, known: Known, at: int) -> tuple[list[Row], list[dict[str, Any]]]:
    """(rows, answers) of one request of a sender whose own place is `place`.

    An answer says what was seen of a card, or why a scan is refused; then there is no row. In a list only those are
    answered that are not simply kept, with a known card. Raises Wrong where the whole is no list of scans.
    """
    try:
        told = json.loads(body)
    except ValueError:
        raise Wrong("the body is no JSON") from None
    is_list = isinstance(told, dict) and "scans" in told
    scans = told["scans"] if is_list else [told]
    if not isinstance(scans, list) or not 0 < len(scans) <= MOST:
        raise Wrong(f"`scans` is a list of 1 to {MOST}")
    rows: list[Row] = []
    answers: list[dict[str, Any]] = []
    for scan in scans:
        try:
            row, answer = row_of(scan, place, known, at)
        except Wrong as wrong:
            answers.append({"id": scan.get("id") if isinstance(scan, dict) else None, "refused": str(wrong)})
        else:
            rows.append(row)
            if not is_list or answer.get("card", "known") != "known":
                answers.append(answer)
    return rows, answers


def row_of(scan: Any, place: Entry, known: Known, at: int) -> tuple[Row, dict[str, Any]]:
    """One scan. Raises Wrong."""
    if not isinstance(scan, dict):
        raise Wrong("a scan is an object")
    get = scan.get
    said = get("id")
    try:
        key = bytes.fromhex(str(said).replace("-", ""))
    except ValueError:
        raise Wrong("`id` is a UUIDv7") from None
    if len(key) != 16 or key[6] >> 4 != 7:
        raise Wrong("`id` is a UUIDv7: its time says on which day it belongs")
    if named := get("place"):
        place = _place(named, place, known)
    try:
        mode, way = _MODE[get("mode", "reverse")], _WAY[get("way", "in")]
        colour, proof = _COLOUR[get("colour", "")], _PROOF[get("proof", "checker")]
        party, seen = int(get("party", 1)), get("at")
        seen_at, flags = believed(None if seen is None else int(seen), made_at(key), at)
    except (KeyError, TypeError, ValueError):
        raise Wrong(_words(scan)) from None
    who, contact, answer = _who(scan, key, known, at)
    row: Row = (
        key, place.community, place.subject, who, contact, mode, way, colour, proof,
        1 if party < 1 else 99 if party > 99 else party, None, seen_at, at, flags,
    )  # fmt: skip
    return row, {"id": said, "card": answer} if answer else {"id": said}


def _place(named: Any, own: Entry, known: Known) -> Entry:
    found = known.find(str(named))
    if found is None or found.kind != "venue" or found.community != own.community:
        raise Wrong("`place` is none of yours")
    return found


def _who(
    scan: Mapping[str, Any], key: bytes, known: Known, at: int
) -> tuple[bytes | None, bytes | None, str]:
    """(who, contact, what became of the card)."""
    if card := scan.get("card"):
        found = known.by_token.get(card) if isinstance(card, str) else None
        found = found or _typed(str(card), known)
        if found is None or found.kind == "venue":
            return None, None, "unknown"
        return found.subject, None, "revoked" if found.ends is not None and found.ends <= at else "known"
    if number := scan.get("number"):
        who = key_of(str(number))
        if who is None:
            raise Wrong("`number` is no mobile and no identity number")
        return who, enclosed(str(number), about=uuid.UUID(bytes=key)), ""
    return None, None, ""


def _typed(card: str, known: Known) -> Entry | None:
    text = card.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    return known.find(read_token(text) or read_short_code(text) or "")


def _words(scan: Mapping[str, Any]) -> str:
    """Which of the words is none of ours."""
    for name, known in (("mode", MODES), ("way", WAYS), ("colour", COLOURS), ("proof", PROOFS)):
        if name in scan and scan[name] not in known:
            return f"`{name}` is one of {', '.join(repr(k) for k in known)}"
    return "`party` is a number of heads, `at` milliseconds since 1970"
