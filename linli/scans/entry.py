"""The form that anybody fills in at a door, without an account and without a script: it becomes one fact a head known."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from linli.codes.address import said_by
from linli.codes.token import read_short_code, read_token
from linli.codes.word import is_word_of
from linli.registry.strangers import enclosed, key_of
from linli.scans.known import Entry, Find
from linli.scans.record import MODES, PROOFS, WAYS, Row, believed, made_at, moment

MOST_HEADS = 20
"""People whom one form registers: more is a group, and a group is entered by the place."""

_MODE, _WAY, _PROOF = ({key: n for n, key in enumerate(m)} for m in (MODES, WAYS, PROOFS))
_SEPARATORS = re.compile(r"[\s,,、;;]+")


@dataclass
class Entered:
    """What a form says. `faults` are sentences by the name of the field; without any there are rows."""

    find: Find
    at: int
    rows: list[Row] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    heads: int = 1

    def person(self, text: str, name: str, key: bytes) -> tuple[bytes, bytes | None] | None:
        """(who, contact) of a telephone, an identity number, or the eight characters of a printed card."""
        if not text.strip():
            if name == "number":
                self.faults[name] = _("请填手机号,或打印卡上的八位短码")
            return None
        if who := key_of(text):
            return who, enclosed(text, about=uuid.UUID(bytes=key))
        said = said_by(text)
        found = self.find(read_token(said) or read_short_code(said) or "")
        if found and found.kind != "venue":
            if found.ends is not None and found.ends <= self.at:
                self.faults[name] = _("这张卡已作废。请找社区换新卡,这次先填手机号")
            return found.subject, None
        self.faults[name] = _("「%(text)s」不是手机号,也不是卡上的短码") % {"text": text.strip()[:20]}
        return None


def read(form: Mapping[str, str], place: Entry, token: str, find: Find, at: int) -> Entered:
    """The rows of one form, under ids that follow from its own `id`: sent again it is the same facts."""
    entered = Entered(find, at)
    base = _id(form.get("id", ""))
    if base is None:
        entered.faults["id"] = _("请刷新页面后再填")
        return entered
    others = [text for text in _SEPARATORS.split(form.get("others", "")) if text]
    entered.heads = _heads(form.get("heads", ""), entered) if form.get("heads") else 1
    entered.heads = max(entered.heads, 1 + len(others))
    if entered.heads > MOST_HEADS:
        entered.faults["heads"] = _("一次最多登记 %(most)d 人,更多请找场所登记") % {"most": MOST_HEADS}
    who = entered.person(form.get("number", ""), "number", base)
    along = [entered.person(text, "others", _after(base, n)) for n, text in enumerate(others, 1)]
    word = form.get("word", "").strip()
    if word and not is_word_of(word, token, moment(at)):
        entered.faults["word"] = _("口令不对。看门口今天的两个数字,看不到就空着")
    if entered.faults:
        return entered
    mode = "proxy" if form.get("for") == "other" else "self"
    way = form.get("way") if form.get("way") in WAYS else "in"
    unnamed = entered.heads - len(along)
    people = [
        (base, who, mode, unnamed),
        *((_after(base, n), w, "companion", 1) for n, w in enumerate(along, 1)),
    ]
    for key, found, said_mode, party in people:
        seen_at, flags = believed(None, made_at(key), at)
        person, contact = found or (None, None)
        entered.rows.append((
            key, place.community, place.subject, person, contact, _MODE[said_mode], _WAY[str(way)], 0,
            _PROOF["word" if word else ""], party, None, seen_at, at, flags,
        ))  # fmt: skip
    return entered


def _id(text: str) -> bytes | None:
    try:
        key = uuid.UUID(text).bytes
    except ValueError:
        return None
    return key if key[6] >> 4 == 7 else None


def _after(base: bytes, n: int) -> bytes:
    """The n-th id that follows from a form's own: its last two bytes count on."""
    return base[:14] + ((int.from_bytes(base[14:], "big") + n) & 0xFFFF).to_bytes(2, "big")


def _heads(text: str, entered: Entered) -> int:
    try:
        return max(1, int(text))
    except ValueError:
        entered.faults["heads"] = _("人数请写数字")
        return 1
